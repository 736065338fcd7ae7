package dev.margrave.app.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.margrave.app.Console;
import dev.margrave.app.Samples;
import dev.margrave.app.display.RunDisplay;
import dev.margrave.orchestrator.view.ExperimentView;
import java.io.IOError;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The terminal goes away while a run goes on, as when its window is closed. */
class LostTerminalTest {
  private static IOError gone() {
    return new IOError(new IOException("stty: Input/output error"));
  }

  /** Fails at everything. */
  private static final class LostDisplay implements RunDisplay {
    @Override
    public void show(ExperimentView view) {
      throw gone();
    }

    @Override
    public void say(String line) {
      throw gone();
    }

    @Override
    public void close() {
      throw gone();
    }
  }

  private static final class Calls implements Interruption.Running {
    private final List<String> made = new ArrayList<>();

    @Override
    public boolean drain(Duration limit) {
      return made.add("drain");
    }

    @Override
    public void stop() {
      made.add("stop");
    }
  }

  @Test
  void anInterruptionWritesCheckpointsAllTheSame() {
    StringWriter err = new StringWriter();
    Console console =
        new Console(new PrintWriter(new StringWriter()), new PrintWriter(err), true, false);
    Calls calls = new Calls();
    Interruption.stop(calls, new LostDisplay(), console, "./margrave quickstart");
    assertEquals(List.of("drain", "stop"), calls.made);
    assertEquals(
        """
        Interrupted: writing checkpoints ...
        Everything is kept. Go on with: ./margrave quickstart
        """,
        err.toString().replace("\r", ""));
  }

  @Test
  void nobodyWaitsForADisplayThatThrew() {
    Follower follower = new Follower(new LostDisplay());
    ExperimentView view =
        new ExperimentView(
            Samples.EXPERIMENT,
            ExperimentView.Status.RUNNING,
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty());
    IOError gone = assertThrows(IOError.class, () -> follower.accept(view));
    CompletionException thrown = assertThrows(CompletionException.class, follower::last);
    assertSame(gone, thrown.getCause());
  }
}
