package dev.margrave.protocol.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * Which images.
 *
 * @param name of the data set: {@code shapes}, {@code cifar100}, …
 * @param path its folder or archive; empty: looked for under the data directory
 * @param train images of the training split to use, ≥ 1
 * @param evaluate images of the held-out split to use, ≥ 1
 * @param size rows and columns that pictures are brought to; empty: 64, or that of a data set that
 *     has one size only
 * @param channels 1 grey, 3 colour, for pictures; empty: 3, or those of a data set that has no
 *     choice
 */
public record DatasetSpec(
    String name,
    Optional<String> path,
    int train,
    int evaluate,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Integer> size,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Integer> channels) {

  /** Rows and columns of pictures where nothing else is said. */
  public static final int PICTURE_SIZE = 64;

  /** Channels of pictures where nothing else is said. */
  public static final int PICTURE_CHANNELS = 3;

  /** In the size and the channels that the data set comes in. */
  public DatasetSpec(String name, Optional<String> path, int train, int evaluate) {
    this(name, path, train, evaluate, Optional.empty(), Optional.empty());
  }

  /** From a journal: the last two are absent where they say nothing. */
  @JsonCreator
  private static DatasetSpec read(
      @JsonProperty("name") String name,
      @JsonProperty("path") Optional<String> path,
      @JsonProperty("train") int train,
      @JsonProperty("evaluate") int evaluate,
      @JsonProperty("size") Integer size,
      @JsonProperty("channels") Integer channels) {
    return new DatasetSpec(
        name, path, train, evaluate, Optional.ofNullable(size), Optional.ofNullable(channels));
  }
}
