package dev.margrave.orchestrator.read;

import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.journal.JournalException;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Reads the tables that {@link ReadSide} builds, through connections of its own. */
public final class JdbcExperimentHistory implements ExperimentHistory {
  /** Users that read at once; further ones wait. */
  private static final int CONNECTIONS = 4;

  private static final Comparator<MarginRow> BY_ARM =
      Comparator.comparing(row -> row.stage().arm());

  private final Journal journal;
  private final DataSource pool;

  /** A history of what is in a journal; its connections are closed with the journal. */
  public JdbcExperimentHistory(Journal journal) {
    this.journal = journal;
    this.pool = journal.pool("margrave-history", CONNECTIONS);
  }

  @Override
  public List<MarginRow> margins(
      ExperimentId experiment, Optional<Arm> arm, Optional<Long> seed, long fromStep) {
    Narrowed narrowed = Narrowed.to(experiment, arm, seed, fromStep);
    List<MarginRow> rows =
        select(
            "SELECT * FROM read_margin" + narrowed.where() + " ORDER BY seed, teacher_seed, step",
            narrowed.values(),
            JdbcExperimentHistory::margin);
    return rows.stream().sorted(BY_ARM).toList();
  }

  /** Which points are asked for. */
  private record Narrowed(String where, List<Object> values) {
    static Narrowed to(
        ExperimentId experiment, Optional<Arm> arm, Optional<Long> seed, long fromStep) {
      List<Object> values = new ArrayList<>(List.of(experiment.text(), fromStep));
      arm.ifPresent(value -> values.add(value.label()));
      seed.ifPresent(values::add);
      return new Narrowed(
          " WHERE experiment = ? AND step >= ?"
              + (arm.isPresent() ? " AND arm = ?" : "")
              + (seed.isPresent() ? " AND seed = ?" : ""),
          values);
    }
  }

  @Override
  public List<MarginRow> margins(
      ExperimentId experiment, Optional<Arm> arm, Optional<Long> seed, long fromStep, int points) {
    Narrowed narrowed = Narrowed.to(experiment, arm, seed, fromStep);
    List<StageKey.ArmRun> runs =
        select(
            "SELECT DISTINCT arm, seed, teacher_seed FROM read_margin" + narrowed.where(),
            narrowed.values(),
            JdbcExperimentHistory::run);
    return runs.stream()
        .sorted(
            Comparator.comparing(StageKey.ArmRun::arm)
                .thenComparing(StageKey.ArmRun::seed)
                .thenComparing(StageKey.ArmRun::teacherSeed))
        .flatMap(run -> Thinning.of(curve(experiment, run, fromStep), points).stream())
        .toList();
  }

  private List<MarginRow> curve(ExperimentId experiment, StageKey.ArmRun run, long fromStep) {
    return select(
        "SELECT * FROM read_margin WHERE experiment = ? AND step >= ? AND arm = ? AND seed = ? AND"
            + " teacher_seed = ? ORDER BY step",
        List.of(experiment.text(), fromStep, run.arm().label(), run.seed(), run.teacherSeed()),
        JdbcExperimentHistory::margin);
  }

  @Override
  public long before(ExperimentId experiment, int count) {
    return select(
            "SELECT id FROM read_event WHERE experiment = ? ORDER BY id DESC LIMIT 1 OFFSET ?",
            List.of(experiment.text(), count),
            row -> row.getLong(1))
        .stream()
        .findFirst()
        .orElse(0L);
  }

  @Override
  public List<EventRow> milestones(ExperimentId experiment, int count) {
    List<EventRow> rows =
        select(
            "SELECT * FROM read_event WHERE experiment = ? AND event_type NOT IN (?, ?)"
                + " ORDER BY id DESC LIMIT ?",
            List.of(experiment.text(), EventTypes.EVALUATED, EventTypes.CHECKPOINTED, count),
            JdbcExperimentHistory::event);
    Collections.reverse(rows);
    return rows;
  }

  @Override
  public List<EventRow> events(ExperimentId experiment, long after, int limit) {
    return select(
        "SELECT * FROM read_event WHERE experiment = ? AND id > ? ORDER BY id LIMIT ?",
        List.of(experiment.text(), after, limit),
        JdbcExperimentHistory::event);
  }

  /** A row as a record. */
  private interface Mapping<T> {
    T of(ResultSet row) throws SQLException;
  }

  private <T> List<T> select(String sql, List<?> values, Mapping<T> mapping) {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int index = 0; index < values.size(); index++) {
        statement.setObject(index + 1, values.get(index));
      }
      List<T> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows.add(mapping.of(result));
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new JournalException(journal.problem(e), e);
    }
  }

  private static MarginRow margin(ResultSet row) throws SQLException {
    return new MarginRow(
        run(row),
        new MarginPoint(
            row.getLong("step"),
            row.getDouble("epoch"),
            row.getDouble("beta"),
            row.getDouble("lambda"),
            row.getDouble("margin_nats"),
            row.getDouble("margin_at_mean_nats"),
            row.getDouble("standard_error_nats"),
            row.getDouble("kl_nats")));
  }

  private static StageKey.ArmRun run(ResultSet row) throws SQLException {
    return new StageKey.ArmRun(
        Arm.of(row.getString("arm")), row.getLong("seed"), row.getLong("teacher_seed"));
  }

  private static EventRow event(ResultSet row) throws SQLException {
    return new EventRow(
        row.getLong("id"),
        Instant.ofEpochMilli(row.getLong("happened_at_ms")),
        Optional.ofNullable(row.getString("stage")).map(StageKey::parse),
        row.getString("event_type"),
        row.getString("message"),
        row.getString("details"));
  }
}
