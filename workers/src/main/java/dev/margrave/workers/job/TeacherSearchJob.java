package dev.margrave.workers.job;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.margrave.certificate.CertificateSettings;
import dev.margrave.certificate.Certifier;
import dev.margrave.certificate.RowSource;
import dev.margrave.certificate.RowSources;
import dev.margrave.certificate.Witness;
import dev.margrave.certificate.npy.NpyElement;
import dev.margrave.certificate.npy.NpyWriter;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey.TeacherSearch;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.result.TeacherRef;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.workers.data.ImageDataset;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.stage.AttemptFiles;
import dev.margrave.workers.stage.SmallFiles;
import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageJob;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.teacher.CandidateResult;
import dev.margrave.workers.teacher.PixelRows;
import dev.margrave.workers.teacher.TeacherConfusion;
import dev.margrave.workers.teacher.TeacherLeaderboard;
import dev.margrave.workers.teacher.TeacherProgress;
import dev.margrave.workers.teacher.TeacherSearchResult;
import dev.margrave.workers.teacher.TeacherSearchSettings;
import dev.margrave.workers.teacher.TeacherTable;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Searches a teacher and freezes it. Short enough to start anew when interrupted. */
public final class TeacherSearchJob implements StageJob {
  private static final long PROGRESS_UNITS = 1000;

  /**
   * Times are left out: of two attempts at the same search, of which one is a zombie, both write
   * the same file.
   */
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addMixIn(CandidateResult.class, Timeless.class);

  /** A long table of small numbers: no line for each. */
  private static final ObjectMapper COMPACT_JSON = new ObjectMapper();

  @JsonIgnoreProperties("fitSeconds")
  private interface Timeless {}

  private final DatasetCache datasets;
  private final ArtefactStore store;
  private final InstantSource clock;

  /**
   * @param clock times the fits on the leaderboard; chooses nothing
   */
  public TeacherSearchJob(DatasetCache datasets, ArtefactStore store, InstantSource clock) {
    this.datasets = datasets;
    this.store = store;
    this.clock = clock;
  }

  @Override
  public StageEnding run(StageOrder order, StageListener listener, Supplier<StopRequest> stop) {
    TeacherSearch search = (TeacherSearch) order.attempt().stage().key();
    listener.started(0);
    store.deleteTemporaries(
        order.attempt().stage().text(),
        path -> AttemptFiles.attempt(path) <= order.attempt().number());
    AttemptFiles.deleteSuperseded(store, order.attempt(), path -> false);
    listener.progressed("loading data", 0, PROGRESS_UNITS, 0, 0);
    ImageDataset data =
        datasets.get(
            order.spec().experiment().dataset(),
            (done, total) ->
                listener.progressed(
                    "loading data", done * PROGRESS_UNITS / total, PROGRESS_UNITS, 0, 0));
    long start = clock.millis();
    try {
      TeacherSearchResult result =
          dev.margrave.workers.teacher.TeacherSearch.run(
              new SplitRows(data.train()),
              new SplitRows(data.evaluate()),
              TeacherSearchSettings.of(order.spec().experiment().teacher()),
              search.teacherSeed(),
              progress -> tell(listener, progress),
              () -> stop.get() != StopRequest.NONE,
              clock);
      // Once more: a superseded attempt that stood still may have written since.
      AttemptFiles.deleteSuperseded(store, order.attempt(), path -> false);
      StageResult found = freeze(order, data, result);
      return new StageEnding(new Outcome.Completed(found), effort(start));
    } catch (CancellationException e) {
      Outcome outcome =
          stop.get() == StopRequest.HAND_BACK ? new Outcome.HandedBack() : new Outcome.Cancelled();
      return new StageEnding(outcome, effort(start));
    }
  }

  private Effort effort(long startMs) {
    return new Effort(Math.max(0, clock.millis() - startMs) * 1e-3, 0, 0);
  }

