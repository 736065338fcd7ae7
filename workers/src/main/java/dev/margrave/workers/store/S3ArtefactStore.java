package dev.margrave.workers.store;

import dev.margrave.protocol.artefact.ArtefactMismatchException;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * An artefact store in a bucket of S3, or of a storage that speaks its protocol.
 *
 * <p>An object of S3 appears whole or not at all, so no temporary object is ever seen. What is
 * written goes to a local file first, because its hash and length stand in the request's head; what
 * is fetched stays in a local cache. Before a cached copy is used the storage is asked whether the
 * object is still the same, so that an artefact counts as missing on all nodes alike.
 */
public final class S3ArtefactStore implements ArtefactStore, AutoCloseable {
  /**
   * What S3 takes in one request. Checkpoints are tens of megabytes, so uploads in parts, which
   * leave parts behind when they are broken off, are not worth having.
   */
  private static final long MAXIMUM_BYTES = 5L << 30;

  /** The object's own record of its content's hash, in the hexadecimal digits of a reference. */
  private static final String HASH_METADATA = "sha256";

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final int NOT_FOUND = 404;
  private static final int BUFFER_BYTES = 1 << 16;

  private final ArtefactLocation.Bucket bucket;
  private final S3Client client;
  private final S3Keys keys;
  private final S3Failures failures;
  private final ArtefactCache cache;

  /**
   * Connects to nothing yet.
   *
   * @param cacheDirectory local; made when missing
   * @param writer sets the temporary names of this process apart from another's
   * @throws UncheckedIOException when the cache cannot be used
   */
  public S3ArtefactStore(
      ArtefactLocation.Bucket bucket,
      S3Settings settings,
      Path cacheDirectory,
      String writer,
      Clock clock) {
    this.bucket = bucket;
    this.keys = new S3Keys(bucket.prefix());
    this.failures = new S3Failures(bucket, settings);
    this.cache = new ArtefactCache(cacheDirectory, writer, settings.cacheBytes(), clock);
    try {
      cache.open();
    } catch (IOException e) {
      throw failures.of("open a local cache in " + cacheDirectory + " of", "", e);
    }
    this.client = S3Clients.create(settings);
  }

  /**
   * Asks the bucket for its first key, so that a wrong setting shows at the start.
   *
   * @throws UncheckedIOException when it cannot be listed
   */
  public void check() {
    try {
      client.listObjectsV2(request -> request.bucket(bucket.name()).prefix(folderKey()).maxKeys(1));
    } catch (SdkException | UncheckedIOException e) {
      throw failures.of("open", "", e);
    }
  }

  private String folderKey() {
    return bucket.prefix().isEmpty() ? "" : bucket.prefix() + "/";
  }

