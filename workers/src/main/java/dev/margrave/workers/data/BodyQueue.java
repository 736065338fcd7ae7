package dev.margrave.workers.data;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A response body as it arrives, handed to one reading thread: what {@link HttpResponse} lacks, a
 * limit on how long the next bytes may take. One item is in flight at a time, so that memory stays
 * small whatever the size of the body.
 */
final class BodyQueue implements HttpResponse.BodySubscriber<BodyQueue>, AutoCloseable {
  private sealed interface Item {}

  private record Bytes(List<ByteBuffer> buffers) implements Item {}

  private record Failed(Throwable cause) implements Item {}

  private record Ended() implements Item {}

  private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();

  /** Null until the response's headers have been read. */
  private Flow.Subscription subscription;

  private boolean closed;

  @Override
  public CompletionStage<BodyQueue> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription offered) {
    subscription = offered;
    if (closed) {
      offered.cancel();
    } else {
      offered.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    items.add(new Bytes(buffers));
  }

  @Override
  public void onError(Throwable cause) {
    items.add(new Failed(cause));
  }

  @Override
  public void onComplete() {
    items.add(new Ended());
  }

  /**
   * The next bytes; empty at the end of the body.
   *
   * @throws HttpTimeoutException if none came for that long
   * @throws IOException if the connection broke
   */
  Optional<List<ByteBuffer>> next(Duration limit) throws IOException, InterruptedException {
    Item item = items.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (item == null) {
      throw new HttpTimeoutException("no data for " + limit.toMillis() + " ms");
    }
    if (item instanceof Bytes bytes) {
      requestMore();
      return Optional.of(bytes.buffers());
    }
    if (item instanceof Failed failed) {
      if (failed.cause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException(failed.cause());
    }
    return Optional.empty();
  }

  /** Gives up what has not arrived. */
  @Override
  public synchronized void close() {
    closed = true;
    if (subscription != null) {
      subscription.cancel();
    }
  }

  private synchronized void requestMore() {
    subscription.request(1);
  }
}
