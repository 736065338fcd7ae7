package dev.margrave.app.grafana;

import dev.margrave.app.grafana.Dashboard.Mark;
import java.util.List;

/** Events that all dashboards show. */
final class Marks {
  private static final String RESCUE_ARMS =
      "{experiment=~\"$experiment\", arm=~\"rescue.*\", seed=~\"$seed\"}";

  private Marks() {}

  static List<Mark> all() {
    return List.of(
        new Mark(
            "rescue",
            "purple",
            happens("changes(margrave_stage_rescues%s[30s]) >= 1")
                + " or "
                + happens("margrave_stage_state%s == 2", RESCUE_ARMS)
                + " unless "
                + happens("margrave_stage_state%s offset 30s == 2", RESCUE_ARMS),
            "{{experiment}} {{stage}}: a rescue begins"),
        new Mark(
            "restart",
            "orange",
            happens("changes(margrave_stage_attempt%s[30s]) >= 1")
                + " and "
                + happens("margrave_stage_attempt%s > 1"),
            "{{experiment}} {{stage}}: another attempt, from the last checkpoint"),
        new Mark(
            "checkpoint",
            "blue",
            happens("changes(margrave_stage_checkpoint_step%s[30s]) >= 1"),
            "{{experiment}} {{stage}}: a checkpoint is committed"));
  }

  private static String happens(String condition) {
    return happens(condition, Promql.CHOSEN);
  }

  /** Once per stage, however many nodes say so. */
  private static String happens(String condition, String chosen) {
    return "max by (experiment, stage) (" + condition.formatted(chosen) + ")";
  }
}
