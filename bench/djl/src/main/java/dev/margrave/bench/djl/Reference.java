package dev.margrave.bench.djl;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the contenders train: a network's first weights, and its first batches, as the benchmark's
 * {@code ReferenceNet} writes them, in the layouts of the product.
 *
 * @param channels of the encoder's layers
 * @param weights by the product's names
 */
record Reference(
    int batch,
    int height,
    int width,
    int colours,
    int latent,
    int components,
    List<Integer> channels,
    Map<String, Tensor> weights,
    List<Step> steps) {

  /** Values in C order. */
  @SuppressWarnings("ArrayRecordComponent") // Numbers in bulk; compared by nobody.
  record Tensor(long[] shape, float[] values) {
    /**
     * The same with its dimensions in another order; the new first one is the old {@code
     * order[0]}th.
     */
    Tensor transposed(int... order) {
      long[] to = new long[order.length];
      int[] strides = new int[order.length];
      int stride = 1;
      int[] own = new int[order.length];
      for (int i = order.length - 1; i >= 0; i--) {
        own[i] = stride;
        stride *= (int) shape[i];
      }
      for (int i = 0; i < order.length; i++) {
        to[i] = shape[order[i]];
        strides[i] = own[order[i]];
      }
      float[] moved = new float[values.length];
      for (int at = 0; at < moved.length; at++) {
        int rest = at;
        int from = 0;
        for (int i = order.length - 1; i >= 0; i--) {
          from += rest % (int) to[i] * strides[i];
          rest /= (int) to[i];
        }
        moved[at] = values[from];
      }
      return new Tensor(to, moved);
    }

    Tensor reshaped(long... other) {
      return new Tensor(other, values);
    }
  }

  /** One step's images {@code [batch, height, width, colours]}, teacher rows and noise. */
  record Step(Tensor images, Tensor teacher, Tensor noise) {}

  static Reference read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      int batch = in.readInt();
      int height = in.readInt();
      int width = in.readInt();
      int colours = in.readInt();
      int latent = in.readInt();
      int components = in.readInt();
      List<Integer> channels = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        channels.add(in.readInt());
      }
      Map<String, Tensor> weights = new LinkedHashMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        weights.put(in.readUTF(), tensor(in));
      }
      List<Step> steps = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        steps.add(new Step(tensor(in), tensor(in), tensor(in)));
      }
      return new Reference(
          batch, height, width, colours, latent, components, channels, weights, steps);
    }
  }

  private static Tensor tensor(DataInputStream in) throws IOException {
    long[] shape = new long[in.readInt()];
    int size = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = in.readInt();
      size *= (int) shape[i];
    }
    byte[] bytes = new byte[size * Float.BYTES];
    in.readFully(bytes);
    float[] values = new float[size];
    ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
    return new Tensor(shape, values);
  }
}
