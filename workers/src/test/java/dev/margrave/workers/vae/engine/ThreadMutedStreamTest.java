package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ThreadMutedStreamTest {

  @Test
  void oneThreadIsMutedAndTheOthersAreHeard() {
    PrintStream original = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stage = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    System.setOut(stage);
    try {
      String result =
          ThreadMutedStream.muted(
              () -> {
                System.out.print("secret");
                Thread other = new Thread(() -> System.out.print("heard"));
                other.start();
                join(other);
                return "result";
              });
      assertEquals("result", result);
      assertSame(stage, System.out);
      System.out.print(" again");
    } finally {
      System.setOut(original);
    }
    assertEquals("heard again", bytes.toString(StandardCharsets.UTF_8));
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void buildingAnEnginePrintsNothing() {
    PrintStream original = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try (TrainingEngine engine =
        Nd4jTrainingEngine.create(
            EngineFixture.tiny(Likelihood.GAUSSIAN), new WitnessStart.Random(), 1)) {
      EngineFixture.train(engine, 0, 1, 1);
    } finally {
      System.setOut(original);
    }
    assertEquals("", bytes.toString(StandardCharsets.UTF_8));
  }
}
