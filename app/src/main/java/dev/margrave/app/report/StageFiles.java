package dev.margrave.app.report;

import dev.margrave.protocol.StageKey;
import java.util.Optional;

/** The small files that the stages of an experiment left for people to look at. */
@FunctionalInterface
public interface StageFiles {
  /** Inputs above reconstructions, of an arm. */
  String SAMPLES = "samples.png";

  /** Components by labels, of a teacher search. */
  String CONFUSION = "confusion.json";

  /** Margins by the energy of codes, of an arm with a simplex witness. */
  String PATH = "path.json";

  /** Where nothing was kept. */
  StageFiles NONE = (stage, name) -> Optional.empty();

  /**
   * One of them; empty when it is not there.
   *
   * @throws java.io.UncheckedIOException when it cannot be read
   */
  Optional<byte[]> read(StageKey stage, String name);
}
