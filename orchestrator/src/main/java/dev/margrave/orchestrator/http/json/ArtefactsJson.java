package dev.margrave.orchestrator.http.json;

import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.SmallFile;
import java.util.List;
import java.util.Set;

/**
 * What a stage left to look at.
 *
 * @param artefacts {@code samples}, {@code leaderboard} and {@code confusion}, those that are there
 */
public record ArtefactsJson(StageKey stage, List<String> artefacts) {
  public ArtefactsJson {
    artefacts = List.copyOf(artefacts);
  }

  /** Of what was found. */
  public static ArtefactsJson of(StageId stage, Set<SmallFile> found) {
    return new ArtefactsJson(stage.key(), found.stream().sorted().map(SmallFile::label).toList());
  }
}
