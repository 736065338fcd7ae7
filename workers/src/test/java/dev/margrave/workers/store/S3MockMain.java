package dev.margrave.workers.store;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The process of {@link S3MockServer}: starts S3Mock, prints its port, and ends with its standard
 * input, which the kernel closes however the parent dies.
 *
 * <p>S3Mock is called by reflection: it is on the class path of this process only.
 */
public final class S3MockMain {
  /** Before the number, on a line of its own. */
  static final String PORT_PREFIX = "s3mock listens on port ";

  private S3MockMain() {}

  /**
   * Starts it.
   *
   * @param arguments the folder of the objects, the name of a bucket to make
   */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    endWithStandardInput();
    Class<?> type = Class.forName("com.adobe.testing.s3mock.S3MockApplication");
    Map<String, Object> properties = new HashMap<>();
    properties.put("server.address", "127.0.0.1");
    properties.put("server.port", "0");
    properties.put("server.ssl.enabled", "false");
    properties.put("http.port", "0");
    properties.put("com.adobe.testing.s3mock.store.root", arguments[0]);
    properties.put("com.adobe.testing.s3mock.store.initialBuckets", arguments[1]);
    Object application =
        type.getMethod("start", Map.class, String[].class)
            .invoke(null, properties, (Object) new String[0]);
    stopPlainConnector(application);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println(PORT_PREFIX + type.getMethod("getPort").invoke(application));
  }

  /** It listens on every interface and cannot be told otherwise. */
  private static void stopPlainConnector(Object application) throws ReflectiveOperationException {
    Field field = application.getClass().getDeclaredField("config");
    field.setAccessible(true);
    Object configuration = field.get(application);
    Field connectorField =
        configuration.getClass().getSuperclass().getDeclaredField("httpConnector");
    connectorField.setAccessible(true);
    Object connector = connectorField.get(configuration);
    connector.getClass().getMethod("stop").invoke(connector);
    connector.getClass().getMethod("destroy").invoke(connector);
  }

  private static void endWithStandardInput() {
    Thread watcher =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nobody writes; what counts is the end.
                }
              } catch (IOException e) {
                // As good as the end.
              }
              Runtime.getRuntime().halt(0);
            },
            "parent-watch");
    watcher.setDaemon(true);
    watcher.start();
  }
}
