package dev.margrave.workers.data;

import java.util.OptionalLong;

/** Hears how far a fetch is, on the fetching thread, whenever data arrives. */
@FunctionalInterface
public interface FetchProgress {
  /** Hears nothing. */
  FetchProgress SILENT = (file, bytes, total) -> {};

  /**
   * So many bytes of a file are here.
   *
   * @param file its name
   * @param bytes including what an earlier fetch left
   * @param total the size of the whole file, where it is known
   */
  void at(String file, long bytes, OptionalLong total);
}
