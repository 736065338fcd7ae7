package dev.margrave.libtorch;

import dev.margrave.workers.vae.engine.EngineInfo;
import org.bytedeco.openblas.presets.openblas;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Starts libtorch, names what was loaded, and knows where it computes. */
final class Libtorch {
  private static final String VERSION = "libtorch 2.10.0";
  private static final String THREADS = "OMP_NUM_THREADS";
  private static final String CPU = "linux-x86_64";
  private static final String GPU = "linux-x86_64-gpu";

  private Libtorch() {}

  /** Looked for once. */
  private static final class Found {
    private static final boolean GPU = torch.cuda_is_available();

    private Found() {}
  }

  /** Whether there is a GPU that this build of libtorch can use. */
  static boolean onGpu() {
    return Found.GPU;
  }

  /** As many threads as {@value #THREADS} says; OpenBLAS's own would fight with them. */
  static EngineInfo start() {
    openblas.blas_set_num_threads(1);
    String threads = System.getenv(THREADS);
    if (threads != null) {
      torch.set_num_threads(Integer.parseInt(threads));
    }
    return new EngineInfo(
        VERSION,
        onGpu() ? GPU : CPU,
        torch.get_num_threads(),
        Runtime.version().toString(),
        onGpu()
            ? "On a GPU sums are taken in an order that varies: not bit-identical."
            : "Bit-identical for the same native library, kind of processor and number of threads"
                + " (OMP_NUM_THREADS), across processes; different for others.");
  }

  /** Where trainings compute: on the first GPU that this process sees, if any. */
  static Device device() {
    return new Device(
        onGpu() ? torch.DeviceType.CUDA : torch.DeviceType.CPU, (byte) (onGpu() ? 0 : -1));
  }

  /** The tensor where trainings compute; itself if it is there. */
  static Tensor here(Tensor tensor) {
    return onGpu() ? tensor.to(device(), tensor.scalar_type()) : tensor;
  }
}
