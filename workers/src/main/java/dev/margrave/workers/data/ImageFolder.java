package dev.margrave.workers.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A user's own pictures, sorted into folders by class.
 *
 * <pre>
 *   train/CLASS/...       pictures to train on, in folders within as deep as one likes
 *   evaluate/CLASS/...    held out; else val, else test; else a fifth of train is held out
 * </pre>
 *
 * <p>Pictures are the files that end in {@code .jpg}, {@code .jpeg}, {@code .png} or {@code .bmp},
 * in any case; others, and hidden ones, do not count. Classes count in the order of their folders'
 * names, pictures in the order of their names.
 *
 * <p>Without a held-out folder a picture is held out if the first four bytes of the SHA-256 of its
 * name below {@code train}, as {@code cat/1.png} in UTF-8, taken as an unsigned big-endian number,
 * can be divided by 5. So it depends on no other picture, and none ever changes sides.
 */
final class ImageFolder implements PictureFormat {
  static final ImageFolder INSTANCE = new ImageFolder();

  private static final String NAME = "image-folder";
  private static final String TRAIN = "train";
  private static final List<String> HELD_OUT = List.of("evaluate", "val", "test");
  private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png", ".bmp");
  private static final int HELD_OUT_PART = 5;

  /** Far above a camera's. */
  private static final int MOST_PICTURE_BYTES = 64 << 20;

  private ImageFolder() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<Path> search(Path start, List<Path> looked) {
    Path train = start.resolve(TRAIN);
    looked.add(train);
    boolean other = Files.exists(start.resolve(TinyImageNet.marker()));
    return Files.isDirectory(train) && !other ? Optional.of(start) : Optional.empty();
  }

  @Override
  public PictureFiles open(Path location) {
    return new PictureFolder(location);
  }

  @Override
  public OptionalInt exactSide() {
    return OptionalInt.empty();
  }

  @Override
  public int mostBytes() {
    return MOST_PICTURE_BYTES;
  }

  @Override
  public String mend() {
    return "Set dataset.path to a folder that holds the pictures as train/CLASS/*.png (or .jpg,"
        + " .jpeg, .bmp).";
  }

  @Override
  public Listing list(PictureFiles files) {
    List<String> names = pictures(files, TRAIN);
    if (names.isEmpty()) {
      throw files.refusal(
          TRAIN,
          "holds no picture (it holds %s): expected CLASS/*.png, .jpg, .jpeg or .bmp"
              .formatted(
                  DatasetFormat.listing(files.names(TRAIN).stream().map(Shown::of).toList())));
    }
    Map<String, Integer> labels = labels(files, names);
    List<Picture> train = labelled(files, names, labels);
    List<String> labelNames = labels.keySet().stream().map(name -> Shown.of(name)).toList();
    for (String folder : HELD_OUT) {
      List<String> heldOut = pictures(files, folder);
      if (!heldOut.isEmpty()) {
        return new Listing(labelNames, train, labelled(files, heldOut, labels));
      }
    }
    return split(files, labelNames, train);
  }

  private static List<String> pictures(PictureFiles files, String folder) {
    return files.names(folder).stream().filter(ImageFolder::isPicture).toList();
  }

  private static boolean isPicture(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(lower::endsWith);
  }

  /** Class to label, in the order of the classes' names. */
  private static Map<String, Integer> labels(PictureFiles files, List<String> names) {
    TreeMap<String, Integer> labels = new TreeMap<>();
    names.forEach(name -> labels.put(classOf(files, name), 0));
    int next = 0;
    for (Map.Entry<String, Integer> label : labels.entrySet()) {
      label.setValue(next++);
    }
    return labels;
  }

  private static String classOf(PictureFiles files, String name) {
    String[] parts = name.split("/", -1);
    if (parts.length < 3) {
      throw files.refusal(
          name,
          "is in no class: move it to %s/CLASS/%s"
              .formatted(parts[0], Shown.of(parts[parts.length - 1])));
    }
    return parts[1];
  }

  private static List<Picture> labelled(
      PictureFiles files, List<String> names, Map<String, Integer> labels) {
    List<Picture> pictures = new ArrayList<>();
    for (String name : names) {
      Integer label = labels.get(classOf(files, name));
      if (label == null) {
        throw files.refusal(
            name,
            "is of the class '%s', of which train has no picture: add some, or take it out"
                .formatted(Shown.of(classOf(files, name))));
      }
      pictures.add(new Picture(name, label));
    }
    return pictures;
  }

  private static Listing split(PictureFiles files, List<String> labelNames, List<Picture> all) {
    Map<Boolean, List<Picture>> parts = new HashMap<>();
    for (Picture picture : all) {
      boolean heldOut = isHeldOut(picture.name().substring(TRAIN.length() + 1));
      parts.computeIfAbsent(heldOut, part -> new ArrayList<>()).add(picture);
    }
    if (parts.size() < 2) {
      throw files.refusal(
          TRAIN,
          "has %d pictures, too few to hold a fifth out: add more, or the held-out ones in evaluate"
              .formatted(all.size()));
    }
    return new Listing(labelNames, parts.get(false), parts.get(true));
  }

  /** See the class comment; changing it changes every such data set. */
  static boolean isHeldOut(String nameBelowTrain) {
    byte[] digest =
        ContentHash.digest("SHA-256").digest(nameBelowTrain.getBytes(StandardCharsets.UTF_8));
    int first = ByteBuffer.wrap(digest).getInt();
    return Integer.remainderUnsigned(first, HELD_OUT_PART) == 0;
  }
}
