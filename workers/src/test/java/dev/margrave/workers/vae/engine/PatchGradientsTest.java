package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

class PatchGradientsTest {

  /** Kernel, stride, padding, dilation; neither 'same' nor NCHW. */
  private static final int[] GEOMETRY = {4, 4, 2, 2, 1, 1, 1, 1, 0, 1};

  /** Images, height and width of the smaller map, channels of the smaller and of the larger one. */
  private static final int[][] SHAPES = {{3, 4, 4, 16, 3}, {2, 5, 3, 8, 1}, {2, 1, 1, 2, 8}};

  @Test
  void theyAreThoseOfTheConvolution() {
    try (PatchGradients gradients = new PatchGradients()) {
      for (int[] shape : SHAPES) {
        INDArray input = larger(1, shape);
        INDArray kernel = random(2, 4, 4, shape[4], shape[3]);
        INDArray bias = random(3, shape[3]);
        INDArray gradient = smaller(4, shape);
        INDArray[] expected = {input.dup(), kernel.dup(), bias.dup()};
        differentiate(PatchGradients.CONVOLUTION, expected, input, kernel, bias, gradient);
        INDArray kernelGradient = kernel.dup();
        INDArray biasGradient = bias.dup();
        assertTrue(PatchGradients.fits(input, kernel, gradient));
        gradients.convolution(input, gradient, kernelGradient, biasGradient);
        assertSame(expected[1], kernelGradient);
        assertSame(expected[2], biasGradient);
      }
    }
  }

  @Test
  void theyAreThoseOfTheTransposedConvolution() {
    try (PatchGradients gradients = new PatchGradients()) {
      for (int[] shape : SHAPES) {
        INDArray input = smaller(1, shape);
        INDArray kernel = random(2, 4, 4, shape[4], shape[3]);
        INDArray bias = random(3, shape[4]);
        INDArray gradient = larger(4, shape);
        INDArray[] expected = {input.dup(), kernel.dup(), bias.dup()};
        differentiate(PatchGradients.TRANSPOSED, expected, input, kernel, bias, gradient);
        INDArray[] actual = {input.dup(), kernel.dup(), bias.dup()};
        assertTrue(PatchGradients.fits(gradient, kernel, input));
        gradients.transposed(input, kernel, gradient, actual[0], actual[1], actual[2]);
        for (int i = 0; i < expected.length; i++) {
          assertSame(expected[i], actual[i]);
        }
      }
    }
  }

  @Test
  void theyLeaveAllElseAlone() {
    INDArray larger = random(1, 2, 8, 8, 3);
    INDArray smaller = random(2, 2, 4, 4, 5);
    INDArray kernel = random(3, 4, 4, 3, 5);
    assertTrue(PatchGradients.fits(larger, kernel, smaller));
    assertFalse(PatchGradients.fits(larger, random(3, 3, 3, 3, 5), smaller));
    assertFalse(PatchGradients.fits(larger.castTo(DataType.DOUBLE), kernel, smaller));
    assertFalse(PatchGradients.fits(larger, kernel, random(2, 2, 5, 4, 5)));
    assertFalse(PatchGradients.fits(random(1, 2, 8, 8, 9), random(3, 4, 4, 9, 5), smaller));
  }

  private static void assertSame(INDArray expected, INDArray actual) {
    assertTrue(expected.amaxNumber().doubleValue() > 0.3);
    assertArrayEquals(Tensors.toArray(expected), Tensors.toArray(actual), 1e-4f);
  }

  private static INDArray larger(int seed, int[] shape) {
    return random(seed, shape[0], 2L * shape[1], 2L * shape[2], shape[4]);
  }

  private static INDArray smaller(int seed, int[] shape) {
    return random(seed, shape[0], shape[1], shape[2], shape[3]);
  }

  private static void differentiate(String operation, INDArray[] outputs, INDArray... inputs) {
    Nd4j.exec(
        DynamicCustomOp.builder(operation)
            .addInputs(inputs)
            .addOutputs(outputs)
            .addIntegerArguments(GEOMETRY)
            .build());
  }

  private static INDArray random(long seed, long... shape) {
    INDArray array = Nd4j.create(DataType.FLOAT, shape);
    float[] values = new float[(int) array.length()];
    new CounterRandom(seed, CounterRandom.Stream.EVALUATION_NOISE, 1).fillGaussian(values);
    Tensors.write(values, 0, array, values.length);
    return array;
  }
}
