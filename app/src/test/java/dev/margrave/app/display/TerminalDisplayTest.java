package dev.margrave.app.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.app.Samples;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.StageKey;
import java.io.ByteArrayOutputStream;
import java.io.IOError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.Size;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;

class TerminalDisplayTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-02T12:00:00Z"), ZoneOffset.UTC);

  /** Answers as a terminal does whose window was closed. */
  private static final class LostTerminal extends DumbTerminal {
    private int closings;

    LostTerminal(ByteArrayOutputStream out) throws IOException {
      super("lost", "dumb", InputStream.nullInputStream(), out, StandardCharsets.UTF_8);
    }

    @Override
    public Size getSize() {
      throw new IOError(new IOException("stty: Input/output error"));
    }

    @Override
    protected void doClose() throws IOException {
      closings++;
      throw new IOException("stty: Input/output error");
    }
  }

  @Test
  void aLostTerminalDoesNotStopTheRun() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LostTerminal terminal = new LostTerminal(out);
    ExperimentView view =
        new ExperimentView(
            Samples.EXPERIMENT,
            ExperimentView.Status.RUNNING,
            Optional.empty(),
            List.of(Samples.running(new StageKey.TeacherSearch(0), 0, Optional.empty())),
            List.of(),
            Optional.empty());
    TerminalDisplay display = new TerminalDisplay(terminal, false, NOON);
    display.show(view);
    display.say("a line");
    display.close();
    display.close();
    assertEquals(1, terminal.closings);
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("a line"));
  }
}
