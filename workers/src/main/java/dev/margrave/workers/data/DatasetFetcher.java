package dev.margrave.workers.data;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fetches data sets from their publishers.
 *
 * <p>A file grows as {@code <file>.part}, which a later fetch continues, is checked against the
 * published digest, synced, and only then renamed: what bears the final name is whole. Its SHA-256
 * is left beside it as {@code <file>.sha256}. A file that is already there is checked and kept.
 */
public final class DatasetFetcher {
  private final HttpClient client;
  private final Duration patience;

  /**
   * @param connectLimit how long a connection may take to be made
   * @param patience how long the next bytes may take
   */
  public DatasetFetcher(Duration connectLimit, Duration patience) {
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(connectLimit)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    this.patience = patience;
  }

  /** With 20 s to connect and 60 s for the next bytes. */
  public DatasetFetcher() {
    this(Duration.ofSeconds(20), Duration.ofSeconds(60));
  }

  /**
   * Fetches every file of a data set; nothing for what is built in or the user's own.
   *
   * @param directory to put the files in, made if need be: {@link Datasets#directory} is where they
   *     are found again
   * @throws DataException if a publisher cannot be reached, has not got the file, gives another
   *     content, or the disk is full; what has arrived stays for the next try, except after a wrong
   *     digest
   * @throws InterruptedException if the thread is interrupted; what has arrived stays
   */
  public List<FetchedFile> fetch(CatalogueEntry entry, Path directory, FetchProgress progress)
      throws InterruptedException {
    if (entry.files().isEmpty()) {
      return List.of();
    }
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new DataException(directory + ": cannot be made (" + e + ")", e);
    }
    List<FetchedFile> fetched = new ArrayList<>();
    for (RemoteFile file : entry.files()) {
      fetched.add(fetch(entry, file, directory, progress));
    }
    return List.copyOf(fetched);
  }

  private FetchedFile fetch(
      CatalogueEntry entry, RemoteFile file, Path directory, FetchProgress progress)
      throws InterruptedException {
    Path target = directory.resolve(file.name());
    if (Files.exists(target)) {
      return inPlace(file, target);
    }
    Download download = new Download(client, patience, entry, file, target, progress);
    Digests digests;
    try (download) {
      download.complete();
      digests = Digests.of(download.part());
      Optional<String> difference = digests.difference(file);
      if (difference.isPresent()) {
        download.discard();
        throw new DataException(
            file.uri()
                + ": what arrived is not what was published: "
                + difference.get()
                + ". Nothing was kept; try again, and if it stays so see "
                + entry.homepage());
      }
      download.publish();
    }
    digests.record(target);
    return new FetchedFile(target, digests.bytes(), digests.sha256(), Digests.known(file), false);
  }

  private static FetchedFile inPlace(RemoteFile file, Path target) {
    Digests digests = Digests.of(target);
    Optional<String> difference = digests.difference(file);
    if (difference.isEmpty() && Digests.known(file) == FetchedFile.Verified.RECORDED) {
      difference = digests.differenceFromRecord(target);
    }
    if (difference.isPresent()) {
      throw new DataException(
          target
              + ": is there, but is not the published file: "
              + difference.get()
              + ". Move it away to fetch the published one");
    }
    digests.record(target);
    return new FetchedFile(target, digests.bytes(), digests.sha256(), Digests.known(file), true);
  }
}
