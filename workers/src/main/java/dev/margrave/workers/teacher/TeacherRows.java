package dev.margrave.workers.teacher;

/**
 * From log responsibilities to a teacher: T(k|x) = softmax_k(ln r_k(x) / temperature), then T ←
 * (1−ε)T + ε/K.
 *
 * @param temperature 1 leaves the responsibilities, more flattens them
 * @param floor ε
 */
record TeacherRows(double temperature, double floor) {
  /**
   * Writes one row.
   *
   * @param logResponsibilities K numbers from {@code from} on; the largest is finite
   * @param into the K probabilities, from {@code to} on
   */
  void write(double[] logResponsibilities, int from, int components, double[] into, int to) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < components; k++) {
      largest = Math.max(largest, logResponsibilities[from + k]);
    }
    double sum = 0;
    for (int k = 0; k < components; k++) {
      double weight = Math.exp((logResponsibilities[from + k] - largest) / temperature);
      into[to + k] = weight;
      sum += weight;
    }
    for (int k = 0; k < components; k++) {
      into[to + k] = (1 - floor) * (into[to + k] / sum) + floor / components;
    }
  }
}
