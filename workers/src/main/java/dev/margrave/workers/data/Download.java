package dev.margrave.workers.data;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file on its way: {@code <file>.part}, locked while it is open, and {@code <file>.part.tag},
 * the server's validator (a strong ETag, or the date of the last change) of what has arrived.
 *
 * <p>What has arrived is continued with {@code Range} and {@code If-Range}. A server that ignores
 * them, or whose file has changed, sends everything and the part begins anew. Without a validator
 * the part is continued only where a published digest will tell. A connection that breaks is
 * continued at once as long as each try brings something.
 */
final class Download implements AutoCloseable {
  /** No data set in the catalogue is near it; stops a server that never ends. */
  private static final long MOST_BYTES = 1L << 36;

  /** Broken connections in a row, each after some bytes, before the user is asked. */
  private static final int MOST_BREAKS = 8;

  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

  private final HttpClient client;
  private final Duration patience;
  private final CatalogueEntry entry;
  private final RemoteFile file;
  private final Path target;
  private final Path part;
  private final Path tag;
  private final FetchProgress progress;
  private final FileChannel channel;

  Download(
      HttpClient client,
      Duration patience,
      CatalogueEntry entry,
      RemoteFile file,
      Path target,
      FetchProgress progress) {
    this.client = client;
    this.patience = patience;
    this.entry = entry;
    this.file = file;
    this.target = target;
    this.part = target.resolveSibling(target.getFileName() + ".part");
    this.tag = target.resolveSibling(target.getFileName() + ".part.tag");
    this.progress = progress;
    this.channel = openLocked(part);
  }

  /** What has arrived. */
  Path part() {
    return part;
  }

  /** Transfers until everything is there. */
  void complete() throws InterruptedException {
    int breaks = 0;
    while (true) {
      long before = resumable();
      try {
        if (file.bytes().isPresent() && before == file.bytes().getAsLong()) {
          return;
        }
        request(before);
        return;
      } catch (ClosedByInterruptException e) {
        throw interrupted(e);
      } catch (IOException e) {
        breaks++;
        if (arrived() <= before || breaks > MOST_BREAKS || e instanceof HttpTimeoutException) {
          throw broken(e);
        }
      }
    }
  }

