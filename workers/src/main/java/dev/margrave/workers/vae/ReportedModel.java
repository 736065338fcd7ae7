package dev.margrave.workers.vae;

/**
 * A model by what an external trainer says of it: the posteriors of a split's images, and a linear
 * head on the code, which Margrave itself applies. So the witness reads nothing else.
 *
 * @param posteriors of all images of the split
 * @param head A {@code [latent·K]}, row by row
 * @param bias c {@code [K]}
 * @param chunk images at once
 */
@SuppressWarnings("ArrayRecordComponent") // Numbers in bulk; compared by nobody.
record ReportedModel(Posteriors posteriors, float[] head, float[] bias, int chunk)
    implements MeasuredModel {
  @Override
  public int size() {
    return posteriors.size();
  }

  @Override
  public int latent() {
    return posteriors.latent();
  }

  @Override
  public int components() {
    return bias.length;
  }

  @Override
  public void encode(int from, int count, float[] mean, float[] logVariance) {
    System.arraycopy(posteriors.mean(), from * latent(), mean, 0, count * latent());
    System.arraycopy(posteriors.logVariance(), from * latent(), logVariance, 0, count * latent());
  }

  /** z·A + c, summed in double. */
  @Override
  public void witness(float[] codes, int count, float[] logits) {
    int components = components();
    double[] row = new double[components];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < components; k++) {
        row[k] = bias[k];
      }
      for (int d = 0; d < latent(); d++) {
        double code = codes[i * latent() + d];
        for (int k = 0; k < components; k++) {
          row[k] += code * head[d * components + k];
        }
      }
      for (int k = 0; k < components; k++) {
        logits[i * components + k] = (float) row[k];
      }
    }
  }

  @Override
  public void reconstruct(float[] codes, int count, float[] nats, float[] squaredError) {
    throw new IllegalStateException("only the trainer has a decoder");
  }
}
