package dev.margrave.workers.vae.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Properties;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.cpu.nativecpu.bindings.Nd4jCpu;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Which native library ND4J runs on. */
final class Nd4jBackend {
  private Nd4jBackend() {}

  private static final String PROPERTIES = "/META-INF/maven/org.nd4j/nd4j-api/pom.properties";
  private static final String WANTED = "onednn";
  private static final String CUDA = "JCublasBackend";

  /**
   * Starts ND4J and names what it loaded.
   *
   * @throws IllegalStateException when that is a build for CPUs other than oneDNN's, which alone is
   *     fast enough
   */
  static EngineInfo info() {
    boolean cuda = Nd4j.getBackend().getClass().getSimpleName().equals(CUDA);
    return new EngineInfo(
        "nd4j " + version(),
        cuda ? "linux-x86_64-cuda-11.6" : platformOf(Loader.load(Nd4jCpu.class)),
        NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads(),
        Runtime.version().toString(),
        cuda
            ? "On a GPU sums are taken in an order that varies: not bit-identical."
            : "Bit-identical for the same native library and the same number of threads"
                + " (OMP_NUM_THREADS), across processes; different for others.");
  }

  private static String version() {
    try (InputStream stream = Nd4j.class.getResourceAsStream(PROPERTIES)) {
      Properties properties = new Properties();
      if (stream != null) {
        properties.load(stream);
      }
      return properties.getProperty("version", "of unknown version");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + PROPERTIES + " from the class path", e);
    }
  }

  /**
   * The folder that holds the library is named for its build.
   *
   * @throws IllegalStateException when it is no oneDNN build
   */
  static String platformOf(String library) {
    Path folder = library == null ? null : Path.of(library).getParent();
    String platform = folder == null ? "unknown" : folder.getFileName().toString();
    if (!platform.contains(WANTED)) {
      throw new IllegalStateException(
          "ND4J loaded its native library "
              + platform
              + ", which trains 7 times slower than a oneDNN build; put nd4j-native with the"
              + " classifier linux-x86_64-onednn-avx2 on the class path and the plain one off it");
    }
    return platform;
  }
}
