package dev.margrave.app.grafana;

/** Expressions that several panels have in common. */
final class Promql {
  /** The reader's choice of runs. */
  static final String CHOSEN = "{experiment=~\"$experiment\", arm=~\"$arm\", seed=~\"$seed\"}";

  /** What one series of a run is called. */
  static final String RUN = "{{experiment}} {{stage}}";

  /** What makes a run: two teachers of one seed are two stages. */
  private static final String BY = "experiment, arm, seed, stage";

  private Promql() {}

  /** A gauge of each chosen run, once, however many nodes show it. */
  static String ofRuns(String metric) {
    return "max by (" + BY + ") (" + metric + CHOSEN + ")";
  }

  /** By how much a counter of each chosen run grows in a second. */
  static String rateOfRuns(String counter) {
    return "sum by (" + BY + ") (rate(" + counter + CHOSEN + "[$__rate_interval]))";
  }

  /** A quantile of a histogram over all nodes. */
  static String quantile(String quantile, String histogram, String interval) {
    return "histogram_quantile(%s, sum by (le) (rate(%s_bucket[%s])))"
        .formatted(quantile, histogram, interval);
  }
}
