package dev.margrave.app.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.Cancellable;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.GatewayProtocol;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.WorkerProtocol;
import dev.margrave.workers.actor.OrchestratorLink;
import dev.margrave.workers.actor.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Over real connections: an actor system for the worker, and one for each orchestrator. */
class OrchestratorLinkTest {
  private static final String SYSTEM = "margrave";
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final Config REMOTE =
      ConfigFactory.parseString(
              """
              margrave.worker { host = "127.0.0.1", port = 0 }
              akka.loglevel = ERROR
              """)
          .withFallback(ConfigFactory.parseResources("margrave-worker.conf"))
          .withFallback(ConfigFactory.load());

  private final List<ActorTestKit> kits = new ArrayList<>();
  private final ActorTestKit worker = kit();
  private final Readiness readiness = new Readiness();

  private ActorTestKit kit() {
    ActorTestKit kit = ActorTestKit.create(SYSTEM, REMOTE.resolve());
    kits.add(kit);
    return kit;
  }

  @AfterEach
  void shutDown() {
    kits.forEach(ActorTestKit::shutdownTestKit);
  }

  /** A gateway that is heard by {@code heard}, and answers unless it is mute. */
  private final class Orchestrator {
    private final ActorTestKit kit = kit();
    private final TestProbe<GatewayProtocol.Command> heard =
        kit.createTestProbe(GatewayProtocol.Command.class);
    private final List<String> others = new ArrayList<>();
    private volatile boolean mute;

    Orchestrator() {
      kit.spawn(
          Behaviors.<GatewayProtocol.Command>receiveMessage(
              command -> {
                heard.getRef().tell(command);
                if (!mute) {
                  answer(command);
                }
                return Behaviors.same();
              }),
          GatewayProtocol.NAME);
    }

    private void answer(GatewayProtocol.Command command) {
      if (command instanceof GatewayProtocol.Register register) {
        register.replyTo().tell(new GatewayProtocol.Welcome(others));
      } else if (command instanceof GatewayProtocol.Unregister unregister) {
        unregister.replyTo().tell(new GatewayProtocol.Welcome(others));
      }
    }

    String address() {
      return kit.system().address().hostPort().replace(SYSTEM + "@", "");
    }
  }

  private ActorRef<OrchestratorLink.Command> link(String... contacts) {
    return worker.spawn(OrchestratorLink.create(() -> List.of(contacts), PATIENCE, readiness));
  }

  private OrchestratorLink.ToScheduler registration() {
    return new OrchestratorLink.ToScheduler(
        new SchedulerProtocol.RegisterWorker(
            "one",
            new Capabilities(1, 0, 1, "nd4j"),
            List.of(),
            worker.createTestProbe(WorkerProtocol.Command.class).getRef()));
  }

  /**
   * The attempts here are missed after a lease: what was said to one that is gone is said to the
   * next when that is known, and not with the next registration.
   */
  @Test
  void oneRegistrationGoesFromAnOrchestratorThatIsSilentToTheNext() {
    Orchestrator silent = new Orchestrator();
    silent.mute = true;
    Orchestrator other = new Orchestrator();
    link(silent.address(), other.address()).tell(registration());
    silent.heard.expectMessageClass(GatewayProtocol.Register.class, WITHIN);
    other.heard.expectMessageClass(GatewayProtocol.Register.class, WITHIN);
    silent.heard.expectNoMessage(QUIET);
  }

  /** A worker that hands back what runs there must be heard, and is not registered again. */
  @Test
  void oneThatLeavesChangesOrchestratorsToo() {
    Orchestrator first = new Orchestrator();
    Orchestrator other = new Orchestrator();
    ActorRef<OrchestratorLink.Command> link = link(first.address(), other.address());
    link.tell(registration());
    first.heard.expectMessageClass(GatewayProtocol.Register.class, WITHIN);
    first.mute = true;
    var leaves = new OrchestratorLink.ToScheduler(new SchedulerProtocol.UnregisterWorker("one"));
    link.tell(leaves);
    first.heard.expectMessageClass(GatewayProtocol.Unregister.class, WITHIN);
    // As a worker does, again and again: the answer to the registration may come in between, late.
    Cancellable again =
        worker
            .system()
            .scheduler()
            .scheduleAtFixedRate(
                PATIENCE, PATIENCE, () -> link.tell(leaves), worker.system().executionContext());
    try {
      other.heard.expectMessageClass(GatewayProtocol.Unregister.class, WITHIN);
    } finally {
      again.cancel();
    }
  }

  @Test
  void oneThatAnswersIsStayedWith() {
    Orchestrator first = new Orchestrator();
    Orchestrator other = new Orchestrator();
    ActorRef<OrchestratorLink.Command> link = link(first.address(), other.address());
    for (int i = 0; i < 3; i++) {
      link.tell(registration());
      first.heard.expectMessageClass(GatewayProtocol.Register.class, WITHIN);
      other.heard.expectNoMessage(PATIENCE.plusMillis(100));
    }
  }

  @Test
  void oneThatOnlyTheLastOneNamedIsTriedToo() {
    Orchestrator first = new Orchestrator();
    Orchestrator unlisted = new Orchestrator();
    first.others.add(unlisted.address());
    ActorRef<OrchestratorLink.Command> link = link(first.address());
    link.tell(registration());
    first.heard.expectMessageClass(GatewayProtocol.Register.class, WITHIN);
    unlisted.heard.expectNoMessage(QUIET);
    first.mute = true;
    link.tell(registration());
    unlisted.heard.expectMessageClass(GatewayProtocol.Register.class, WITHIN);
    link.tell(registration());
    unlisted.heard.expectMessageClass(GatewayProtocol.Register.class, WITHIN);
  }

  private void becomes(Optional<String> problem) {
    worker
        .createTestProbe()
        .awaitAssert(
            WITHIN,
            () -> {
              assertEquals(problem, readiness.problem());
              return null;
            });
  }

  @Test
  void aWorkerIsReadyWhileOneAnswersAndUntilItHandsBack() {
    Optional<String> unanswered = Optional.of("no orchestrator answers");
    Orchestrator first = new Orchestrator();
    first.mute = true;
    ActorRef<OrchestratorLink.Command> link = link(first.address());
    assertEquals(unanswered, readiness.problem());
    link.tell(registration());
    first.heard.expectMessageClass(GatewayProtocol.Register.class, WITHIN);
    assertEquals(unanswered, readiness.problem());
    first.mute = false;
    link.tell(registration());
    becomes(Optional.empty());
    // Between a registration and its answer nothing changes.
    first.mute = true;
    link.tell(registration());
    assertEquals(Optional.empty(), readiness.problem());
    becomes(unanswered);
    first.mute = false;
    becomes(Optional.empty());
    worker.stop(link);
    becomes(unanswered);
    readiness.handsBack();
    assertEquals(Optional.of("handing back"), readiness.problem());
  }
}
