package dev.margrave.app.simulation;

import akka.actor.typed.ActorRef;
import dev.margrave.orchestrator.experiment.ExperimentRegistry;
import dev.margrave.orchestrator.experiment.ExperimentSupervisor;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.CanonicalSpec;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Somebody who says everything again until it is answered. */
final class SimulatedUser {
  private static final int AGAIN_MS = 2000;

  private final Run run;
  private int commands;

  SimulatedUser(Run run) {
    this.run = run;
  }

  private void until(BooleanSupplier answered, Runnable say) {
    if (!answered.getAsBoolean() && !run.over()) {
      say.run();
      run.time().after(AGAIN_MS, () -> until(answered, say));
    }
  }

  /** Submits the experiment and sees to it that it starts. */
  void submit(ExperimentSpec spec) {
    String canonical = CanonicalSpec.text(spec);
    String hash = CanonicalSpec.hash(canonical);
    boolean[] opened = new boolean[1];
    boolean[] started = new boolean[1];
    ActorRef<ExperimentSupervisor.Started> starts =
        run.actors().address("started", message -> started[0] = true);
    ActorRef<SubmitReply> replies =
        run.actors()
            .address(
                "submitted",
                reply -> {
                  if (reply instanceof SubmitReply.Accepted && !opened[0]) {
                    opened[0] = true;
                    until(
                        () -> started[0],
                        () ->
                            run.orchestrators()
                                .toExperiment(new ExperimentSupervisor.Start(spec, hash, starts)));
                  }
                });
    until(
        () -> opened[0],
        () ->
            run.orchestrators()
                .toRegistry(new ExperimentRegistry.Open(spec, canonical, hash, false, replies)));
  }

  /** Steers the experiment; {@code then} is told the first answer. */
  void steer(Control control, Consumer<ControlReply> then) {
    run.trace().say("user " + control);
    boolean[] answered = new boolean[1];
    ActorRef<ControlReply> replies =
        run.actors()
            .address(
                "control-" + commands++,
                reply -> {
                  if (!answered[0] && !(reply instanceof ControlReply.Unknown)) {
                    answered[0] = true;
                    run.trace().say("answer " + reply);
                    then.accept(reply);
                  }
                });
    until(
        () -> answered[0],
        () -> run.orchestrators().toExperiment(new ExperimentSupervisor.Steer(control, replies)));
  }
}
