package dev.margrave.app.simulation;

import akka.dispatch.Mailbox;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Everything that an actor system would run on threads of its own, one after the other on the
 * thread that asks for it. Which of the actors that have a message goes first is drawn from a seed;
 * they are told apart by their paths, so that neither addresses in memory nor Akka's random numbers
 * decide anything.
 */
final class RunQueue extends AbstractExecutorService {
  /** One simulation at a time: dispatchers are made by Akka and can be handed nothing. */
  static final RunQueue SHARED = new RunQueue();

  private static final Pattern RUN = Pattern.compile("run-\\d+-");

  private record Entry(String actor, long sequence, Runnable task) {}

  private static final Comparator<Entry> ORDER =
      Comparator.comparing(Entry::actor).thenComparingLong(Entry::sequence);

  private final List<Entry> waiting = new ArrayList<>();
  private final List<Entry> frozen = new ArrayList<>();
  private final List<String> frozenActors = new ArrayList<>();
  private final List<String> strangers = new ArrayList<>();
  private final IdentityHashMap<Mailbox, String> names = new IdentityHashMap<>();
  private SplittableRandom random = new SplittableRandom(0);
  private long sequence;
  private Thread owner;
  private ExecutorService startup;

  private RunQueue() {}

  /** Until {@link #own}, a thread runs everything: an actor system waits for itself to start. */
  synchronized void start() {
    startup = Executors.newSingleThreadExecutor();
    waiting.clear();
    frozen.clear();
    frozenActors.clear();
  }

  /** From now on the calling thread runs everything, and nobody else may bring anything. */
  void own() {
    ExecutorService before;
    synchronized (this) {
      before = startup;
      startup = null;
    }
    before.shutdown();
    try {
      if (!before.awaitTermination(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the actor system did not start");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    synchronized (this) {
      owner = Thread.currentThread();
      strangers.clear();
    }
  }

  /** Other threads that brought something to run, which would make a run depend on their speed. */
  synchronized List<String> strangers() {
    return List.copyOf(strangers);
  }

  /** A run begins: whose turn it is follows from this. */
  synchronized void seed(SplittableRandom source) {
    random = source;
    names.clear();
  }

  @Override
  public synchronized void execute(Runnable task) {
    if (startup != null) {
      startup.execute(task);
      return;
    }
    if (owner != null && owner != Thread.currentThread()) {
      strangers.add(Thread.currentThread().getName());
    }
    Entry entry = new Entry(actor(task), sequence++, task);
    boolean stopped = frozenActors.stream().anyMatch(entry.actor()::startsWith);
    if (stopped) {
      frozen.add(entry);
    } else {
      insert(entry);
    }
  }

  private String actor(Runnable task) {
    return task instanceof Mailbox mailbox ? names.computeIfAbsent(mailbox, RunQueue::name) : "~";
  }

  private static String name(Mailbox mailbox) {
    return RUN.matcher(mailbox.actor().self().path().toStringWithoutAddress()).replaceAll("");
  }

  private void insert(Entry entry) {
    int at = waiting.size();
    while (at > 0 && ORDER.compare(waiting.get(at - 1), entry) > 0) {
      at--;
    }
    waiting.add(at, entry);
  }

  /** Runs one; returns the actor whose turn it was, or null when nobody has anything to do. */
  String runOne() {
    Entry next;
    synchronized (this) {
      if (waiting.isEmpty()) {
        return null;
      }
      next = waiting.remove(waiting.size() == 1 ? 0 : random.nextInt(waiting.size()));
    }
    next.task().run();
    return next.actor();
  }

  /** Runs all; returns how many there were. */
  int runAll() {
    int count = 0;
    while (runOne() != null) {
      count++;
    }
    return count;
  }

  /** As SIGSTOP does: actors below that path run no more. */
  synchronized void freeze(String actors) {
    frozenActors.add(actors);
    for (Entry entry : List.copyOf(waiting)) {
      if (entry.actor().startsWith(actors)) {
        waiting.remove(entry);
        frozen.add(entry);
      }
    }
  }

  /** As SIGCONT does. */
  synchronized void thaw(String actors) {
    frozenActors.remove(actors);
    for (Entry entry : List.copyOf(frozen)) {
      if (entry.actor().startsWith(actors)) {
        frozen.remove(entry);
        insert(entry);
      }
    }
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }
}
