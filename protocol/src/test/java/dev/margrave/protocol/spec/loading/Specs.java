package dev.margrave.protocol.spec.loading;

import java.nio.file.Files;
import java.nio.file.Path;

/** Experiment files of the tests. */
final class Specs {
  /** No key has its default value. */
  static final String EVERY_KEY =
      """
      experiment {
        name = every-key
        dataset {
          name = image-folder
          path = images
          train = 2000
          evaluate = 700
          size = 48
          channels = 1
        }
        seeds = [3, 5]
        teacher {
          mode = fixed
          teacher-seeds = [11, 12]
          components = [8, 16]
          pca = [10, 20]
          covariance = [full, diagonal]
          temperature = [1, 1.5]
          floor = 0.02
        }
        vae {
          latent = 16
          channels = [8, 8]
          beta = 2.5
          likelihood = gaussian
          witness = linear
          witness-init = random
        }
        alignment {
          weight = 10
          safety-margin = 0.1
          confidence = 0.99
          samples = 2
          guard { enabled = true, band = 0.3, factor = 1.5, maximum-weight = 500, images = 300 }
        }
        training {
          epochs = 3
          arm-epochs { drift = 6, rescue = 2 }
          batch = 64
          learning-rate = 2e-4
          evaluate-every = 200 steps
          precision = bfloat16
          checkpoint-every = 1500 ms
        }
        collapse {
          kl-target = 0.2
          double-beta-every = 50 steps
          maximum-beta = 1e4
          maximum-epochs = 5
        }
        rescue {
          code-gradient-floor = 0.002
          head-gradient-floor = 0.003
          automatic { enabled = true, evaluations = 4, maximum = 2 }
        }
        baselines {
          kl-annealing {
            over = 30 steps
          }
          cyclical-annealing {
            cycles = 3
            ramp = 0.25
          }
          free-bits {
            floor = 0.5
            group-size = 4
          }
          info-vae {
            alpha = 0.5
            weight = 10
            kernel-scale = 2
          }
          bn-vae {
            gamma = 0.7
            momentum = 0.2
          }
          lagging-inference {
            maximum-inner-steps = 20
            check-every = 4
            maximum-aggressive-epochs = 2
            information-images = 300
          }
          geco {
            tolerance = 0.02
            smoothing = 0.9
            rate = 0.1
            least-multiplier = 0.01
            largest-multiplier = 100
          }
        }
        arms = [rescue, ablation, baseline-geco]
        resources {
          gpus = 1
          priority = -2
          max-attempts = 5
          max-parallel = 2
          memory = 3 GiB
          engine = libtorch
          compute-capability = "8.0"
        }
      }
      """;

  private Specs() {}

  static Path repositoryRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("config/experiments"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
