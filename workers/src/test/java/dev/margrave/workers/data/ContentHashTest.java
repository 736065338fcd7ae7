package dev.margrave.workers.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContentHashTest {
  private static final ImageShape SHAPE = new ImageShape(1, 2, 1);
  private static final ImageSplit TRAIN =
      ImageSplit.of(SHAPE, new byte[] {10, 20, 30, 40}, new int[] {1, 0});
  private static final ImageSplit EVALUATE =
      ImageSplit.of(SHAPE, new byte[] {50, (byte) 200}, new int[] {1});

  @Test
  void isTheDigestOfTheDocumentedBytes() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("margrave-images-1\n".getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(HexFormat.of().parseHex("00000001" + "00000002" + "00000001" + "00000003"));
    bytes.writeBytes(HexFormat.of().parseHex("00000002" + "00000001" + "00000000" + "0a141e28"));
    bytes.writeBytes(HexFormat.of().parseHex("00000001" + "00000001" + "32c8"));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
    assertEquals(HexFormat.of().formatHex(digest), hash(3, TRAIN, EVALUATE));
  }

  @Test
  void tellsEveryDifferenceThatMatters() {
    String hash = hash(3, TRAIN, EVALUATE);
    assertEquals(
        hash, new ImageDataset("b", 3, List.of("x", "y", "z"), TRAIN, EVALUATE).contentHash());
    assertNotEquals(hash, hash(2, TRAIN, EVALUATE));
    assertNotEquals(hash, hash(3, EVALUATE, TRAIN));
    assertNotEquals(hash, hash(3, TRAIN.subset(new int[] {1, 0}), EVALUATE));
    assertNotEquals(hash, hash(3, TRAIN.subset(new int[] {0}), EVALUATE));
    ImageSplit relabelled = ImageSplit.of(SHAPE, new byte[] {10, 20, 30, 40}, new int[] {1, 1});
    assertNotEquals(hash, hash(3, relabelled, EVALUATE));
    ImageSplit repainted = ImageSplit.of(SHAPE, new byte[] {10, 20, 30, 41}, new int[] {1, 0});
    assertNotEquals(hash, hash(3, repainted, EVALUATE));
  }

  private static String hash(int classes, ImageSplit train, ImageSplit evaluate) {
    return new ImageDataset("a", classes, List.of(), train, evaluate).contentHash();
  }
}
