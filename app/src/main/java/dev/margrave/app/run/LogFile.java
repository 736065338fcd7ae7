package dev.margrave.app.run;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.RollingPolicyBase;
import ch.qos.logback.core.rolling.RolloverFailure;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.LoggerFactory;

/** Where everything is logged: a file of at most 10 MB, and the two before it. */
final class LogFile {
  private static final String PATTERN = "%d{ISO8601,UTC} %-5level %-30.30logger{20} %msg%n";
  private static final long LARGEST_BYTES = 10_000_000;
  private static final int KEPT = 2;

  private LogFile() {}

  /** From now on, all of this process; returns the file. */
  static Path open(Path dataDirectory) {
    return open(dataDirectory, LARGEST_BYTES);
  }

  static Path open(Path dataDirectory, long largestBytes) {
    Path file = dataDirectory.resolve("logs").resolve("margrave.log");
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setPattern(PATTERN);
    encoder.start();
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setFile(file.toString());
    Shelf shelf = new Shelf(file);
    shelf.setContext(context);
    shelf.setParent(appender);
    shelf.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(largestBytes));
    size.start();
    appender.setEncoder(encoder);
    appender.setRollingPolicy(shelf);
    appender.setTriggeringPolicy(size);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(appender);
    return file;
  }

  /** Puts a full file aside as {@code .1}, the one before as {@code .2}; any path will do. */
  private static final class Shelf extends RollingPolicyBase {
    private final Path file;

    Shelf(Path file) {
      this.file = file;
    }

    @Override
    public void rollover() {
      try {
        for (int number = KEPT; number > 1; number--) {
          if (Files.exists(aside(number - 1))) {
            Files.move(aside(number - 1), aside(number), StandardCopyOption.REPLACE_EXISTING);
          }
        }
        Files.move(file, aside(1), StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new RolloverFailure("the log " + file + " could not be put aside", e);
      }
    }

    private Path aside(int number) {
      return file.resolveSibling(file.getFileName() + "." + number);
    }

    @Override
    public String getActiveFileName() {
      return file.toString();
    }
  }
}
