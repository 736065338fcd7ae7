package dev.margrave.orchestrator.stage;

import akka.actor.typed.javadsl.ActorContext;
import akka.persistence.typed.javadsl.Effect;
import dev.margrave.orchestrator.stage.StageState.Running;
import dev.margrave.orchestrator.stage.StageSupervisor.RepeatOrder;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.WorkerProtocol;
import dev.margrave.protocol.worker.WorkerProtocol.Delivery;
import java.util.List;
import java.util.Optional;

/** What a supervisor makes of its worker's reports. */
final class StageReports {
  private final StageId stage;
  private final ActorContext<StageMessage> context;
  private final StageEffects effects;
  private final StageSupervisor.Surroundings surroundings;
  private final AttemptLink link;
  private final StageEnds ends;
  private final StageDisplay display;

  /** Nothing reported yet. */
  StageReports(
      StageId stage,
      ActorContext<StageMessage> context,
      StageEffects effects,
      StageSupervisor.Surroundings surroundings,
      AttemptLink link,
      StageEnds ends,
      StageDisplay display) {
    this.stage = stage;
    this.context = context;
    this.effects = effects;
    this.surroundings = surroundings;
    this.link = link;
    this.ends = ends;
    this.display = display;
  }

  Effect<StageEvent, StageState> onRepeatOrder(Running state, RepeatOrder command) {
    link.repeatOrder();
    return effects.none();
  }

  Effect<StageEvent, StageState> onDelivery(Running state, Delivery delivery) {
    WorkerProtocol.Report report = delivery.report();
    if (!report.attempt().equals(new AttemptId(stage, state.history().attempt()))) {
      return onStaleDelivery(state, delivery);
    }
    if (link.heard(state.history().attempt(), delivery.node())) {
      surroundings.instruments().attemptHeard(stage);
    }
    if (report instanceof WorkerProtocol.Ended ended) {
      return ends.onReported(state, delivery.number(), ended);
    }
    if (report instanceof WorkerProtocol.Progressed progressed) {
      display.progressed(state, progressed);
      return effects.none();
    }
    return onNews(state, delivery);
  }

  private Effect<StageEvent, StageState> onNews(Running state, Delivery delivery) {
    StageHistory history = state.history();
    List<StageEvent> news = kept(history, history.news(delivery.report()));
    if (news.size() == 1 && news.get(0) instanceof StageEvent.Evaluated evaluated) {
      switch (RescuePolicy.decide(history.evaluated(evaluated), evaluated.evaluation())) {
        case RESCUE -> {
          return ends.onMarginLost(state, evaluated);
        }
        case NONE_LEFT ->
            context
                .getLog()
                .warn(
                    "{}: the margin is lost again at step {}, and no automatic rescue is left",
                    stage,
                    evaluated.evaluation().step());
        case GO_ON -> {}
      }
    }
    boolean saved = delivery.report() instanceof WorkerProtocol.CheckpointSaved;
    boolean changed = !news.isEmpty();
    return effects
        .persist(news)
        .thenRun(
            after -> {
              SavedWork kept = ((Running) after).history().saved();
              if (changed && saved) {
                surroundings.durability().decisive();
                surroundings.instruments().checkpointCommitted(stage);
              }
              link.recorded(
                  history.attempt(),
                  delivery.number(),
                  saved
                      ? kept.deletable(changed ? history.saved().obsolete() : List.of())
                      : List.of());
              if (changed) {
                display.show(after);
              }
            });
  }

  /** Without an evaluation beyond the limit of those that are kept. */
  private List<StageEvent> kept(StageHistory history, List<StageEvent> news) {
    int limit = surroundings.settings().maximumEvaluations();
    if (news.size() == 1
        && news.get(0) instanceof StageEvent.Evaluated
        && history.measured().margins().size() >= limit) {
      context.getLog().warn("{}: the limit of {} kept evaluations is reached", stage, limit);
      return List.of();
    }
    return news;
  }

  /** Of an attempt that is over. Its worker may not have heard, or may be a zombie. */
  Effect<StageEvent, StageState> onStaleDelivery(StageState state, Delivery delivery) {
    AttemptId attempt = delivery.report().attempt();
    boolean lastOne =
        StageViews.history(state).map(StageHistory::attempt).equals(Optional.of(attempt.number()));
    if (lastOne && delivery.report() instanceof WorkerProtocol.Ended) {
      delivery.node().tell(new WorkerProtocol.Recorded(attempt, delivery.number(), List.of()));
    } else {
      context.getLog().info("{}: report of an attempt that is over", attempt);
      delivery.node().tell(new WorkerProtocol.Superseded(attempt, state.named(attempt.number())));
    }
    return effects.none();
  }
}