  @Override
  public ArtefactRef put(String path, Content content) {
    String key = keys.of(path);
    try {
      Path temporary = cache.temporary(path);
      try {
        ArtefactRef artefact = write(path, temporary, content);
        upload(key, artefact, temporary);
        return artefact;
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (SdkException | IOException | UncheckedIOException e) {
      throw failures.of("write", key, e);
    }
  }

  private static ArtefactRef write(String path, Path temporary, Content content)
      throws IOException {
    MessageDigest digest = sha256();
    try (OutputStream out =
        new BufferedOutputStream(
            new DigestOutputStream(Files.newOutputStream(temporary), digest), BUFFER_BYTES)) {
      content.writeTo(out);
    }
    String hash = HexFormat.of().formatHex(digest.digest());
    return new ArtefactRef(path, Files.size(temporary), hash);
  }

  private void upload(String key, ArtefactRef artefact, Path temporary) throws IOException {
    if (artefact.bytes() > MAXIMUM_BYTES) {
      throw new IOException(
          "it has %d bytes, and one request takes %d".formatted(artefact.bytes(), MAXIMUM_BYTES));
    }
    String checksum =
        Base64.getEncoder().encodeToString(HexFormat.of().parseHex(artefact.sha256()));
    client.putObject(
        request ->
            request
                .bucket(bucket.name())
                .key(key)
                .contentType("application/octet-stream")
                .checksumSHA256(checksum)
                .metadata(Map.of(HASH_METADATA, artefact.sha256())),
        RequestBody.fromFile(temporary));
  }

  @Override
  public Path fetch(ArtefactRef artefact) {
    String key = keys.of(artefact.path());
    if (!HASH.matcher(artefact.sha256()).matches()) {
      throw new ArtefactMismatchException(
          "'" + artefact.sha256() + "' is no SHA-256 of " + failures.address(key));
    }
    try {
      Optional<Path> copy = cache.find(artefact);
      return copy.isPresent() && isUnchanged(key, artefact) ? copy.get() : download(key, artefact);
    } catch (NoSuchKeyException e) {
      throw new ArtefactMismatchException(
          failures.address(key)
              + " is missing; it was committed with SHA-256 "
              + artefact.sha256());
    } catch (SdkException | IOException | UncheckedIOException e) {
      throw failures.of("read", key, e);
    }
  }

  /** Whether the object says so itself; what another program wrote does not, and is read. */
  private boolean isUnchanged(String key, ArtefactRef artefact) {
    try {
      HeadObjectResponse head =
          client.headObject(request -> request.bucket(bucket.name()).key(key));
      return head.contentLength() == artefact.bytes()
          && artefact.sha256().equals(head.metadata().get(HASH_METADATA));
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_FOUND) {
        // The answer to a HEAD does not say what is missing, object or bucket; that to a GET does.
        return false;
      }
      throw e;
    }
  }

  private Path download(String key, ArtefactRef artefact) throws IOException {
    Path temporary = cache.temporary(artefact.path());
    try {
      long bytes =
          client.getObject(
              request -> request.bucket(bucket.name()).key(key),
              ResponseTransformer.unmanaged(
                  (response, body) -> copy(response, body, artefact, temporary)));
      if (bytes != artefact.bytes()) {
        throw new ArtefactMismatchException(
            "%s has %d bytes, but %d were committed"
                .formatted(failures.address(key), bytes, artefact.bytes()));
      }
      String actual = DirectoryArtefactStore.sha256(temporary);
      if (!actual.equals(artefact.sha256())) {
        throw new ArtefactMismatchException(
            "%s has SHA-256 %s, but %s was committed"
                .formatted(failures.address(key), actual, artefact.sha256()));
      }
      return cache.keep(artefact, temporary);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Saves an answer's body, unless its length says already that it is another.
   *
   * @return the object's length
   * @throws RetryableException when the body ended early: that is the network's failure, and says
   *     nothing about the object
   */
  private static long copy(
      GetObjectResponse response, AbortableInputStream body, ArtefactRef artefact, Path temporary) {
    long bytes = response.contentLength();
    if (bytes != artefact.bytes()) {
      body.abort();
      return bytes;
    }
    try (body) {
      long copied = Files.copy(body, temporary, StandardCopyOption.REPLACE_EXISTING);
      if (copied != bytes) {
        throw new EOFException("the answer ended after %d of %d bytes".formatted(copied, bytes));
      }
      return bytes;
    } catch (IOException e) {
      throw RetryableException.create("could not save the answer", e);
    }
  }

  @Override
  public Optional<byte[]> read(String path, int maximumBytes) {
    String key = keys.of(path);
    try {
      return Optional.of(
          client.getObject(
              request -> request.bucket(bucket.name()).key(key),
              ResponseTransformer.unmanaged(
                  (response, body) -> content(response, body, maximumBytes))));
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    } catch (SdkException | UncheckedIOException e) {
      throw failures.of("read", key, e);
    }
  }

  private static byte[] content(
      GetObjectResponse response, AbortableInputStream body, int maximumBytes) {
    if (response.contentLength() > maximumBytes) {
      body.abort();
      throw SdkClientException.create("it has more than %d bytes".formatted(maximumBytes));
    }
    try (body) {
      byte[] content = body.readNBytes(maximumBytes);
      if (content.length != response.contentLength()) {
        throw new EOFException(
            "the answer ended after %d of %d bytes"
                .formatted(content.length, response.contentLength()));
      }
      return content;
    } catch (IOException e) {
      throw RetryableException.create("could not read the answer", e);
    }
  }

  @Override
  public void delete(ArtefactRef artefact) {
    delete(artefact.path());
  }

  @Override
  public void delete(String path) {
    String key = keys.of(path);
    try {
      client.deleteObject(request -> request.bucket(bucket.name()).key(key));
    } catch (NoSuchKeyException e) {
      // Amazon does not say so, others do; either way it is not there.
    } catch (SdkException | UncheckedIOException e) {
      throw failures.of("delete", key, e);
    }
  }

  @Override
  public List<String> list(String folder) {
    String prefix = keys.of(folder) + "/";
    try {
      return client
          .listObjectsV2Paginator(
              request -> request.bucket(bucket.name()).prefix(prefix).delimiter("/"))
          .contents()
          .stream()
          .map(object -> object.key().substring(prefix.length()))
          .filter(name -> !name.isEmpty())
          .map(name -> folder + "/" + name)
          .sorted()
          .toList();
    } catch (SdkException | UncheckedIOException e) {
      throw failures.of("list", prefix, e);
    }
  }

  /** Those of this machine; the storage has none. */
  @Override
  public void deleteTemporaries(String folder, Predicate<String> artefacts) {
    String key = keys.of(folder);
    try {
      cache.deleteTemporaries(folder, artefacts);
    } catch (IOException e) {
      throw failures.of("clean the local cache of", key, e);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
