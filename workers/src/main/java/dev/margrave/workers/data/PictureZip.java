package dev.margrave.workers.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Picture files in a zip archive, read where they are: nothing is unpacked to disk. What an archive
 * says of itself is not believed: names must stay inside it, an entry is read up to its limit and
 * no further, and its size and CRC-32 must come out.
 */
final class PictureZip implements PictureFiles {
  private final Path location;
  private final ZipFile zip;
  private final NavigableMap<String, ZipEntry> entries;
  private final String root;

  private PictureZip(
      Path location, ZipFile zip, NavigableMap<String, ZipEntry> entries, String root) {
    this.location = location;
    this.zip = zip;
    this.entries = entries;
    this.root = root;
  }

  /**
   * Opens an archive.
   *
   * @param marker a file that stands in the data set's root, wherever in the archive that is
   * @throws DataException if it is no archive, or does not hold the marker
   */
  static PictureZip open(Path location, String marker) {
    ZipFile zip = openFile(location);
    try {
      NavigableMap<String, ZipEntry> entries = entries(location, zip);
      String root =
          root(entries, marker)
              .orElseThrow(
                  () ->
                      new DataException(
                          "%s: holds no %s (it holds %s): the published archive is wanted"
                              .formatted(location, marker, listing(entries))));
      return new PictureZip(location, zip, entries, root);
    } catch (RuntimeException e) {
      closeQuietly(zip, e);
      throw e;
    }
  }

  /** The names of all its files, for a refusal to list. */
  static List<String> names(Path location) {
    try (ZipFile zip = openFile(location)) {
      return List.copyOf(entries(location, zip).keySet());
    } catch (IOException e) {
      throw DataSource.unreadable(location.toString(), -1, e);
    }
  }

  /** Whether one of those names is a data set's marker. */
  static boolean holdsMarker(List<String> names, String marker) {
    return names.stream().anyMatch(name -> isMarker(name, marker));
  }

  private static ZipFile openFile(Path location) {
    try {
      return new ZipFile(location.toFile());
    } catch (ZipException e) {
      String why = String.valueOf(e.getMessage());
      if (why.contains("encrypted")) {
        throw new DataException(
            location + ": is encrypted: unpack it with its password, and give the folder", e);
      }
      throw new DataException(
          location
              + ": is no whole zip archive ("
              + Shown.of(why)
              + "): truncated or damaged, fetch it again",
          e);
    } catch (IOException e) {
      throw DataSource.unreadable(location.toString(), -1, e);
    }
  }

  private static NavigableMap<String, ZipEntry> entries(Path location, ZipFile zip) {
    TreeMap<String, ZipEntry> found = new TreeMap<>();
    if (zip.size() > MOST_FILES) {
      throw new DataException(
          "%s: holds %,d entries, more than the %,d that a data set may have: is it the right file?"
              .formatted(location, zip.size(), MOST_FILES));
    }
    Enumeration<? extends ZipEntry> all = zip.entries();
    while (all.hasMoreElements()) {
      ZipEntry entry = all.nextElement();
      checkName(location, entry.getName());
      if (!entry.isDirectory() && found.put(entry.getName(), entry) != null) {
        throw new DataException(
            location
                + ": holds "
                + Shown.of(entry.getName())
                + " twice: not the published archive, fetch it again");
      }
    }
    return found;
  }

  private static void checkName(Path location, String name) {
    boolean leaves = List.of(name.split("/", -1)).contains("..");
    boolean absolute = name.startsWith("/") || name.matches("[A-Za-z]:.*");
    if (leaves || absolute || name.indexOf('\\') >= 0 || name.indexOf('\0') >= 0) {
      throw new DataException(
          location
              + ": has an entry '"
              + Shown.of(name)
              + "', which leads out of the archive: it is not the published one, fetch it again");
    }
  }

  /** The shortest folder that holds the marker, with its '/'; empty text for none. */
  private static Optional<String> root(NavigableMap<String, ZipEntry> entries, String marker) {
    return entries.keySet().stream()
        .filter(name -> isMarker(name, marker))
        .map(name -> name.substring(0, name.length() - marker.length()))
        .min(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
  }

  private static boolean isMarker(String name, String marker) {
    return name.equals(marker) || (name.endsWith("/" + marker) && !name.startsWith("__MACOSX/"));
  }

  private static String listing(NavigableMap<String, ZipEntry> entries) {
    return DatasetFormat.listing(entries.keySet().stream().map(Shown::of).toList());
  }

  @Override
  public Path location() {
    return location;
  }

  @Override
  public List<String> names(String folder) {
    String start = root + folder + "/";
    return entries.tailMap(start).keySet().stream()
        .takeWhile(name -> name.startsWith(start))
        .map(name -> name.substring(root.length()))
        .filter(name -> List.of(name.split("/", -1)).stream().noneMatch(PictureFiles::isHidden))
        .toList();
  }

  @Override
  public boolean holds(String name) {
    return entries.containsKey(root + name);
  }

  @Override
  public byte[] read(String name, int limit) throws BadPictureException {
    ZipEntry entry =
        Optional.ofNullable(entries.get(root + name))
            .orElseThrow(() -> new NoSuchElementException(name));
    if (entry.getSize() > limit) {
      throw PictureFiles.tooLong(limit);
    }
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = in.readNBytes(limit + 1);
    } catch (IOException e) {
      throw new BadPictureException(
          "is damaged in the archive ("
              + Shown.of(String.valueOf(e.getMessage()))
              + "): fetch it again",
          e);
    }
    if (bytes.length > limit) {
      throw PictureFiles.tooLong(limit);
    }
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (entry.getSize() != bytes.length || entry.getCrc() != crc.getValue()) {
      throw new BadPictureException(
          "is damaged in the archive (its size or its CRC-32 is another): fetch it again");
    }
    return bytes;
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw DataSource.unreadable(location.toString(), -1, e);
    }
  }

  private static void closeQuietly(ZipFile zip, RuntimeException reason) {
    try {
      zip.close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }
}
