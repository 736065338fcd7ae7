package dev.margrave.orchestrator.result;

import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.worker.Effort;
import java.util.Optional;

/**
 * One teacher search.
 *
 * @param result the frozen teacher; empty when the search did not complete
 * @param failure why it did not complete, in a sentence; empty when it did
 * @param attempts tries that were begun, those of earlier processes included
 */
public record TeacherRow(
    long teacherSeed,
    Optional<StageResult.TeacherFound> result,
    Optional<String> failure,
    int attempts,
    Effort effort) {}
