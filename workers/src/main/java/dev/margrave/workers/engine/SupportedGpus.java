package dev.margrave.workers.engine;

import dev.margrave.protocol.worker.ComputeCapability;

/**
 * GPUs that a build of an engine has kernels for.
 *
 * @param least compute capability
 * @param most with a later minor number of this major one they still run
 * @param otherwise what to do about another GPU, as a user reads it
 */
public record SupportedGpus(ComputeCapability least, ComputeCapability most, String otherwise) {
  boolean include(ComputeCapability capability) {
    return capability.compareTo(least) >= 0 && capability.major() <= most.major();
  }
}
