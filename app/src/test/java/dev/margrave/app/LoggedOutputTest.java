package dev.margrave.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoggedOutputTest {
  @Test
  void everyLineIsOneMessage() {
    List<String> logged = new ArrayList<>();
    PrintStream out = new PrintStream(new LoggedOutput(logged::add), true, StandardCharsets.UTF_8);
    out.print("one");
    out.println(" μ line");
    out.println();
    out.print("two\r\nnot ended");
    assertEquals(List.of("one μ line", "two"), logged);
    out.print("x".repeat(10_000));
    assertEquals(3, logged.size());
  }
}
