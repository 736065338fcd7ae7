package dev.margrave.libtorch;

import dev.margrave.workers.vae.engine.Precision;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.bytedeco.pytorch.global.torch;

/**
 * The precision of one thread's products while it is open.
 *
 * <p>Brain floats are a thread's own matter. Whether TF32 may be used is one flag of the process,
 * read when an operation begins; so steps that want it and others take turns, each kind together.
 */
final class Multiplying implements AutoCloseable {
  private static final ReentrantLock LOCK = new ReentrantLock(true);
  private static final Condition LEFT = LOCK.newCondition();
  private static int inside;
  private static boolean tf32;

  private final Precision precision;

  private Multiplying(Precision precision) {
    this.precision = precision;
  }

  /** Waits for steps of the other kind to end. */
  static Multiplying in(Precision precision) {
    boolean wanted = precision == Precision.TF32;
    LOCK.lock();
    try {
      while (inside > 0 && tf32 != wanted) {
        LEFT.awaitUninterruptibly();
      }
      inside++;
      if (tf32 != wanted) {
        tf32 = wanted;
        torch.globalContext().setAllowTF32CuBLAS(wanted);
        torch.globalContext().setAllowTF32CuDNN(wanted);
      }
    } finally {
      LOCK.unlock();
    }
    if (precision == Precision.BFLOAT16) {
      setBrainFloats(true);
    }
    return new Multiplying(precision);
  }

  private static void setBrainFloats(boolean on) {
    torch.DeviceType type = Libtorch.onGpu() ? torch.DeviceType.CUDA : torch.DeviceType.CPU;
    torch.set_autocast_dtype(type, torch.ScalarType.BFloat16);
    torch.set_autocast_enabled(type, on);
    // Weights change with each step: what was rounded of them must not be kept.
    torch.set_autocast_cache_enabled(false);
  }

  @Override
  public void close() {
    if (precision == Precision.BFLOAT16) {
      setBrainFloats(false);
    }
    LOCK.lock();
    try {
      inside--;
      LEFT.signalAll();
    } finally {
      LOCK.unlock();
    }
  }
}
