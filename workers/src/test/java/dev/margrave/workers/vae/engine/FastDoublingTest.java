package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.DeConv2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.factory.Nd4j;

class FastDoublingTest {

  private static final DeConv2DConfig DOUBLING =
      DeConv2DConfig.builder()
          .kH(4)
          .kW(4)
          .sH(2)
          .sW(2)
          .pH(1)
          .pW(1)
          .dH(1)
          .dW(1)
          .isSameMode(false)
          .dataFormat("NHWC")
          .build();

  @Test
  void itIsTheTransposedConvolution() {
    try (FastDoubling doubling = new FastDoubling()) {
      for (int[] shape : new int[][] {{3, 4, 4, 16, 8}, {2, 5, 3, 8, 3}, {2, 1, 1, 2, 1}}) {
        INDArray input = random(1, shape[0], shape[1], shape[2], shape[3]);
        INDArray kernel = random(2, 4, 4, shape[4], shape[3]);
        INDArray bias = random(3, shape[4]);
        INDArray expected =
            Nd4j.create(DataType.FLOAT, shape[0], 2L * shape[1], 2L * shape[2], shape[4]);
        INDArray actual = expected.dup();
        assertTrue(FastDoubling.fits(input, kernel, actual));
        Nd4j.exec(
            new DeConv2D(
                new INDArray[] {input, kernel, bias}, new INDArray[] {expected}, DOUBLING));
        doubling.apply(input, kernel, bias, actual);
        assertTrue(expected.amaxNumber().doubleValue() > 0.5);
        assertArrayEquals(Tensors.toArray(expected), Tensors.toArray(actual), 1e-4f);
        assertEquals(expected.length(), actual.length());
      }
    }
  }

  @Test
  void itLeavesAllElseAlone() {
    INDArray input = random(1, 2, 4, 4, 2);
    INDArray output = Nd4j.create(DataType.FLOAT, 2, 8, 8, 3);
    assertFalse(FastDoubling.fits(input, random(1, 3, 3, 3, 2), output));
    assertFalse(FastDoubling.fits(input, random(1, 4, 4, 3, 2), output.castTo(DataType.DOUBLE)));
    assertFalse(
        FastDoubling.fits(input, random(1, 4, 4, 3, 2), Nd4j.create(DataType.FLOAT, 2, 10, 8, 3)));
  }

  private static INDArray random(long seed, long... shape) {
    INDArray array = Nd4j.create(DataType.FLOAT, shape);
    float[] values = new float[(int) array.length()];
    new CounterRandom(seed, CounterRandom.Stream.EVALUATION_NOISE, 1).fillGaussian(values);
    Tensors.write(values, 0, array, values.length);
    return array;
  }
}
