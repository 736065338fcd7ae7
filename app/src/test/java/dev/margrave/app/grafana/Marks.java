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
            grows("margrave_stage_rescues")
                + " or "
                + now("margrave_stage_state" + RESCUE_ARMS)
                + " == 2 unless "
                + before("margrave_stage_state" + RESCUE_ARMS)
                + " == 2",
            "{{experiment}} {{stage}}: a rescue begins"),
        new Mark(
            "restart",
            "orange",
            grows("margrave_stage_attempt") + " > 1",
            "{{experiment}} {{stage}}: another attempt, from the last checkpoint"),
        new Mark(
            "checkpoint",
            "blue",
            grows("margrave_stage_checkpoint_step")
                + " or "
                + begins("margrave_stage_checkpoint_step"),
            "{{experiment}} {{stage}}: a checkpoint is committed"));
  }

  /** For half a minute; also when it goes on on another node. */
  private static String grows(String metric) {
    return now(metric + Promql.CHOSEN) + " > " + before(metric + Promql.CHOSEN);
  }

  /** The same where there was nothing half a minute ago: a short stage's only checkpoint is one. */
  private static String begins(String metric) {
    return now(metric + Promql.CHOSEN) + " > 0 unless " + before(metric + Promql.CHOSEN);
  }

  /** Once per stage, however many nodes say so. */
  private static String now(String selector) {
    return "max by (experiment, stage) (" + selector + ")";
  }

  /** Half a minute ago; a scrape that failed just then makes no difference. */
  private static String before(String selector) {
    return "max by (experiment, stage) (last_over_time(" + selector + "[5m] offset 30s))";
  }
}
