package dev.margrave.orchestrator.experiment;

import dev.margrave.orchestrator.view.ViewSettings;
import java.time.Duration;

/**
 * How an experiment is supervised.
 *
 * @param maximumStages that one may have
 * @param stagesInFlight stages that are asked for at once
 * @param askAgain after which stages that are not over are asked for again
 */
public record ExperimentSettings(
    int maximumStages, int stagesInFlight, Duration askAgain, ViewSettings views) {}
