package dev.margrave.orchestrator.stage;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import dev.margrave.orchestrator.journal.Durability;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** A supervisor under test, before its first command, over an empty journal. */
final class Supervised {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int SNAPSHOT_EVERY = 100;

  private final StageId stage;
  private final ActorRef<SchedulerProtocol.Command> scheduler;
  private RetrySettings retry = new RetrySettings(LONG, LONG, 0, false);
  private LeaseSettings lease = new LeaseSettings(true, LONG, LONG, LONG);
  private Consumer<StageProtocol.StageChanged> views = changed -> {};
  private Consumer<ActorRef<StageMessage>> rest = resting -> {};
  private StageInstruments instruments = StageInstruments.NONE;

  Supervised(StageId stage, ActorRef<SchedulerProtocol.Command> scheduler) {
    this.stage = stage;
    this.scheduler = scheduler;
  }

  Supervised retry(Duration delay, boolean elsewhere) {
    retry = new RetrySettings(delay, delay, 0, elsewhere);
    return this;
  }

  Supervised lease(LeaseSettings settings) {
    lease = settings;
    return this;
  }

  Supervised views(Consumer<StageProtocol.StageChanged> told) {
    views = told;
    return this;
  }

  Supervised rest(Consumer<ActorRef<StageMessage>> told) {
    rest = told;
    return this;
  }

  Supervised instruments(StageInstruments told) {
    instruments = told;
    return this;
  }

  EventSourcedBehaviorTestKit<StageMessage, StageEvent, StageState> start(ActorTestKit kit) {
    EventSourcedBehaviorTestKit<StageMessage, StageEvent, StageState> started =
        EventSourcedBehaviorTestKit.create(
            kit.system(),
            StageSupervisor.create(
                stage,
                new StageSupervisor.Surroundings(
                    scheduler,
                    views,
                    Durability.NONE,
                    new StageSettings(retry, lease, LONG, SNAPSHOT_EVERY),
                    Optional.empty(),
                    rest,
                    1,
                    instruments)));
    started.clear();
    return started;
  }
}
