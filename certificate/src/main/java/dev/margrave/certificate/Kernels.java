package dev.margrave.certificate;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;

/**
 * Which {@link Kernel} this Java virtual machine computes with: the one on vectors where it was
 * started with {@code --add-modules jdk.incubator.vector} and the processor has them, otherwise the
 * plain one. The bits are the same.
 */
final class Kernels {
  private static final String VECTORS = "jdk.incubator.vector";

  /** Named only here: where its module is missing, it must not be looked at. */
  private static final String VECTOR_KERNEL = "dev.margrave.certificate.VectorKernel";

  private static final Constructor<? extends Kernel> CHOICE = choice();

  private Kernels() {}

  /** A kernel for one thread. */
  static Kernel create() {
    try {
      return CHOICE.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot create " + CHOICE, e);
    }
  }

  private static Constructor<? extends Kernel> choice() {
    try {
      if (ModuleLayer.boot().findModule(VECTORS).isPresent()) {
        Class<? extends Kernel> vectors = Class.forName(VECTOR_KERNEL).asSubclass(Kernel.class);
        Method possible = vectors.getDeclaredMethod("possible");
        if ((boolean) possible.invoke(null)) {
          return vectors.getDeclaredConstructor();
        }
      }
      return PortableKernel.class.getDeclaredConstructor();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot choose a kernel", e);
    }
  }
}
