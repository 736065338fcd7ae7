package dev.margrave.app.run;

import dev.margrave.protocol.spec.ExperimentSpec;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a standalone run is asked for.
 *
 * @param report where the report goes; empty: into the run's own folder
 * @param fresh whether it starts anew beside an older run of the same name
 * @param page whether the page is served while it runs
 * @param again the command that goes on with it after an interruption
 */
record RunOptions(
    ExperimentSpec spec,
    Path dataDirectory,
    Optional<Path> report,
    boolean fresh,
    boolean page,
    String again) {}
