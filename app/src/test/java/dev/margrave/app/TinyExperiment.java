package dev.margrave.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An experiment of seconds: every arm, on few images, with a small network. */
public final class TinyExperiment {
  private TinyExperiment() {}

  /** Writes it into a folder. */
  public static Path write(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("tiny.conf"),
        """
        experiment {
          name = tiny
          dataset { name = shapes, train = 512, evaluate = 256 }
          teacher { components = [4], pca = [8] }
          vae { latent = 8, channels = [8, 16] }
          training { epochs = 3, batch = 32, evaluate-every = 1 epoch, checkpoint-every = 300 ms }
          collapse { maximum-epochs = 2 }
          arms = [full, ablation, rescue, drift, collapse, rescue-from-collapse]
        }
        """);
  }
}
