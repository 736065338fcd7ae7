package dev.margrave.app.report;

import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arms of one seed against one teacher.
 *
 * @param rows in the order of the results
 */
record Cell(long seed, long teacherSeed, List<ArmRow> rows) {
  private record Key(long seed, long teacherSeed) {}

  /** In the order in which the results name them. */
  static List<Cell> of(ExperimentResults results) {
    Map<Key, List<ArmRow>> rows = new LinkedHashMap<>();
    for (ArmRow row : results.arms()) {
      rows.computeIfAbsent(new Key(row.seed(), row.teacherSeed()), key -> new ArrayList<>())
          .add(row);
    }
    return rows.entrySet().stream()
        .map(
            entry ->
                new Cell(entry.getKey().seed(), entry.getKey().teacherSeed(), entry.getValue()))
        .toList();
  }
}
