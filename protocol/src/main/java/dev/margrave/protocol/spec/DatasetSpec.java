package dev.margrave.protocol.spec;

import java.util.Optional;

/**
 * Which images.
 *
 * @param name of the data set: {@code shapes}, {@code cifar100}, …
 * @param path its folder or archive; empty: looked for under the data directory
 * @param train images of the training split to use, ≥ 1
 * @param evaluate images of the held-out split to use, ≥ 1
 */
public record DatasetSpec(String name, Optional<String> path, int train, int evaluate) {}