  /** Syncs the part and gives it its name. */
  void publish() {
    try {
      channel.force(true);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(tag);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Deletes what has arrived. */
  void discard() {
    try {
      Files.deleteIfExists(part);
      Files.deleteIfExists(tag);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  @Override
  public void close() {
    try {
      boolean nothing = channel.isOpen() && channel.size() == 0;
      channel.close();
      if (nothing) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** How many bytes the next request need not ask for. */
  private long resumable() {
    long arrived = arrived();
    boolean tooLong = file.bytes().isPresent() && arrived > file.bytes().getAsLong();
    boolean checkable = file.sha256().isPresent() || file.md5().isPresent() || Files.exists(tag);
    if (tooLong || !checkable) {
      startAnew();
      return 0;
    }
    return arrived;
  }

  private void request(long from) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(file.uri()).timeout(patience).header("User-Agent", "margrave");
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
      if (Files.exists(tag)) {
        request.header("If-Range", Files.readString(tag));
      }
    }
    HttpResponse<BodyQueue> response = client.send(request.build(), info -> new BodyQueue());
    try (BodyQueue body = response.body()) {
      switch (response.statusCode()) {
        case 200 -> {
          startAnew();
          keepTag(response);
          receive(body, 0, response.headers().firstValueAsLong("Content-Length"));
        }
        case 206 -> {
          checkTag(response);
          receive(body, from, totalOfRange(response, from));
        }
        case 416 -> {
          if (!contentRange(response).equals("bytes */" + from)) {
            startAnew();
            throw refusal("has not got what earlier fetches began; nothing was kept, try again");
          }
        }
        default -> throw refusedBy(response.statusCode());
      }
    }
  }

  private void receive(BodyQueue body, long from, OptionalLong total)
      throws IOException, InterruptedException {
    checkTotal(total);
    OptionalLong expected = total.isPresent() ? total : file.bytes();
    checkRoom(from, expected);
    long most = expected.orElse(MOST_BYTES);
    long arrived = from;
    progress.at(file.name(), arrived, expected);
    Optional<List<ByteBuffer>> next = body.next(patience);
    while (next.isPresent()) {
      for (ByteBuffer bytes : next.get()) {
        if (arrived + bytes.remaining() > most) {
          startAnew();
          throw refusal("sends more than the " + most + " bytes expected; nothing was kept");
        }
        arrived = append(bytes, arrived);
      }
      progress.at(file.name(), arrived, expected);
      next = body.next(patience);
    }
    if (expected.isPresent() && arrived < expected.getAsLong()) {
      throw new IOException("the connection ended after " + arrived + " bytes");
    }
  }

  private long append(ByteBuffer bytes, long at) throws InterruptedException {
    long position = at;
    try {
      while (bytes.hasRemaining()) {
        position += channel.write(bytes, position);
      }
      return position;
    } catch (ClosedByInterruptException e) {
      throw interrupted(e);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** The channel closes when its thread is interrupted; what was written stays. */
  private InterruptedException interrupted(ClosedByInterruptException cause) {
    InterruptedException interrupted =
        new InterruptedException("interrupted while writing " + part);
    interrupted.initCause(cause);
    return interrupted;
  }

  private void checkTotal(OptionalLong total) {
    if (total.isPresent()
        && file.bytes().isPresent()
        && total.getAsLong() != file.bytes().getAsLong()) {
      startAnew();
      throw refusal(
          String.format(
              "offers %d bytes, but %d were published; see %s",
              total.getAsLong(), file.bytes().getAsLong(), entry.homepage()));
    }
  }

  private void checkRoom(long from, OptionalLong expected) throws IOException {
    long room = Files.getFileStore(part).getUsableSpace();
    if (expected.isPresent() && expected.getAsLong() - from > room) {
      throw new DataException(
          String.format(
              "%s: needs %d more bytes, but the disk has room for %d; make room and fetch again",
              part, expected.getAsLong() - from, room));
    }
  }

  /** The server's file must still be the one that the part was begun with. */
  private void checkTag(HttpResponse<BodyQueue> response) throws IOException {
    Optional<String> validator = validator(response);
    if (validator.isPresent()
        && Files.exists(tag)
        && !validator.get().equals(Files.readString(tag))) {
      startAnew();
      throw refusal("has another file than the one begun; nothing was kept, fetch again");
    }
  }

  private void keepTag(HttpResponse<BodyQueue> response) {
    try {
      Optional<String> validator = validator(response);
      if (validator.isPresent()) {
        Files.writeString(tag, validator.get());
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private static Optional<String> validator(HttpResponse<BodyQueue> response) {
    return response
        .headers()
        .firstValue("ETag")
        .filter(etag -> !etag.startsWith("W/"))
        .or(() -> response.headers().firstValue("Last-Modified"));
  }

  private void startAnew() {
    try {
      channel.truncate(0);
      Files.deleteIfExists(tag);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private long arrived() {
    try {
      return channel.size();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** The whole file's size, from an answer that must begin where it was asked to. */
  private OptionalLong totalOfRange(HttpResponse<BodyQueue> response, long from) {
    Matcher range = CONTENT_RANGE.matcher(contentRange(response));
    if (!range.matches() || Long.parseLong(range.group(1)) != from) {
      throw refusal(
          "was asked for bytes from "
              + from
              + " on and answered with '"
              + contentRange(response)
              + "'");
    }
    String total = range.group(2);
    return total.equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(total));
  }

  private static String contentRange(HttpResponse<BodyQueue> response) {
    return response.headers().firstValue("Content-Range").orElse("");
  }

  private static FileChannel openLocked(Path part) {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
      channel.close();
    } catch (OverlappingFileLockException e) {
      closeQuietly(channel);
    } catch (IOException e) {
      throw new DataException(part + ": cannot be written (" + e + ")", e);
    }
    throw new DataException(part + ": another fetch is writing this file; wait for it to end");
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // The refusal that follows says what matters: nothing was written through this channel.
      return;
    }
  }

  private DataException refusal(String problem) {
    return new DataException(file.uri() + ": the server " + problem);
  }

  private DataException refusedBy(int status) {
    if (status == 404 || status == 410) {
      return refusal(
          "has no such file (HTTP " + status + "); it may have moved, see " + entry.homepage());
    }
    boolean passing = status >= 500 || status == 429;
    return refusal(
        "answered HTTP " + status + (passing ? "; try again later" : ", see " + entry.homepage()));
  }

  private DataException broken(IOException cause) {
    long arrived = arrived();
    String kept =
        arrived == 0 ? "" : "; " + arrived + " bytes are kept, fetch again to go on from there";
    if (cause instanceof ConnectException) {
      String why = cause.getMessage() == null ? "unknown host or no network" : cause.getMessage();
      return new DataException(
          file.uri() + ": cannot reach " + file.uri().getHost() + " (" + why + ")" + kept, cause);
    }
    if (cause instanceof HttpTimeoutException) {
      return new DataException(
          file.uri() + ": the server went silent (" + cause.getMessage() + ")" + kept, cause);
    }
    return new DataException(
        file.uri() + ": the connection broke (" + cause.getMessage() + ")" + kept, cause);
  }

  private DataException unwritable(IOException cause) {
    return new DataException(
        part + ": cannot be written (" + cause.getMessage() + "); make room and fetch again",
        cause);
  }
}
