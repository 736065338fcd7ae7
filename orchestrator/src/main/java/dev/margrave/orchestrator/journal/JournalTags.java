package dev.margrave.orchestrator.journal;

import dev.margrave.protocol.ExperimentId;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Events are read back by tag, one reader per tag. All events of one experiment have the same tag,
 * so that they are read in the order in which they were written.
 */
public final class JournalTags {
  /** Never to be changed: events keep the tag that they were written with. */
  private static final int COUNT = 4;

  private static final String PREFIX = "margrave-";

  /** All tags, in order. */
  public static final List<String> ALL =
      IntStream.range(0, COUNT).mapToObj(number -> PREFIX + number).toList();

  private JournalTags() {}

  /** The tags of an event of that experiment or of one of its stages: exactly one. */
  public static Set<String> of(ExperimentId experiment) {
    // The hash of a String is specified, the same in every process.
    return Set.of(ALL.get(Math.floorMod(experiment.text().hashCode(), COUNT)));
  }
}
