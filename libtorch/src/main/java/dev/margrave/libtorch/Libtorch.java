package dev.margrave.libtorch;

import dev.margrave.workers.vae.engine.EngineInfo;
import org.bytedeco.openblas.presets.openblas;
import org.bytedeco.pytorch.global.torch;

/** Starts libtorch, and names what was loaded. */
final class Libtorch {
  private static final String VERSION = "libtorch 2.10.0";
  private static final String THREADS = "OMP_NUM_THREADS";

  private Libtorch() {}

  /** As many threads as {@value #THREADS} says; OpenBLAS's own would fight with them. */
  static EngineInfo start() {
    openblas.blas_set_num_threads(1);
    String threads = System.getenv(THREADS);
    if (threads != null) {
      torch.set_num_threads(Integer.parseInt(threads));
    }
    return new EngineInfo(
        VERSION,
        "linux-x86_64",
        torch.get_num_threads(),
        Runtime.version().toString(),
        "Bit-identical for the same native library and the same number of threads"
            + " (OMP_NUM_THREADS), across processes; different for others.");
  }
}
