package dev.margrave.app.simulation;

import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import akka.persistence.journal.japi.AsyncWriteJournal;
import java.util.Optional;
import java.util.function.Consumer;
import scala.concurrent.Future;

/** Akka's door to the {@link SimulatedDatabase} of the run that goes on. */
public final class SimulatedJournal extends AsyncWriteJournal {
  /** Set by each run: plugins are made by Akka and can be handed nothing. */
  private static SimulatedDatabase database;

  static void use(SimulatedDatabase current) {
    database = current;
  }

  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> writes) {
    return database.write(writes);
  }

  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
    throw new UnsupportedOperationException("events are never deleted");
  }

  @Override
  public Future<Void> doAsyncReplayMessages(
      String persistenceId, long from, long to, long max, Consumer<PersistentRepr> replay) {
    return database.replay(persistenceId, from, to, max, replay);
  }

  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long from) {
    return database.highest(persistenceId);
  }
}
