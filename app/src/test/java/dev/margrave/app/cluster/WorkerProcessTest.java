package dev.margrave.app.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerProcessTest {
  /** As one does that waits for a name server. */
  @Test
  void anActorThatStandsStillKeepsNoProcessFromEnding() throws InterruptedException {
    CountDownLatch stands = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    ActorSystem<String> system =
        ActorSystem.create(
            Behaviors.receiveMessage(
                message -> {
                  stands.countDown();
                  released.await();
                  return Behaviors.same();
                }),
            "stubborn",
            ConfigFactory.load());
    system.tell("stand still");
    try {
      stands.await();
      WorkerProcess.end(system, Duration.ofMillis(200));
      assertFalse(system.getWhenTerminated().toCompletableFuture().isDone());
    } finally {
      released.countDown();
    }
    WorkerProcess.end(system, Duration.ofSeconds(30));
    assertTrue(system.getWhenTerminated().toCompletableFuture().isDone());
  }
}
