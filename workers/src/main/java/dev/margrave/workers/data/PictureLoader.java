package dev.margrave.workers.data;

import dev.margrave.workers.data.PictureFormat.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Reads and decodes many picture files, on as many threads as there are processors. Each picture's
 * bytes are a function of its file alone, and go to its own place, so threads decide nothing.
 *
 * <p><b>Memory.</b> The bytes of the images that come out, and one decoded file per thread.
 */
final class PictureLoader {
  /** More would wait for the disk. */
  private static final int MOST_THREADS = 8;

  /** Files of which the refusal tells. */
  private static final int SHOWN = 5;

  private static final long PROGRESS_MS = 200;

  private final PictureFiles files;
  private final PictureFormat format;
  private final ImageShape shape;
  private final List<Picture> pictures;
  private final byte[][] images;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger bad = new AtomicInteger();
  private final ReentrantLock large = new ReentrantLock();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final ConcurrentSkipListMap<Integer, String> problems = new ConcurrentSkipListMap<>();

  private PictureLoader(
      PictureFiles files, PictureFormat format, ImageShape shape, List<Picture> pictures) {
    this.files = files;
    this.format = format;
    this.shape = shape;
    this.pictures = pictures;
    this.images = new byte[pictures.size()][];
  }

  /**
   * The pictures' pixels in their order.
   *
   * @param shape square, that they are brought to
   * @throws DataException naming the first few files that cannot be used, and how many there are
   */
  static byte[][] load(
      PictureFiles files,
      PictureFormat format,
      ImageShape shape,
      List<Picture> pictures,
      LoadProgress progress) {
    requireMemory(pictures.size(), shape, Runtime.getRuntime().maxMemory());
    return new PictureLoader(files, format, shape, pictures).run(progress);
  }

  /** Refuses what would not fit, before minutes are spent on it. */
  static void requireMemory(int count, ImageShape shape, long mostBytes) {
    long wanted = (long) count * (shape.values() + 24);
    if (wanted > mostBytes / 4 * 3) {
      throw new DataException(
          ("%,d images of %s need %,d MB, and Java may use %,d MB here: give it more"
                  + " (MARGRAVE_JAVA_OPTIONS=-Xmx%dg), or ask for fewer or smaller images")
              .formatted(
                  count,
                  shape,
                  wanted / 1_000_000,
                  mostBytes / 1_000_000,
                  1 + ((wanted * 2) >> 30)));
    }
  }

  private byte[][] run(LoadProgress progress) {
    int threads = Math.max(1, Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "picture-loader");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(pool.submit(this::decodeUntilNoneIsLeft));
      }
      for (Future<?> one : running) {
        await(one, progress);
      }
    } finally {
      stopped.set(true);
      shutDown(pool);
    }
    progress.at(pictures.size(), pictures.size());
    refuseBad();
    return images;
  }

  private void decodeUntilNoneIsLeft() {
    try (PictureDecoder decoder =
        new PictureDecoder(shape.height(), shape.channels(), format.exactSide(), large)) {
      for (int i = next.getAndIncrement();
          i < images.length && !stopped.get();
          i = next.getAndIncrement()) {
        try {
          images[i] = decoder.decode(files.read(pictures.get(i).name(), format.mostBytes()));
        } catch (BadPictureException e) {
          bad.incrementAndGet();
          remember(i, e.getMessage());
        }
        done.incrementAndGet();
      }
    }
  }

  /** The first ones, whoever found them. */
  private synchronized void remember(int index, String problem) {
    problems.put(index, problem);
    if (problems.size() > SHOWN) {
      problems.pollLastEntry();
    }
  }

  private void await(Future<?> one, LoadProgress progress) {
    while (true) {
      try {
        one.get(PROGRESS_MS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        progress.at(done.get(), pictures.size());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while loading " + files.location());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) e.getCause();
      }
    }
  }

  /** Files must not be closed under a thread that reads. */
  private static void shutDown(ExecutorService pool) {
    pool.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        if (pool.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void refuseBad() {
    int count = bad.get();
    if (count == 0) {
      return;
    }
    if (count == 1) {
      var only = problems.firstEntry();
      throw files.refusal(pictures.get(only.getKey()).name(), only.getValue());
    }
    String first =
        problems.entrySet().stream()
            .map(one -> "  " + Shown.of(pictures.get(one.getKey()).name()) + " " + one.getValue())
            .collect(Collectors.joining(System.lineSeparator()));
    throw new DataException(
        "%s: %,d of %,d pictures cannot be used, the first of them:%n%s"
            .formatted(files.location(), count, pictures.size(), first));
  }
}