  private static void tell(StageListener listener, TeacherProgress progress) {
    String phase =
        switch (progress.phase()) {
          case COMPONENTS -> "principal components";
          case MIXTURES ->
              "mixture %d/%d %s".formatted(progress.fit(), progress.fits(), progress.description());
          case TABLES -> "freezing tables";
          case DONE -> "done";
        };
    listener.progressed(
        phase, Math.round(progress.fraction() * PROGRESS_UNITS), PROGRESS_UNITS, 0, 0);
  }

  private StageResult.TeacherFound freeze(
      StageOrder order, ImageDataset data, TeacherSearchResult result) {
    TeacherTable table = result.table();
    int components = table.components();
    ArtefactRef train = write(path(order, "teacher-train", "npy"), table.train(), components);
    ArtefactRef evaluate =
        write(path(order, "teacher-evaluate", "npy"), table.evaluate(), components);
    byte[] candidates = json(result.leaderboard());
    ArtefactRef leaderboard =
        store.put(path(order, "leaderboard", "json"), out -> out.write(candidates));
    if (order.attempt().number() > 1) {
      // The name by which it is looked at; what is certified is the one of this attempt.
      SmallFiles.leave(store, order.attempt().stage(), SmallFile.LEADERBOARD, () -> candidates);
    }
    confuse(order.attempt().stage(), data, table);
    return new StageResult.TeacherFound(
        new TeacherRef(train, evaluate, components, table.floor()),
        leaderboard,
        words(result.leaderboard().winner()),
        information(table.train(), components),
        information(table.evaluate(), components),
        data.contentHash());
  }

  private static String path(StageOrder order, String base, String extension) {
    AttemptId attempt = order.attempt();
    return attempt.stage().text() + "/" + AttemptFiles.name(base, extension, attempt.number());
  }

  /**
   * Leaves confusion.json: what the frozen teacher makes of the held-out labels, for people. There
   * is none of images without labels; one of so many that it is no small file any more is refused.
   */
  private void confuse(StageId stage, ImageDataset data, TeacherTable table) {
    if (data.classes() < 2) {
      return;
    }
    List<String> names =
        data.labelNames().isEmpty()
            ? IntStream.range(0, data.classes()).mapToObj(Integer::toString).toList()
            : data.labelNames();
    SmallFiles.leave(
        store,
        stage,
        SmallFile.CONFUSION,
        () ->
            json(
                TeacherConfusion.ofHeldOut(
                    table.evaluate(), table.components(), data.evaluate().labels(), names)));
  }

  private static byte[] json(TeacherLeaderboard leaderboard) {
    try {
      return JSON.writeValueAsBytes(leaderboard);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] json(TeacherConfusion confusion) {
    try {
      return COMPACT_JSON.writeValueAsBytes(confusion);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ArtefactRef write(String path, double[] table, int components) {
    return store.put(
        path,
        out -> {
          try (NpyWriter writer =
              new NpyWriter(
                  out, NpyElement.FLOAT64, table.length / components, (long) components)) {
            writer.write(table, 0, table.length);
          }
        });
  }

  /** I: the margin of a witness that is the teacher itself. */
  private static double information(double[] table, int components) {
    RowSource teacher = RowSources.of(table, components);
    return Certifier.certify(
            teacher, Witness.probabilities(teacher), CertificateSettings.defaults().withThreads(1))
        .teacherInformationNats();
  }

  private static String words(CandidateResult winner) {
    return String.format(
        Locale.ROOT,
        "%s, d = %d, K = %d, temperature %s",
        winner.candidate().covariance().name().toLowerCase(Locale.ROOT),
        winner.candidate().dimensions(),
        winner.candidate().components(),
        winner.candidate().temperature());
  }

  /** Images as the search reads them: values in [0, 1]. */
  private record SplitRows(ImageSplit split) implements PixelRows {
    @Override
    public int rows() {
      return split.size();
    }

    @Override
    public int columns() {
      return split.shape().values();
    }

    @Override
    public void fill(int from, int count, float[] into) {
      split.fillRange(from, count, into);
    }
  }
}
