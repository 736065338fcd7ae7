package dev.margrave.app.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.app.Cli;
import dev.margrave.app.ExitCode;
import dev.margrave.app.Samples;
import dev.margrave.app.TinyExperiment;
import dev.margrave.app.report.ReportWriter;
import dev.margrave.app.report.StageFiles;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.service.ExperimentSummary;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.loading.CanonicalSpec;
import dev.margrave.protocol.spec.loading.SpecLoader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteCommandsTest {
  @TempDir private Path folder;
  private FakeOrchestrator orchestrator;

  @BeforeEach
  void open() {
    orchestrator = new FakeOrchestrator("");
  }

  @AfterEach
  void close() {
    orchestrator.close();
  }

  private Cli.Said run(Object... arguments) {
    Object[] words = new Object[arguments.length + 1];
    System.arraycopy(arguments, 0, words, 0, arguments.length);
    words[arguments.length] = "--server=" + orchestrator.url() + "/";
    return Cli.plain().run(words);
  }

  private static void assertSaid(int exitCode, String err, Cli.Said said) {
    assertEquals(err, said.err());
    assertEquals(exitCode, said.exitCode(), said.out());
  }

  private void listed(String name) {
    orchestrator.summaries.add(
        new ExperimentSummary(
            new ExperimentId(name, 1),
            ExperimentView.Status.FINISHED,
            "shapes",
            7,
            6,
            1,
            Optional.of(GateOutcome.FAIL),
            FakeOrchestrator.AT));
  }

  @Test
  void submitSendsTheSameExperimentWithItsPathMadeAbsolute() throws IOException {
    Path file = TinyExperiment.write(folder);
    Files.writeString(
        file, Files.readString(file) + "experiment.dataset.path = \"my \\\"data\\\"\"\n");
    Cli.Said said = run("submit", file, "--set", "training.epochs=2");
    assertSaid(ExitCode.DONE, "", said);
    String data = folder.resolve("my \"data\"").toString();
    assertEquals(
        """
        tiny is submitted
        The workers look for its data at %s
        Watch it with: margrave watch tiny --server %s
        """
            .formatted(data, orchestrator.url()),
        said.out());
    assertEquals(
        SpecLoader.load(file, List.of("training.epochs=2")), orchestrator.submitted.get(0));
  }

  @Test
  void submitAsJsonAndFresh() throws IOException {
    Cli.Said said = run("submit", TinyExperiment.write(folder), "--fresh", "--json");
    JsonNode json = new ObjectMapper().readTree(said.out());
    assertEquals("tiny~2", json.path("id").asText());
    assertEquals(Optional.empty(), orchestrator.submitted.get(0).dataset().path());
  }

  @Test
  void aChangedExperimentIsRefusedWithTheDifference() throws IOException {
    orchestrator.onSubmit =
        (spec, fresh) ->
            new SubmitReply.SpecChanged(
                new ExperimentId("tiny", 1),
                "tiny is there with another spec; --fresh starts anew",
                CanonicalSpec.text(spec).replace("training.epochs = 3", "training.epochs = 5"));
    assertSaid(
        ExitCode.BAD_INPUT,
        """
        margrave: tiny is there with another spec; --fresh starts anew
          - training.epochs = 5
          + training.epochs = 3
        """,
        run("submit", TinyExperiment.write(folder)));
  }

  @Test
  void aBadFileIsRefusedHere() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.conf"), "experiment { nam = x }");
    Cli.Said said = run("submit", file);
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertTrue(said.err().contains("bad.conf:1"), said.err());
    assertTrue(orchestrator.submitted.isEmpty());
  }

  @Test
  void aBrokenSubmissionIsAFailure() throws IOException {
    orchestrator.onSubmit = (spec, fresh) -> new SubmitReply.Broken("the journal's disk is full");
    assertSaid(
        ExitCode.FAILED,
        "margrave: the journal's disk is full\n",
        run("submit", TinyExperiment.write(folder)));
  }

  @Test
  void listIsATable() {
    assertEquals("No experiments yet; submit one with: margrave submit FILE\n", run("list").out());
    listed("demo");
    assertEquals(
        """
        experiment  status    gates  stages  done  failed  data set  submitted, UTC
        ──────────  ────────  ─────  ──────  ────  ──────  ────────  ────────────────
        demo        finished  FAIL        7     6       1  shapes    2026-11-22 10:00
        """,
        run("list").out());
    assertTrue(run("list", "--json").out().contains("\"submitted\" : \"2026-11-22T10:00:00Z\""));
  }

  @Test
  void statusShowsStagesReasonsAndGates() {
    orchestrator.sample(
        ExperimentView.Status.RUNNING,
        List.of(
            Samples.done(StageKey.parse("teacher-0"), Samples.teacher()),
            Samples.done(
                StageKey.parse("full-0"),
                Samples.trained(Arm.FULL, 1.105, false, '1', Optional.empty())),
            Samples.running(
                StageKey.parse("ablation-0"), 80, Optional.of(Samples.evaluation(1, -0.2))),
            Samples.stage(StageKey.parse("full-1"), StageStatus.WAITING, 0, "every slot is taken"),
            Samples.stage(StageKey.parse("full-2"), StageStatus.WAITING, 1, "every slot is taken")),
        Optional.empty());
    Cli.Said said = run("status", "sample");
    assertSaid(ExitCode.DONE, "", said);
    assertEquals(
        """
        sample: running, 2 of 5 stages over

        stage       status     try  worker  progress                      margin z ± se  verdict
        ──────────  ─────────  ───  ──────  ────────────────────────────  ──────────────  ─────────
        teacher-0   completed    1  -       -                                          -  -
        full-0      completed    1  -       -                             +1.105 ± 0.008  CERTIFIED
        ablation-0  running      1  local   training 25 %, 1,034 images/s  −0.200 ± 0.008  -
        full-1      waiting      -  -       -                                          -  -
        full-2      waiting      1  -       -                                          -  -

        waiting: every slot is taken (full-1, full-2)
        """
            .replaceAll(" +", " ")
            .replaceAll("─+", "─"),
        said.out().replaceAll(" +", " ").replaceAll("─+", "─"));
    assertTrue(run("status", "sample", "--json").out().contains("\"id\" : \"sample\""));
  }

  @Test
  void everyControlIsSent() {
    orchestrator.sample(ExperimentView.Status.RUNNING, List.of(), Optional.empty());
    assertEquals("sample: so be it\n", run("pause", "sample").out());
    assertEquals(
        "{\n  \"id\" : \"sample\",\n  \"message\" : \"so be it\"\n}\n",
        run("resume", "sample", "--json").out());
    run("cancel", "sample");
    run("retry", "sample");
    run("retry", "sample", "--stage", "full-0");
    run("extend", "sample", "--seeds", "5,7..9");
    assertEquals(
        List.of(
            new Control.Pause(),
            new Control.Resume(),
            new Control.Cancel(),
            new Control.Retry(Optional.empty()),
            new Control.Retry(Optional.of(StageKey.parse("full-0"))),
            new Control.Extend(List.of(5L, 7L, 8L, 9L))),
        orchestrator.controls);
    orchestrator.onControl = new ControlReply.Refused("sample is over; extend it");
    assertSaid(ExitCode.BAD_INPUT, "margrave: sample is over; extend it\n", run("pause", "sample"));
  }

  @Test
  void badSeedsAndStagesAreRefused() {
    orchestrator.sample(ExperimentView.Status.RUNNING, List.of(), Optional.empty());
    assertSaid(
        ExitCode.BAD_INPUT,
        "margrave: --seeds x: a number or a range is wanted, as 5 or 5..9\n",
        run("extend", "sample", "--seeds", "x"));
    assertSaid(
        ExitCode.BAD_INPUT,
        "margrave: --seeds 9..5: it ends before it begins\n",
        run("extend", "sample", "--seeds", "9..5"));
    assertSaid(
        ExitCode.BAD_INPUT,
        "margrave: --seeds 0..1000: at most 1000 seeds may be added at once\n",
        run("extend", "sample", "--seeds", "0..1000"));
    assertSaid(
        ExitCode.BAD_INPUT,
        "margrave: 'ful' names no stage; stages are called teacher-0, full-0 or full-0-t11\n",
        run("retry", "sample", "--stage", "ful"));
  }

  @Test
  void anUnknownNameIsRefusedWithTheNearest() {
    assertSaid(
        ExitCode.BAD_INPUT,
        "margrave: no experiment is called 'dmo' at %s; none was submitted there yet\n"
            .formatted(orchestrator.url()),
        run("status", "dmo"));
    listed("demo");
    for (String command : List.of("status", "watch", "pause", "resume", "cancel", "retry")) {
      assertSaid(
          ExitCode.BAD_INPUT,
          "margrave: no experiment is called 'dmo' at %s; did you mean 'demo'?\n"
              .formatted(orchestrator.url()),
          run(command, "dmo"));
    }
    assertSaid(
        ExitCode.BAD_INPUT,
        "margrave: no experiment is called '../x y' at %s; `margrave list` shows those that are there\n"
            .formatted(orchestrator.url()),
        run("status", "../x y"));
  }

  @Test
  void aServerThatIsNotThere() {
    String url = orchestrator.url();
    orchestrator.shut();
    for (String[] command :
        List.of(
            new String[] {"list"},
            new String[] {"status", "x"},
            new String[] {"watch", "x"},
            new String[] {"report", "x", "--out", folder.toString()})) {
      Cli.Said said = run((Object[]) command);
      assertSaid(
          ExitCode.FAILED,
          "margrave: no orchestrator answers at %s (no connection); start one, or give its address with"
                  .formatted(url)
              + " --server\n",
          said);
    }
    assertSaid(
        ExitCode.BAD_INPUT,
        "margrave: --server ftp://x: an address is wanted, as in http://127.0.0.1:8080\n",
        Cli.plain().run("list", "--server", "ftp://x"));
  }

  @Test
  void tokens() {
    try (FakeOrchestrator guarded =
        new FakeOrchestrator("tokens = [{ name = page, role = read, token = 0123456789abcdef }]")) {
      assertSaid(
          ExitCode.BAD_INPUT,
          "margrave: %s wants another token (send 'Authorization: Bearer' and a token); give it with"
                  .formatted(guarded.url())
              + " --token, or set MARGRAVE_TOKEN\n",
          Cli.plain().run("list", "--server", guarded.url()));
      assertEquals(
          ExitCode.DONE,
          Cli.plain()
              .run("list", "--server", guarded.url(), "--token", "0123456789abcdef")
              .exitCode());
      assertSaid(
          ExitCode.BAD_INPUT,
          "margrave: the token 'page' may only read; this needs one that may write\n",
          Cli.plain().run("pause", "x", "--server", guarded.url(), "--token", "0123456789abcdef"));
    }
  }

  @Test
  void theReportOfAServerIsTheSame() throws IOException {
    orchestrator.sample(ExperimentView.Status.RUNNING, List.of(), Optional.empty());
    assertSaid(
        ExitCode.BAD_INPUT,
        "margrave: sample is running; its results are there when every stage is over\n",
        run("report", "sample", "--out", folder.resolve("early")));
    orchestrator.sample(ExperimentView.Status.FINISHED, List.of(), Optional.of(Samples.failed()));
    Path here = folder.resolve("here");
    ReportWriter.write(Samples.failed(), 0.05, StageFiles.NONE, here);
    Path there = folder.resolve("there");
    Cli.Said said = run("report", "sample", "--out", there);
    assertSaid(ExitCode.FAILED, "", said);
    for (String name : List.of("results.json", "results.csv", "report.md", "margins.svg")) {
      assertEquals(
          Files.readString(here.resolve(name)), Files.readString(there.resolve(name)), name);
    }
    assertEquals(
        Files.readString(here.resolve("results.json")),
        new ApiClient(URI.create(orchestrator.url()), Optional.empty())
            .get("/experiments/sample/results"));
  }
}
