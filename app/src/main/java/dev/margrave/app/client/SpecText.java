package dev.margrave.app.client;

import com.typesafe.config.ConfigUtil;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.CanonicalSpec;

/** An experiment as it is sent: it means the same on any machine. */
final class SpecText {
  private SpecText() {}

  /** HOCON, defaults written out, {@code dataset.path} as it is here. */
  static String of(ExperimentSpec spec) {
    return CanonicalSpec.file(spec)
        + spec.dataset()
            .path()
            .map(path -> "experiment.dataset.path = " + ConfigUtil.quoteString(path) + "\n")
            .orElse("");
  }
}
