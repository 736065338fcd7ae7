package dev.margrave.app.report;

import dev.margrave.orchestrator.result.ResultsJson;
import dev.margrave.orchestrator.result.ResultsJson.ArmJson;
import dev.margrave.protocol.Arm;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** results.csv: the arms of results.json, one a line, under the same names (RFC 4180). */
final class ResultsCsv {
  private ResultsCsv() {}

  static String of(ResultsJson results) {
    List<RecordComponent> columns =
        Arrays.stream(ArmJson.class.getRecordComponents())
            .filter(column -> !column.getName().equals("provenance"))
            .toList();
    StringBuilder csv = new StringBuilder();
    csv.append(columns.stream().map(RecordComponent::getName).collect(Collectors.joining(",")))
        .append("\r\n");
    for (ArmJson arm : results.arms()) {
      csv.append(
              columns.stream().map(column -> field(column, arm)).collect(Collectors.joining(",")))
          .append("\r\n");
    }
    return csv.toString();
  }

  private static String field(RecordComponent column, ArmJson arm) {
    try {
      Object value = column.getAccessor().invoke(arm);
      Object present = value instanceof Optional<?> optional ? optional.orElse(null) : value;
      String text =
          present instanceof Arm label ? label.label() : present == null ? "" : present.toString();
      boolean quoted = text.chars().anyMatch(letter -> ",\"\r\n".indexOf(letter) >= 0);
      return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record's accessors are always there", e);
    }
  }
}
