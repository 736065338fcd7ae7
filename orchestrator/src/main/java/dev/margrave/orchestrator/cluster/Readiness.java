package dev.margrave.orchestrator.cluster;

import akka.actor.ActorSystem;
import akka.actor.CoordinatedShutdown;
import akka.dispatch.Dispatchers;
import dev.margrave.orchestrator.journal.Journal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Whether others should turn to this orchestrator: its journal answers, and it is not about to end.
 * That it is a member of the cluster is a check of Akka's own beside this one.
 */
final class Readiness implements Supplier<CompletionStage<Boolean>> {
  private static final int ANSWER_WITHIN_SECONDS = 1;

  private final ActorSystem system;
  private final DataSource journal;

  /** A journal that hangs is asked once, however often a probe comes. */
  private final AtomicReference<CompletableFuture<Boolean>> asked =
      new AtomicReference<>(CompletableFuture.completedFuture(true));

  Readiness(ActorSystem system, Journal journal) {
    this.system = system;
    this.journal = journal.pool("margrave-readiness", 1);
  }

  @Override
  public CompletionStage<Boolean> get() {
    // At once when the end begins: whoever sends requests here needs time to learn of it.
    if (CoordinatedShutdown.get(system).getShutdownReason().isPresent()) {
      return CompletableFuture.completedFuture(false);
    }
    return asked.updateAndGet(last -> last.isDone() ? ask() : last);
  }

  private CompletableFuture<Boolean> ask() {
    return CompletableFuture.supplyAsync(
        this::answers, system.dispatchers().lookup(Dispatchers.DefaultBlockingDispatcherId()));
  }

  private boolean answers() {
    try (Connection connection = journal.getConnection()) {
      return connection.isValid(ANSWER_WITHIN_SECONDS);
    } catch (SQLException e) {
      return false;
    }
  }
}
