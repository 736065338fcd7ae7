package dev.margrave.app.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.app.Cli;
import dev.margrave.app.Console;
import dev.margrave.app.ExitCode;
import dev.margrave.app.Samples;
import dev.margrave.app.TinyExperiment;
import dev.margrave.app.display.RunDisplay;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class WatchTest {
  private FakeOrchestrator orchestrator;

  @BeforeEach
  void open() {
    orchestrator = new FakeOrchestrator("");
    running(0);
  }

  @AfterEach
  void close() {
    orchestrator.close();
  }

  private void running(long done) {
    StageView full =
        Samples.running(StageKey.parse("full-0"), done, Optional.of(Samples.evaluation(1, 0.5)));
    orchestrator.sample(
        ExperimentView.Status.RUNNING,
        List.of(
            full, Samples.stage(StageKey.parse("ablation-0"), StageStatus.WAITING, 0, "no slot")),
        Optional.empty());
  }

  private void finished() {
    StageView full =
        Samples.done(
            StageKey.parse("full-0"),
            Samples.trained(Arm.FULL, 1.105, false, '1', Optional.empty()));
    orchestrator.sample(
        ExperimentView.Status.FINISHED, List.of(full), Optional.of(Samples.passed()));
  }

  private CompletableFuture<Cli.Said> watch(String... more) {
    String url = orchestrator.url();
    return CompletableFuture.supplyAsync(
        () -> {
          Object[] words = new Object[more.length + 4];
          System.arraycopy(more, 0, words, 4, more.length);
          words[0] = "watch";
          words[1] = "sample";
          words[2] = "--server";
          words[3] = url;
          return Cli.plain().run(words);
        });
  }

  private void untilWatched() {
    // The command's first snapshot, and the stream's look.
    while (orchestrator.viewed.get() < 2 || orchestrator.askedAfter.size() < 2) {
      Thread.onSpinWait();
    }
  }

  private static Cli.Said last(CompletableFuture<Cli.Said> watching) {
    return watching.orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Test
  void itFollowsToTheEnd() {
    CompletableFuture<Cli.Said> watching = watch();
    untilWatched();
    finished();
    orchestrator.happen("everything is over");
    Cli.Said said = last(watching);
    assertEquals("", said.err());
    assertEquals(ExitCode.DONE, said.exitCode());
    assertTrue(said.out().contains("experiment sample: 2 stages"), said.out());
    assertTrue(
        said.out()
            .contains(
                "full-0 done: CERTIFIED, margin at sampled z +1.105 ± 0.008, at z = μ +1.205"),
        said.out());
    assertTrue(said.out().contains("gate full-certifies, seed 0: PASS (CERTIFIED)"), said.out());
    assertTrue(said.out().contains("gates: PASS"), said.out());
    assertTrue(
        said.out()
            .endsWith(
                "Write its report with: margrave report sample --server %s --out DIR\n"
                    .formatted(orchestrator.url())),
        said.out());
  }

  @Test
  void jsonIsTheResults() {
    finished();
    Cli.Said said = last(watch("--json"));
    assertEquals(ExitCode.DONE, said.exitCode());
    assertTrue(said.out().startsWith("{\n  \"experiment\" : \"sample\""), said.out());
  }

  @Test
  void exitCodesAreThoseOfRun() {
    orchestrator.sample(ExperimentView.Status.FINISHED, List.of(), Optional.of(Samples.failed()));
    assertEquals(ExitCode.FAILED, last(watch()).exitCode());
    orchestrator.sample(ExperimentView.Status.CANCELLED, List.of(), Optional.empty());
    Cli.Said cancelled = last(watch());
    assertEquals(ExitCode.FAILED, cancelled.exitCode());
    assertEquals(
        "margrave: sample is cancelled; what completed is kept, and `margrave retry sample --server %s`"
                .formatted(orchestrator.url())
            + " tries the rest again\n",
        cancelled.err());
  }

  @Test
  void whatHappensToTheWholeExperimentIsSaidOnce() throws IOException {
    orchestrator.happen("long ago");
    CompletableFuture<Cli.Said> watching = watch();
    untilWatched();
    while (!orchestrator.askedAfter.contains(1L)) {
      Thread.onSpinWait();
    }
    orchestrator.happen("paused by a user");
    while (!orchestrator.askedAfter.contains(2L)) {
      Thread.onSpinWait();
    }
    int port = orchestrator.port();
    orchestrator.shut();
    try (ServerSocket nobody = new ServerSocket(port, 10, InetAddress.getLoopbackAddress())) {
      // Until the watcher must have noticed; the stream of events comes here too.
      for (int turnedAway = 0; turnedAway < 2; ) {
        try (Socket socket = nobody.accept()) {
          String line =
              new BufferedReader(
                      new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                  .readLine();
          turnedAway += line != null && line.contains("/sample HTTP") ? 1 : 0;
        }
      }
    }
    orchestrator.askedAfter.clear();
    orchestrator.open(port);
    orchestrator.happen("resumed by a user");
    while (!orchestrator.askedAfter.contains(3L)) {
      Thread.onSpinWait();
    }
    finished();
    Cli.Said said = last(watching);
    assertEquals(ExitCode.DONE, said.exitCode(), said.err());
    assertFalse(said.out().contains("long ago"), said.out());
    assertEquals(1, count(said.out(), "paused by a user"), said.out());
    assertEquals(1, count(said.out(), "resumed by a user"), said.out());
    assertFalse(orchestrator.askedAfter.contains(0L), orchestrator.askedAfter.toString());
    assertEquals(1, count(said.out(), "; waiting for it"), said.out());
    assertEquals(1, count(said.out(), "the orchestrator answers again"), said.out());
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  @Test
  void submitAndWatch(@TempDir Path folder) throws IOException {
    orchestrator.onSubmit = (spec, fresh) -> new SubmitReply.Accepted(Samples.EXPERIMENT, false);
    finished();
    Cli.Said said =
        Cli.plain()
            .run("submit", TinyExperiment.write(folder), "--watch", "--server", orchestrator.url());
    assertEquals(ExitCode.DONE, said.exitCode(), said.err());
    assertTrue(said.err().startsWith("sample is submitted\n"), said.err());
    assertTrue(said.out().contains("gates: PASS"), said.out());
  }

  @Test
  void anInterruptionSaysThatTheExperimentGoesOn() {
    StringWriter err = new StringWriter();
    Console console =
        new Console(new PrintWriter(new StringWriter()), new PrintWriter(err, true), false, false);
    WatchInterruption.say(
        RunDisplay.of(console, false, Clock.systemUTC()), console, "demo", "margrave watch demo");
    assertEquals(
        "The watching ended, demo goes on. Watch again: margrave watch demo\n", err.toString());
  }
}
