package dev.margrave.workers.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Picture files in a folder. Links are followed. */
final class PictureFolder implements PictureFiles {
  /** Deeper ones are a mistake. */
  static final int MOST_LEVELS = 16;

  private final Path root;

  /** Kept beside the names: a name in another encoding may not lead back to its file. */
  private final Map<String, Path> paths = new ConcurrentHashMap<>();

  PictureFolder(Path root) {
    this.root = root;
  }

  @Override
  public Path location() {
    return root;
  }

  @Override
  public List<String> names(String folder) {
    Path start = root.resolve(folder);
    if (!Files.isDirectory(start)) {
      return List.of();
    }
    TreeMap<String, Path> found = new TreeMap<>();
    try {
      Files.walkFileTree(
          start, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MOST_LEVELS, new Walk(start, found));
    } catch (IOException e) {
      throw DataSource.unreadable(start.toString(), -1, e);
    }
    paths.putAll(found);
    return List.copyOf(found.keySet());
  }

  private final class Walk extends SimpleFileVisitor<Path> {
    private final Path start;
    private final Map<String, Path> found;

    Walk(Path start, Map<String, Path> found) {
      this.start = start;
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return !folder.equals(start) && PictureFiles.isHidden(folder.getFileName().toString())
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (PictureFiles.isHidden(file.getFileName().toString())) {
        return FileVisitResult.CONTINUE;
      }
      String name = nameOf(file);
      if (attributes.isDirectory()) {
        throw refusal(
            name, "is nested more than %d folders deep: move it up".formatted(MOST_LEVELS));
      }
      if (found.put(name, file) != null) {
        throw refusal(name, "stands for two files, whose names are not in UTF-8: rename them");
      }
      if (found.size() > MOST_FILES) {
        throw new DataException(
            "%s: holds more than %,d files: give a smaller folder".formatted(start, MOST_FILES));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      if (PictureFiles.isHidden(file.getFileName().toString())) {
        return FileVisitResult.CONTINUE;
      }
      if (failure instanceof FileSystemLoopException) {
        throw refusal(nameOf(file), "is a link to a folder that it lies in: remove the link");
      }
      throw DataSource.unreadable(file.toString(), -1, failure);
    }
  }

  private String nameOf(Path file) {
    StringBuilder name = new StringBuilder();
    for (Path part : root.relativize(file)) {
      name.append(name.isEmpty() ? "" : "/").append(part);
    }
    return name.toString();
  }

  @Override
  public boolean holds(String name) {
    return Files.isRegularFile(path(name));
  }

  @Override
  public byte[] read(String name, int limit) throws BadPictureException {
    Path file = path(name);
    // Anything else may never end, as a pipe.
    if (!Files.isRegularFile(file)) {
      throw new BadPictureException("is no file, or a link to nowhere: take it out");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw PictureFiles.tooLong(limit);
      }
      return bytes;
    } catch (IOException e) {
      throw new BadPictureException(
          "cannot be read (" + Shown.of(e.toString()) + "): let this user read it", e);
    }
  }

  private Path path(String name) {
    Path known = paths.get(name);
    return known == null ? root.resolve(name) : known;
  }

  @Override
  public void close() {}
}
