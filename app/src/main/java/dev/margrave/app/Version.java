package dev.margrave.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
public final class Version implements IVersionProvider {
  private static final String VERSION = read();

  /** As {@code 0.1.0}. */
  public static String text() {
    return VERSION;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "margrave " + VERSION, "Java " + Runtime.version() + ", " + System.getProperty("os.arch")
    };
  }

  private static String read() {
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
