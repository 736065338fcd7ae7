package dev.margrave.workers.data;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tiny-ImageNet-200 (Le, Yang, "Tiny ImageNet visual recognition challenge", Stanford CS 231N,
 * 2015), as its zip archive or unpacked.
 *
 * <pre>
 *   wnids.txt                          a class per line: n01443537
 *   words.txt                          class, tab, its names; may be absent
 *   train/CLASS/images/*.JPEG          64 x 64
 *   val/images/*.JPEG
 *   val/val_annotations.txt            file, tab, class, and a box that is not read
 * </pre>
 *
 * <p>Classes count in the order of their names, pictures in the order of class and file name. The
 * folder {@code test} has no labels and is not read. Any number of pictures per class will do.
 */
final class TinyImageNet implements PictureFormat {
  static final TinyImageNet INSTANCE = new TinyImageNet();

  private static final String NAME = "tiny-imagenet-200";
  private static final String ARCHIVE = NAME + ".zip";
  private static final String CLASSES = "wnids.txt";
  private static final String WORDS = "words.txt";
  private static final String ANNOTATIONS = "val/val_annotations.txt";
  private static final int SIDE = 64;

  /** Those of the whole ImageNet have 2.6 MB. */
  private static final int MOST_TEXT_BYTES = 16 << 20;

  /** Theirs are below 20 kB. */
  private static final int MOST_PICTURE_BYTES = 1 << 20;

  private static final Pattern CLASS = Pattern.compile("n[0-9]{8}");
  private static final Pattern TRAIN =
      Pattern.compile("train/([^/]+)/images/[^/]+\\.jpe?g", Pattern.CASE_INSENSITIVE);

  private TinyImageNet() {}

  @Override
  public String name() {
    return NAME;
  }

  /** A file that stands in the root of this data set and of no other. */
  static String marker() {
    return CLASSES;
  }

  @Override
  public Optional<Path> search(Path start, List<Path> looked) {
    looked.add(start);
    if (Files.isRegularFile(start) || Files.isRegularFile(start.resolve(CLASSES))) {
      return Optional.of(start);
    }
    Path folder = start.resolve(NAME);
    looked.add(folder);
    if (Files.isRegularFile(folder.resolve(CLASSES))) {
      return Optional.of(folder);
    }
    Path archive = start.resolve(ARCHIVE);
    looked.add(archive);
    return Optional.of(archive).filter(Files::isRegularFile);
  }

  @Override
  public PictureFiles open(Path location) {
    return Files.isDirectory(location)
        ? new PictureFolder(location)
        : PictureZip.open(location, CLASSES);
  }

  @Override
  public OptionalInt exactSide() {
    return OptionalInt.of(SIDE);
  }

  @Override
  public int mostBytes() {
    return MOST_PICTURE_BYTES;
  }

  @Override
  public String mend() {
    return "Fetch it with `margrave data fetch "
        + NAME
        + "`, or set dataset.path to the directory or archive that holds it.";
  }

  @Override
  public Listing list(PictureFiles files) {
    List<String> classes = classes(files);
    Map<String, Integer> labels = new HashMap<>();
    for (String wnid : classes) {
      labels.put(wnid, labels.size());
    }
    return new Listing(labelNames(files, classes), train(files, labels), evaluate(files, labels));
  }

  private static List<String> classes(PictureFiles files) {
    TreeSet<String> classes = new TreeSet<>();
    int number = 0;
    for (String line : lines(files, CLASSES)) {
      number++;
      if (!CLASS.matcher(line).matches() || !classes.add(line)) {
        throw files.refusal(
            CLASSES,
            "has '%s' in line %d: expected a class as n01443537, each once"
                .formatted(Shown.of(line), number));
      }
    }
    if (classes.isEmpty()) {
      throw files.refusal(CLASSES, "is empty: expected a class per line");
    }
    return List.copyOf(classes);
  }

  /** The first of a class's names, or all of them where two classes share the first. */
  private static List<String> labelNames(PictureFiles files, List<String> classes) {
    Map<String, String> words = new HashMap<>();
    if (files.holds(WORDS)) {
      for (String line : lines(files, WORDS)) {
        String[] fields = line.split("\t", 2);
        if (fields.length == 2 && !fields[1].isBlank()) {
          words.put(fields[0], Shown.of(fields[1].strip()));
        }
      }
    }
    List<String> all = classes.stream().map(wnid -> words.getOrDefault(wnid, wnid)).toList();
    Map<String, Integer> uses = new HashMap<>();
    all.forEach(names -> uses.merge(first(names), 1, Integer::sum));
    return all.stream().map(names -> uses.get(first(names)) == 1 ? first(names) : names).toList();
  }

  private static String first(String names) {
    int comma = names.indexOf(',');
    return comma < 0 ? names : names.substring(0, comma);
  }

  private static List<Picture> train(PictureFiles files, Map<String, Integer> labels) {
    List<Picture> pictures = new ArrayList<>();
    for (String name : files.names("train")) {
      Matcher matcher = TRAIN.matcher(name);
      if (matcher.matches()) {
        Integer label = labels.get(matcher.group(1));
        if (label == null) {
          throw files.refusal(
              name, "is of a class that " + CLASSES + " does not name: unpack the archive again");
        }
        pictures.add(new Picture(name, label));
      }
    }
    if (pictures.isEmpty()) {
      throw files.refusal("train", "holds no CLASS/images/*.JPEG: unpack the archive again");
    }
    return pictures;
  }

  private static List<Picture> evaluate(PictureFiles files, Map<String, Integer> labels) {
    if (!files.holds(ANNOTATIONS)) {
      throw files.refusal(ANNOTATIONS, "is not there: unpack the archive again");
    }
    Map<String, Integer> annotated = new HashMap<>();
    int number = 0;
    for (String line : lines(files, ANNOTATIONS)) {
      number++;
      String[] fields = line.split("\t", -1);
      Integer label = fields.length < 2 ? null : labels.get(fields[1]);
      if (label == null || annotated.put("val/images/" + fields[0], label) != null) {
        throw files.refusal(
            ANNOTATIONS,
            "has '%s' in line %d: expected a file, each once, a tab and a class of %s"
                .formatted(Shown.of(line), number, CLASSES));
      }
    }
    List<Picture> pictures = new ArrayList<>();
    Set<String> missing = new HashSet<>(annotated.keySet());
    for (String name : files.names("val/images")) {
      Integer label = annotated.get(name);
      if (label == null) {
        throw files.refusal(name, "has no line in " + ANNOTATIONS + ": unpack the archive again");
      }
      missing.remove(name);
      pictures.add(new Picture(name, label));
    }
    if (!missing.isEmpty()) {
      throw files.refusal(
          new TreeSet<>(missing).first(),
          "is not there, one of %d that %s names and that are missing: unpack the archive again"
              .formatted(missing.size(), ANNOTATIONS));
    }
    if (pictures.isEmpty()) {
      throw files.refusal(ANNOTATIONS, "is empty: unpack the archive again");
    }
    return pictures;
  }

  private static List<String> lines(PictureFiles files, String name) {
    try {
      return new String(files.read(name, MOST_TEXT_BYTES), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (BadPictureException e) {
      throw new DataException(files.location() + ": " + name + " " + e.getMessage(), e);
    }
  }
}
