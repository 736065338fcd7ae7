package dev.margrave.app.run;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Where everything is logged: a file of at most 10 MB, and the two before it. */
final class LogFile {
  private static final String PATTERN = "%d{ISO8601,UTC} %-5level %-30.30logger{20} %msg%n";
  private static final long LARGEST_BYTES = 10_000_000;
  private static final int KEPT = 2;

  private LogFile() {}

  /** From now on, all of this process; returns the file. */
  static Path open(Path dataDirectory) {
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
    FixedWindowRollingPolicy window = new FixedWindowRollingPolicy();
    window.setContext(context);
    window.setParent(appender);
    window.setFileNamePattern(escaped(file) + ".%i");
    window.setMinIndex(1);
    window.setMaxIndex(KEPT);
    window.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(LARGEST_BYTES));
    size.start();
    appender.setEncoder(encoder);
    appender.setRollingPolicy(window);
    appender.setTriggeringPolicy(size);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(appender);
    return file;
  }

  /** Characters that mean something in a file name pattern. */
  private static String escaped(Path file) {
    return file.toString()
        .replace("\\", "\\\\")
        .replace("%", "\\%")
        .replace("(", "\\(")
        .replace(")", "\\)");
  }
}
