package dev.margrave.orchestrator.cluster;

import akka.actor.ExtendedActorSystem;
import akka.cluster.Cluster;
import akka.coordination.lease.LeaseSettings;
import akka.coordination.lease.javadsl.Lease;
import dev.margrave.orchestrator.OrchestratorSettings;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Who may go on after orchestrators have lost sight of each other: a row of the journal's database,
 * which all of them share. The split brain resolver asks for it before it downs the other side, so
 * that of two orchestrators either one survives the other's death, and one of both a partition.
 * Both survive a partition only if the owner is meanwhile cut off from the database too, for longer
 * than its {@link Presence} counts; then {@link SplitWatch} ends the later one.
 *
 * <p>It is held for {@code heartbeat-timeout} of its settings and not renewed: it decides one
 * partition. An owner that dies loses it at once, so that its death soon after a partition, or
 * after another's death, is survived too.
 */
public final class PostgresLease extends Lease {
  private final LeaseSettings settings;
  private final ExtendedActorSystem system;
  private final Executor blocking;
  private final LeaseRow row;

  /** Since when, in nanoseconds. */
  private volatile Optional<Long> held = Optional.empty();

  /** Made by the split brain resolver. */
  public PostgresLease(LeaseSettings settings, ExtendedActorSystem system) {
    this.settings = settings;
    this.system = system;
    this.blocking = system.dispatchers().lookup("akka.actor.default-blocking-io-dispatcher");
    this.row =
        new LeaseRow(
            OrchestratorSettings.of(system.settings().config()).journal().server().orElseThrow(),
            settings.leaseName(),
            settings.ownerName(),
            settings.timeoutSettings().getHeartbeatTimeout());
  }

  @Override
  public LeaseSettings getSettings() {
    return settings;
  }

  @Override
  public CompletionStage<Boolean> acquire() {
    return asked(
        () -> {
          long asked = System.nanoTime();
          boolean taken = row.take(Cluster.get(system).selfUniqueAddress().longUid());
          held = taken ? Optional.of(asked) : Optional.empty();
          return taken;
        });
  }

  /** It is not renewed, so that nobody need be told of its loss. */
  @Override
  public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> leaseLostCallback) {
    return acquire();
  }

  @Override
  public CompletionStage<Boolean> release() {
    return asked(
        () -> {
          held = Optional.empty();
          row.release();
          return true;
        });
  }

  /** By what is known here: the resolver's thread does not wait for a database. */
  @Override
  public boolean checkLease() {
    long holdsNs = settings.timeoutSettings().getHeartbeatTimeout().toNanos();
    return held.filter(since -> System.nanoTime() - since < holdsNs).isPresent();
  }

  @FunctionalInterface
  private interface Question {
    boolean ask() throws SQLException, InterruptedException;
  }

  private CompletionStage<Boolean> asked(Question question) {
    return CompletableFuture.<Boolean>supplyAsync(
            () -> {
              try {
                return question.ask();
              } catch (SQLException e) {
                throw new IllegalStateException("the lease was not decided: " + e.getMessage(), e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("the lease was not decided in time", e);
              }
            },
            blocking)
        .orTimeout(
            settings.timeoutSettings().getOperationTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }
}
