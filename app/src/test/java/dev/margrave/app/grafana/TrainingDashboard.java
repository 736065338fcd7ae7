package dev.margrave.app.grafana;

import static dev.margrave.app.grafana.Panel.lines;
import static dev.margrave.app.grafana.Panel.query;
import static dev.margrave.app.grafana.Panel.times;
import static dev.margrave.app.grafana.Promql.RUN;
import static dev.margrave.app.grafana.Promql.ofRuns;
import static dev.margrave.app.grafana.Promql.rateOfRuns;

import dev.margrave.app.grafana.Dashboard.Row;
import java.util.List;

/** How the autoencoders fare, and how fast. */
final class TrainingDashboard {
  private TrainingDashboard() {}

  static Dashboard dashboard() {
    return new Dashboard(
        "margrave-training",
        "Margrave: Training",
        "What is measured beside the margin on held-out images, and the speed of the optimiser.",
        "now-1h",
        MarginsDashboard.RUNS,
        Marks.all(),
        List.of(
            new Row("The autoencoder", List.of(reconstruction(), kl(), units(), epoch())),
            new Row("Speed", List.of(images(), steps()))));
  }

  private static Panel reconstruction() {
    return lines(
        "Reconstruction",
        MarginsDashboard.NATS,
        "Mean −ln p(x|z) per held-out image at sampled z. Lower is better.",
        query(ofRuns("margrave_vae_reconstruction_nats"), RUN));
  }

  private static Panel kl() {
    return lines(
        "KL",
        MarginsDashboard.NATS,
        "Mean KL(q(z|x) ‖ N(0, I)) per held-out image. A small one alone proves no collapse: the margin does.",
        query(ofRuns("margrave_vae_kl_nats"), RUN));
  }

  private static Panel units() {
    return lines(
        "Active units",
        "none",
        "Dimensions of the code whose mean varies over the held-out images, Var μ(x) > 0.01.",
        query(ofRuns("margrave_vae_active_units"), RUN));
  }

  private static Panel epoch() {
    return lines(
        "Epoch",
        "none",
        "Passes over the training split, by arm. A step back is a restart from the last checkpoint.",
        query(ofRuns("margrave_training_epoch"), RUN));
  }

  private static Panel images() {
    return lines(
        "Images per second",
        "suffix: images/s",
        "Images that the optimiser has seen, per second of the clock: evaluations and checkpoints take their part.",
        query(rateOfRuns("margrave_training_images_total"), RUN));
  }

  private static Panel steps() {
    return times(
        "Time of a step",
        "One optimiser step of one batch, over all workers: the middle one, and the slowest in twenty.",
        "margrave_training_step_seconds",
        "$__rate_interval",
        "0.95",
        "19 of 20");
  }
}
