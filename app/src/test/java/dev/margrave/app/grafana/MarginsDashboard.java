package dev.margrave.app.grafana;

import static dev.margrave.app.grafana.Panel.lines;
import static dev.margrave.app.grafana.Panel.number;
import static dev.margrave.app.grafana.Panel.query;
import static dev.margrave.app.grafana.Promql.RUN;
import static dev.margrave.app.grafana.Promql.ofRuns;

import dev.margrave.app.grafana.Dashboard.Row;
import dev.margrave.app.grafana.Dashboard.Variable;
import dev.margrave.app.grafana.Panel.Look;
import dev.margrave.app.grafana.Panel.Named;
import java.util.List;

/** On which side of the boundary each run stands. */
final class MarginsDashboard {
  static final String NATS = "suffix: nats";

  /**
   * What a reader chooses of runs; the other dashboards use the same names, so that links keep it.
   */
  static final List<Variable> RUNS =
      List.of(
          new Variable(
              "experiment", "Experiment", "label_values(margrave_stage_state, experiment)"),
          new Variable(
              "arm", "Arm", "label_values(margrave_stage_state{experiment=~\"$experiment\"}, arm)"),
          new Variable(
              "seed",
              "Seed",
              "label_values(margrave_stage_state{experiment=~\"$experiment\"}, seed)"));

  private static final String MARGIN = "margrave:margin_nats" + Promql.CHOSEN;
  private static final String VERDICT = "margrave:verdict" + Promql.CHOSEN;

  /** 1 where the verdict is what the protocol expects of the arm, −1 where it is the contrary. */
  private static final String GATE = "margrave:gate" + Promql.CHOSEN;

  private static final List<Named> VERDICTS =
      List.of(
          new Named(1, "CERTIFIED", "green"),
          new Named(0, "INCONCLUSIVE", "yellow"),
          new Named(-1, "NEGATIVE", "red"));

  private static final List<Named> GATES =
      List.of(
          new Named(1, "PASS", "green"),
          new Named(0, "INCONCLUSIVE", "yellow"),
          new Named(-1, "FAIL", "red"));

  private MarginsDashboard() {}

  static Dashboard dashboard() {
    return new Dashboard(
        "margrave-margins",
        "Margrave: Margins",
        "Each run's margin G = I − L on held-out images at sampled z. Above τ it certifies; under 0 a constant"
            + " aligns better. A certificate says that variation relative to its teacher passes through the"
            + " latent code; it does not rule out other forms of posterior collapse.",
        "now-1h",
        RUNS,
        Marks.all(),
        List.of(
            new Row(
                "Now", List.of(certified(), negative(), smallest(), passed(), failed(), band())),
            new Row("The boundary", List.of(margins())),
            new Row("Verdicts and gates", List.of(verdicts(), gates(), now())),
            new Row("What the margin is made of", List.of(teacher(), loss(), safe(), witness()))));
  }

  private static Panel certified() {
    return number(
        "Certified",
        "none",
        "Chosen runs whose latest evaluation is CERTIFIED: margin above τ, beyond rounding.",
        "count(" + VERDICT + " == 1) or vector(0)");
  }

  private static Panel negative() {
    return number(
        "Negative",
        "none",
        "Chosen runs whose latest evaluation is NEGATIVE. Expected of ablation, collapse and baselines.",
        "count(" + VERDICT + " == -1) or vector(0)");
  }

  private static Panel smallest() {
    return number(
        "Smallest margin of full",
        NATS,
        "The worst of the chosen full arms; the other arms have their lines below.",
        "min(margrave:margin_nats"
            + "{experiment=~\"$experiment\", arm=\"full\", seed=~\"$seed\"})");
  }

  private static Panel passed() {
    return number(
        "Gates passed",
        "none",
        "Chosen runs whose latest verdict is the one that their gate asks for.",
        "count(" + GATE + " == 1) or vector(0)");
  }

  private static Panel failed() {
    return number(
        "Gates failed",
        "none",
        "Chosen runs whose latest verdict is the contrary of what their gate asks for. While a run trains that may"
            + " change.",
        "count(" + GATE + " == -1) or vector(0)");
  }

  private static Panel band() {
    return number(
        "τ",
        NATS,
        "The safety margin; of several experiments the largest. A margin between 0 and τ is INCONCLUSIVE.",
        tau());
  }

  /** τ = G − (G − τ); a margin of −∞ has none. */
  private static String tau() {
    return "max((margrave_certificate_margin_nats%s > -Inf) - margrave_certificate_safe_margin_nats%s)"
        .formatted(Promql.CHOSEN, Promql.CHOSEN);
  }

  private static Panel margins() {
    return lines(
            "Margin against the boundary",
            NATS,
            "G = I − L of each run, the very number of its certificate. Red: the boundary, 0. Orange: the band up to"
                + " τ, in which nothing is certified.",
            query(MARGIN, RUN),
            query("vector(0)", "boundary"),
            query(tau(), "τ"))
        .drawnAs(Look.LINES_AND_BOUNDARY)
        .sized(24, 12);
  }

  private static Panel verdicts() {
    return lines(
            "Verdict over time",
            "none",
            "The verdict of each evaluation. Stripes end when a run's series end, some time after the run.",
            query(VERDICT, RUN))
        .drawnAs(Look.STRIPES)
        .named(VERDICTS)
        .sized(24, 10);
  }

  private static Panel gates() {
    return lines(
            "Gates: arm × seed",
            "none",
            "The verdict, held against what the protocol expects: CERTIFIED of full, rescue and rescue-from-collapse,"
                + " NEGATIVE of ablation, collapse and baselines. Of several teachers or experiments the worst. The"
                + " report's gates also check from which checkpoint an arm started, and that a collapsed code is dead.",
            query("min by (arm, seed) (" + GATE + ")", ""))
        .drawnAs(Look.MATRIX)
        .named(GATES);
  }

  private static Panel now() {
    return lines(
            "Verdicts: arm × seed",
            "none",
            "The latest verdict of each arm and seed, drift included. Of several teachers or experiments the lowest.",
            query("min by (arm, seed) (" + VERDICT + ")", ""))
        .drawnAs(Look.MATRIX)
        .named(VERDICTS);
  }

  private static Panel teacher() {
    return lines(
        "I: teacher information",
        NATS,
        "What the best constant student would lose. It stays the same while a run trains: its teacher is frozen.",
        query(ofRuns("margrave_certificate_teacher_information_nats"), RUN));
  }

  private static Panel loss() {
    return lines(
        "L: alignment loss",
        NATS,
        "What the witness loses on the teacher, held out, at sampled z. The margin is I − L.",
        query(ofRuns("margrave_certificate_alignment_loss_nats"), RUN));
  }

  private static Panel safe() {
    return lines(
        "Margin beyond τ",
        NATS,
        "G − τ: what is left when the safety margin is taken off. Certified above 0, if rounding leaves it there.",
        query(ofRuns("margrave_certificate_safe_margin_nats"), RUN));
  }

  private static Panel witness() {
    return lines(
        "Witness information",
        NATS,
        "How much the witness varies with the code, at whatever. 0: it is constant.",
        query(ofRuns("margrave_certificate_witness_information_nats"), RUN));
  }
}
