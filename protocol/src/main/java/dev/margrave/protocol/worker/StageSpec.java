package dev.margrave.protocol.worker;

import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.TeacherRef;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.util.Optional;

/**
 * Everything a worker needs to know about a stage.
 *
 * @param experiment the whole experiment it belongs to
 * @param specHash SHA-256 of the canonical experiment spec
 * @param teacher the frozen teacher; empty for a teacher search
 * @param dataHash of the images the teacher was searched on: a worker refuses a stage when its
 *     copy's hash is another; empty for a teacher search
 * @param startFrom final checkpoint of the arm that this one starts from; empty for a fresh start
 */
public record StageSpec(
    StageId stage,
    ExperimentSpec experiment,
    String specHash,
    Optional<TeacherRef> teacher,
    Optional<String> dataHash,
    Optional<CheckpointRef> startFrom) {}
