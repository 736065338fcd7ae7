package dev.margrave.orchestrator.experiment;

import akka.actor.typed.ActorRef;
import dev.margrave.orchestrator.experiment.ExperimentState.Active;
import dev.margrave.orchestrator.experiment.ExperimentState.Removed;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.protocol.spec.loading.CanonicalSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an experiment has to tell the registry, until the registry has noted it. Users hear of a
 * command after that, so that whoever has extended an experiment can submit the extended file.
 */
final class RegistryNews {
  private record Waiting(ActorRef<ControlReply> replyTo, ControlReply reply) {}

  private final ActorRef<ExperimentRegistry.Command> registry;
  private final ActorRef<ExperimentRegistry.Noted> replies;
  private final List<Waiting> waiting = new ArrayList<>();
  private Optional<ExperimentRegistry.News> news = Optional.empty();

  RegistryNews(
      ActorRef<ExperimentRegistry.Command> registry, ActorRef<ExperimentRegistry.Noted> replies) {
    this.registry = registry;
    this.replies = replies;
  }

  /** Whether the registry has heard is not in the journal: it is told again. */
  void recovered(ExperimentState state) {
    if (state instanceof Active active && !active.earlier().isEmpty()) {
      extended(active);
    } else if (state instanceof Removed removed) {
      news = Optional.of(new ExperimentRegistry.Remove(removed.experiment(), replies));
    }
  }

  /** Tells it what concerns it. */
  void changed(ExperimentState after, List<ExperimentEvent> events) {
    boolean concerned =
        events.stream()
            .anyMatch(
                event ->
                    event instanceof ExperimentEvent.Extended
                        || event instanceof ExperimentEvent.Removed);
    if (concerned) {
      recovered(after);
      repeat();
    }
  }

  private void extended(Active state) {
    String text = CanonicalSpec.text(state.spec());
    news =
        Optional.of(
            new ExperimentRegistry.Extend(state.experiment(), text, state.specHash(), replies));
  }

  void repeat() {
    news.ifPresent(registry::tell);
  }

  boolean waits() {
    return news.isPresent();
  }

  /** Answers a user, after the registry has. */
  void answer(ActorRef<ControlReply> replyTo, ControlReply reply) {
    if (waits()) {
      waiting.add(new Waiting(replyTo, reply));
    } else {
      replyTo.tell(reply);
    }
  }

  void noted(ExperimentRegistry.Noted noted) {
    if (news.isPresent() && news.get().subject().equals(noted.subject())) {
      news = Optional.empty();
      waiting.forEach(each -> each.replyTo().tell(each.reply()));
      waiting.clear();
    }
  }
}
