package dev.margrave.orchestrator.http.json;

import dev.margrave.orchestrator.read.MarginRow;
import dev.margrave.protocol.Arm;
import java.util.List;

/** Points of margin curves, by arm, seed and step. */
public record MarginsJson(List<PointJson> margins) {
  public MarginsJson {
    margins = List.copyOf(margins);
  }

  /** One point on the held-out split; {@code marginNats} is at sampled z. */
  public record PointJson(
      String stage,
      Arm arm,
      long seed,
      long teacherSeed,
      long step,
      double epoch,
      double beta,
      double lambda,
      double marginNats,
      double marginAtMeanNats,
      double standardErrorNats,
      double klNats) {}

  /** Of the read tables' rows. */
  public static MarginsJson of(List<MarginRow> rows) {
    return new MarginsJson(rows.stream().map(MarginsJson::point).toList());
  }

  private static PointJson point(MarginRow row) {
    return new PointJson(
        row.stage().text(),
        row.stage().arm(),
        row.stage().seed(),
        row.stage().teacherSeed(),
        row.point().step(),
        row.point().epoch(),
        row.point().beta(),
        row.point().lambda(),
        row.point().marginNats(),
        row.point().marginAtMeanNats(),
        row.point().standardErrorNats(),
        row.point().klNats());
  }
}
