package dev.margrave.workers.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Where the files of a data set are: in a directory, or in the archive they are published in. */
sealed interface DataSource {
  /** What to do with a file, by the role that the format gives it. */
  @FunctionalInterface
  interface Visitor {
    void visit(String role, DataFile file);
  }

  /** A directory or an archive. */
  Path location();

  /**
   * Reads every file that has a role, each once, in any order.
   *
   * @return the names of all files there, for a refusal to list
   */
  List<String> read(DatasetFormat format, Visitor visitor);

  /** The names of all files there. */
  List<String> names();

  /** Files lie there as they are; {@code X.gz} stands for {@code X} where there is no X. */
  record Directory(Path location) implements DataSource {
    @Override
    public List<String> read(DatasetFormat format, Visitor visitor) {
      List<String> names = fileNames(location);
      for (Map.Entry<String, String> found : filesByRole(format, names).entrySet()) {
        Path file = location.resolve(found.getValue());
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
          boolean compressed = isGzipName(found.getValue());
          OptionalLong size = compressed ? OptionalLong.empty() : OptionalLong.of(Files.size(file));
          InputStream in = compressed ? new GZIPInputStream(raw, BUFFER) : raw;
          visitor.visit(found.getKey(), new DataFile(file.toString(), size, in));
        } catch (IOException e) {
          throw unreadable(file.toString(), 0, e);
        }
      }
      return names;
    }

    @Override
    public List<String> names() {
      return fileNames(location);
    }

    /** Whether every file that the format needs is there. */
    boolean holds(DatasetFormat format) {
      return filesByRole(format, fileNames(location)).keySet().containsAll(format.files());
    }

    /** Whether a file of that format is there. */
    boolean holdsPart(DatasetFormat format) {
      Map<String, String> found = filesByRole(format, fileNames(location));
      return format.files().stream().anyMatch(found::containsKey);
    }

    /** Role to file name; the plain file is taken where there is a compressed one beside it. */
    private static Map<String, String> filesByRole(DatasetFormat format, List<String> names) {
      Map<String, String> roles = new LinkedHashMap<>();
      for (String name : names) {
        format
            .role(withoutGzip(name))
            .ifPresent(
                role -> roles.merge(role, name, (old, other) -> isGzipName(old) ? other : old));
      }
      return roles;
    }

    private static List<String> fileNames(Path directory) {
      try (Stream<Path> files = Files.list(directory)) {
        return files
            .filter(Files::isRegularFile)
            .map(file -> file.getFileName().toString())
            .sorted()
            .toList();
      } catch (IOException e) {
        throw unreadable(directory.toString(), 0, e);
      }
    }
  }

  /**
   * A tar archive, compressed with gzip or not, read from start to end without unpacking. Folders
   * in it do not matter. It is read to its very end, so that gzip's checksum is verified.
   */
  record Archive(Path location) implements DataSource {
    /** What to do with a member while the archive stands at it. */
    @FunctionalInterface
    private interface Member {
      void at(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException;
    }

    @Override
    public List<String> read(DatasetFormat format, Visitor visitor) {
      Map<String, String> seen = new LinkedHashMap<>();
      return walk((entry, tar) -> visitMember(format, visitor, seen, entry, tar));
    }

    @Override
    public List<String> names() {
      return walk((entry, tar) -> {});
    }

    private List<String> walk(Member member) {
      List<String> names = new ArrayList<>();
      try (InputStream raw = new BufferedInputStream(Files.newInputStream(location), BUFFER);
          InputStream in = startsWithGzipMagic(raw) ? new GZIPInputStream(raw, BUFFER) : raw;
          TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8")) {
        TarArchiveEntry entry = next(tar);
        while (entry != null) {
          if (entry.isFile()) {
            names.add(entry.getName());
            member.at(entry, tar);
          }
          entry = next(tar);
        }
        in.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        throw unreadable(location.toString(), -1, e);
      }
      return names;
    }

    private void visitMember(
        DatasetFormat format,
        Visitor visitor,
        Map<String, String> seen,
        TarArchiveEntry entry,
        TarArchiveInputStream tar)
        throws IOException {
      String path = entry.getName();
      String base = path.substring(path.lastIndexOf('/') + 1);
      var role = format.role(withoutGzip(base));
      if (role.isEmpty()) {
        return;
      }
      String earlier = seen.put(role.get(), path);
      if (earlier != null) {
        throw new DataException(
            location + ": holds both " + earlier + " and " + path + ": expected only one of them");
      }
      boolean compressed = isGzipName(base);
      OptionalLong size = compressed ? OptionalLong.empty() : OptionalLong.of(entry.getSize());
      InputStream in = compressed ? new GZIPInputStream(tar, BUFFER) : tar;
      visitor.visit(role.get(), new DataFile(location + ": " + path, size, in));
    }

    private TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
      try {
        return tar.getNextEntry();
      } catch (EOFException | ZipException e) {
        // Of the compression, not of the archive.
        throw e;
      } catch (IOException | IllegalArgumentException e) {
        throw new DataException(
            String.format(
                "%s: no tar header at offset %d (%s): expected the published archive, plain or"
                    + " gzipped, or the directory that holds its files",
                location, tar.getBytesRead(), e.getMessage()),
            e);
      }
    }

    private static boolean startsWithGzipMagic(InputStream in) throws IOException {
      in.mark(2);
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzip;
    }
  }

  /** Large enough that reading is not held up by calls. */
  int BUFFER = 1 << 16;

  /** The source at a path that exists. */
  static DataSource at(Path path) {
    return Files.isDirectory(path) ? new Directory(path) : new Archive(path);
  }

  private static boolean isGzipName(String name) {
    return name.endsWith(".gz");
  }

  /** The name of what a compressed file holds. */
  static String withoutGzip(String name) {
    return isGzipName(name) ? name.substring(0, name.length() - 3) : name;
  }

  /**
   * The refusal of bytes that the file system or the decompressor would not give.
   *
   * @param offset uncompressed bytes that were read before, or −1 where that is not known
   */
  static DataException unreadable(String name, long offset, IOException cause) {
    String where = offset < 0 ? "" : " at offset " + offset;
    if (cause instanceof EOFException) {
      return new DataException(
          name + ": the compressed data ends early" + where + ": truncated, fetch it again", cause);
    }
    if (cause instanceof ZipException) {
      return new DataException(
          name
              + ": the compressed data is damaged"
              + where
              + " ("
              + cause.getMessage()
              + "): fetch it again",
          cause);
    }
    if (cause instanceof AccessDeniedException) {
      return new DataException(name + ": may not be read by this user", cause);
    }
    String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return new DataException(name + ": cannot be read" + where + " (" + why + ")", cause);
  }
}
