package dev.margrave.workers.vae.engine;

import java.util.Map;

/** The losses of a VAE by plain loops in double: slow, and made of nothing that the engine uses. */
final class ReferenceNetwork {

  record Losses(double reconstruction, double kl, double alignment) {
    double total(double beta, double lambda) {
      return reconstruction + beta * kl + lambda * alignment;
    }
  }

  private final NetworkSpec spec;
  private final Map<String, double[]> parameters;

  ReferenceNetwork(NetworkSpec spec, Map<String, double[]> parameters) {
    this.spec = spec;
    this.parameters = parameters;
  }

  Losses mean(Batch batch) {
    double reconstruction = 0;
    double kl = 0;
    double alignment = 0;
    for (int i = 0; i < batch.count(); i++) {
      Losses one =
          losses(
              row(batch.images(), i, spec.pixels()),
              row(batch.teacher(), i, spec.components()),
              row(batch.noise(), i, spec.latent()));
      reconstruction += one.reconstruction / batch.count();
      kl += one.kl / batch.count();
      alignment += one.alignment / batch.count();
    }
    return new Losses(reconstruction, kl, alignment);
  }

  double[][] encode(double[] image) {
    double[] features = image;
    int height = spec.height();
    int width = spec.width();
    int in = spec.imageChannels();
    for (int layer = 0; layer < spec.channels().size(); layer++) {
      int out = spec.channels().get(layer);
      features = relu(convolution(features, height, width, in, out, "encoder." + layer));
      height /= 2;
      width /= 2;
      in = out;
    }
    double[] mean = dense(features, "mean", spec.latent());
    double[] logVariance = dense(features, "logVariance", spec.latent());
    for (int d = 0; d < spec.latent(); d++) {
      logVariance[d] = 15 * Math.tanh(logVariance[d] / 15);
    }
    return new double[][] {mean, logVariance};
  }

  double[] decode(double[] code) {
    int layers = spec.channels().size();
    int height = spec.height() >> layers;
    int width = spec.width() >> layers;
    int in = spec.channels().get(layers - 1);
    double[] features = relu(dense(code, "decoder.input", height * width * in));
    for (int layer = 0; layer < layers; layer++) {
      int out =
          layer == layers - 1 ? spec.imageChannels() : spec.channels().get(layers - 2 - layer);
      features = transposed(features, height, width, in, out, "decoder." + layer);
      if (layer < layers - 1) {
        features = relu(features);
      }
      height *= 2;
      width *= 2;
      in = out;
    }
    return features;
  }

  double[] witness(double[] code) {
    if (spec.witness() == WitnessHead.SIMPLEX) {
      double[] logits = new double[spec.components()];
      new RegularSimplex(spec.components()).logits(code, logits);
      return logits;
    }
    return dense(code, "witness", spec.components());
  }

  double reconstruction(double[] image, double[] output) {
    double nats = 0;
    for (int p = 0; p < image.length; p++) {
      if (spec.likelihood() == Likelihood.BERNOULLI) {
        double probability = 1 / (1 + Math.exp(-output[p]));
        nats -= image[p] * Math.log(probability) + (1 - image[p]) * Math.log(1 - probability);
      } else {
        double difference = image[p] - output[p];
        nats -= Math.log(Math.exp(-difference * difference / 2) / Math.sqrt(2 * Math.PI));
      }
    }
    return nats;
  }

  private Losses losses(double[] image, double[] teacher, double[] noise) {
    double[][] posterior = encode(image);
    double[] code = new double[spec.latent()];
    double kl = 0;
    for (int d = 0; d < spec.latent(); d++) {
      double variance = Math.exp(posterior[1][d]);
      code[d] = posterior[0][d] + Math.sqrt(variance) * noise[d];
      kl += (posterior[0][d] * posterior[0][d] + variance - Math.log(variance) - 1) / 2;
    }
    double[] logits = witness(code);
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    double alignment = 0;
    for (int k = 0; k < spec.components(); k++) {
      if (teacher[k] > 0) {
        alignment += teacher[k] * (Math.log(teacher[k]) - Math.log(Math.exp(logits[k]) / sum));
      }
    }
    return new Losses(reconstruction(image, decode(code)), kl, alignment);
  }

  private double[] dense(double[] input, String name, int out) {
    double[] weights = parameters.get(name + ".weights");
    double[] result = parameters.get(name + ".bias").clone();
    for (int i = 0; i < input.length; i++) {
      for (int o = 0; o < out; o++) {
        result[o] += input[i] * weights[i * out + o];
      }
    }
    return result;
  }

  /**
   * Kernel 4, stride 2, padding 1: output pixel (y, x) reads input pixels (2y − 1 + i, 2x − 1 + j).
   */
  private double[] convolution(
      double[] input, int height, int width, int in, int out, String name) {
    double[] kernel = parameters.get(name + ".kernel");
    double[] bias = parameters.get(name + ".bias");
    double[] result = new double[height / 2 * (width / 2) * out];
    for (int y = 0; y < height / 2; y++) {
      for (int x = 0; x < width / 2; x++) {
        for (int o = 0; o < out; o++) {
          double sum = bias[o];
          for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
              int row = 2 * y - 1 + i;
              int column = 2 * x - 1 + j;
              if (row >= 0 && row < height && column >= 0 && column < width) {
                for (int c = 0; c < in; c++) {
                  sum +=
                      input[(row * width + column) * in + c]
                          * kernel[((i * 4 + j) * in + c) * out + o];
                }
              }
            }
          }
          result[(y * (width / 2) + x) * out + o] = sum;
        }
      }
    }
    return result;
  }

  /** The adjoint: input pixel (y, x) adds to output pixels (2y − 1 + i, 2x − 1 + j). */
  private double[] transposed(double[] input, int height, int width, int in, int out, String name) {
    double[] kernel = parameters.get(name + ".kernel");
    double[] bias = parameters.get(name + ".bias");
    double[] result = new double[height * 2 * width * 2 * out];
    for (int p = 0; p < result.length; p++) {
      result[p] = bias[p % out];
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int i = 0; i < 4; i++) {
          for (int j = 0; j < 4; j++) {
            int row = 2 * y - 1 + i;
            int column = 2 * x - 1 + j;
            if (row >= 0 && row < 2 * height && column >= 0 && column < 2 * width) {
              for (int o = 0; o < out; o++) {
                for (int c = 0; c < in; c++) {
                  result[(row * 2 * width + column) * out + o] +=
                      input[(y * width + x) * in + c] * kernel[((i * 4 + j) * out + o) * in + c];
                }
              }
            }
          }
        }
      }
    }
    return result;
  }

  private static double[] relu(double[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = Math.max(0, values[i]);
    }
    return result;
  }

  private static double[] row(float[] values, int i, int width) {
    double[] result = new double[width];
    for (int j = 0; j < width; j++) {
      result[j] = values[i * width + j];
    }
    return result;
  }
}
