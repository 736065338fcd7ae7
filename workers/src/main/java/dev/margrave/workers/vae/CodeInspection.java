package dev.margrave.workers.vae;

import dev.margrave.protocol.result.MutualInformation;
import dev.margrave.protocol.result.Probe;
import dev.margrave.workers.vae.engine.TrainingEngine;

/**
 * What the codes of a trained model hold, whatever its witness makes of them. Reported beside the
 * margin; decides nothing.
 *
 * @param probe fitted on the training split, judged on the held-out one
 * @param mutualInformation between image and code, held out
 */
public record CodeInspection(Probe probe, MutualInformation mutualInformation) {

  static CodeInspection of(ArmTask task, TrainingEngine engine, Judge judge) {
    return of(
        task,
        Posteriors.of(engine, task.train().images()),
        Posteriors.of(engine, task.evaluate().images()),
        judge);
  }

  static CodeInspection of(ArmTask task, Posteriors training, Posteriors heldOut, Judge judge) {
    Probe probe =
        PostHocProbe.fit(
            new PostHocProbe.Codes(training.mean(), heldOut.latent()),
            task.train(),
            new PostHocProbe.Codes(heldOut.mean(), heldOut.latent()),
            task.evaluate(),
            judge);
    return new CodeInspection(probe, AggregatePosterior.estimate(heldOut, task.run().seed()));
  }
}
