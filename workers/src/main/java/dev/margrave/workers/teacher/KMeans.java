package dev.margrave.workers.teacher;

import dev.margrave.workers.random.IndexedRandom;
import java.util.Arrays;

/**
 * The start of a mixture: greedy k-means++ centres, improved by a few of Lloyd's iterations.
 *
 * <p><b>Source.</b> Arthur, Vassilvitskii, "k-means++: the advantages of careful seeding", SODA
 * 2007; Lloyd, "Least squares quantization in PCM", 1982. A centre that loses all its points stays
 * where it is; a point that is as near to two centres belongs to the first.
 */
final class KMeans {
  private final Points points;
  private final double[] scale;
  private final int components;
  private final double[] centres;
  private final int[] labels;

  private KMeans(Points points, double[] scale, int components) {
    this.points = points;
    this.scale = scale;
    this.components = components;
    this.centres = new double[components * scale.length];
    this.labels = new int[points.rows()];
  }

  /**
   * The cluster of each point; every cluster has at least one.
   *
   * @param scale of each dimension, [d]: distances are those of scaled points
   * @throws TeacherSearchException if fewer than {@code components} points are distinct
   */
  static int[] labels(
      Points points,
      double[] scale,
      int components,
      int lloydIterations,
      IndexedRandom random,
      CancellationCheck cancellation) {
    KMeans clusters = new KMeans(points, scale, components);
    clusters.seed(random, cancellation);
    clusters.assign();
    for (int i = 0; i < lloydIterations; i++) {
      cancellation.throwIfCancelled();
      int[] before = clusters.labels.clone();
      clusters.moveCentres();
      clusters.assign();
      if (Arrays.equals(before, clusters.labels)) {
        break;
      }
    }
    clusters.fillEmptyClusters();
    return clusters.labels;
  }

  /**
   * Greedy k-means++: of several points drawn by squared distance, the one that leaves the smallest
   * sum of squared distances becomes the next centre.
   */
  private void seed(IndexedRandom random, CancellationCheck cancellation) {
    int tries = 2 + (int) Math.log(components);
    double[] distances = new double[points.rows()];
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    double total = approach(distances, (int) (random.uniform(0) * points.rows()), 0);
    for (int k = 1; k < components; k++) {
      cancellation.throwIfCancelled();
      if (!(total > 0)) {
        throw new TeacherSearchException(
            String.format(
                "The %d images that a teacher would be fitted to hold only %d different ones, fewer"
                    + " than the %d components asked for; ask for at most %d, or give more images.",
                distances.length, k, components, k));
      }
      int best = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int attempt = 0; attempt < tries; attempt++) {
        int drawn = draw(distances, random.uniform((long) k * tries + attempt) * total);
        double left = approach(distances.clone(), drawn, k);
        if (left < least) {
          least = left;
          best = drawn;
        }
      }
      total = approach(distances, best, k);
    }
  }

  /** Makes a point the k-th centre and lowers the squared distances to it; their sum. */
  private double approach(double[] distances, int point, int k) {
    setCentre(k, point);
    double total = 0;
    for (int i = 0; i < distances.length; i++) {
      distances[i] = Math.min(distances[i], distance(i, k));
      total += distances[i];
    }
    return total;
  }

  /** The first point at which the running sum passes {@code target}; never one of distance 0. */
  private static int draw(double[] distances, double target) {
    double sum = 0;
    int last = -1;
    for (int i = 0; i < distances.length; i++) {
      if (distances[i] > 0) {
        sum += distances[i];
        last = i;
        if (sum > target) {
          break;
        }
      }
    }
    return last;
  }

  private void setCentre(int k, int point) {
    int d = scale.length;
    for (int j = 0; j < d; j++) {
      centres[k * d + j] = points.values()[point * points.stride() + j];
    }
  }

  private double distance(int point, int k) {
    int d = scale.length;
    int at = point * points.stride();
    double sum = 0;
    for (int j = 0; j < d; j++) {
      double difference = (points.values()[at + j] - centres[k * d + j]) * scale[j];
      sum += difference * difference;
    }
    return sum;
  }

  private void assign() {
    for (int i = 0; i < labels.length; i++) {
      double nearest = Double.POSITIVE_INFINITY;
      for (int k = 0; k < components; k++) {
        double distance = distance(i, k);
        if (distance < nearest) {
          nearest = distance;
          labels[i] = k;
        }
      }
    }
  }

  private void moveCentres() {
    int d = scale.length;
    int[] counts = counts();
    for (int k = 0; k < components; k++) {
      if (counts[k] > 0) {
        Arrays.fill(centres, k * d, (k + 1) * d, 0);
      }
    }
    for (int i = 0; i < labels.length; i++) {
      int k = labels[i];
      for (int j = 0; j < d; j++) {
        centres[k * d + j] += points.values()[i * points.stride() + j] / counts[k];
      }
    }
  }

  /** Gives an empty cluster the farthest point of those whose cluster can spare it. */
  private void fillEmptyClusters() {
    int[] counts = counts();
    for (int k = 0; k < components; k++) {
      if (counts[k] > 0) {
        continue;
      }
      int farthest = -1;
      double distance = -1;
      for (int i = 0; i < labels.length; i++) {
        if (counts[labels[i]] > 1 && distance(i, labels[i]) > distance) {
          farthest = i;
          distance = distance(i, labels[i]);
        }
      }
      counts[labels[farthest]]--;
      labels[farthest] = k;
      counts[k] = 1;
      setCentre(k, farthest);
    }
  }

  private int[] counts() {
    int[] counts = new int[components];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }
}
