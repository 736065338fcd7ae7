package dev.margrave.app.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.app.Samples;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

class RunDisplayTest {
  private static final StageKey TEACHER = new StageKey.TeacherSearch(0);
  private static final StageKey FULL = new StageKey.ArmRun(Arm.FULL, 0, 0);
  private static final StageKey ABLATION = new StageKey.ArmRun(Arm.ABLATION, 0, 0);

  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-02T12:00:00.9Z"), ZoneOffset.UTC);

  @Test
  void withoutATerminalEveryChangeIsALine() {
    StringWriter out = new StringWriter();
    try (PlainDisplay display = new PlainDisplay(new PrintWriter(out, true), NOON)) {
      display.show(view(waiting(TEACHER), waiting(FULL), waiting(ABLATION)));
      display.show(view(Samples.running(TEACHER, 0, Optional.empty()), waiting(FULL)));
      StageView teacher = Samples.done(TEACHER, Samples.teacher());
      display.show(view(teacher, Samples.running(FULL, 0, Optional.empty())));
      StageView measured = Samples.running(FULL, 80, Optional.of(Samples.evaluation(1, 0.3)));
      display.show(view(teacher, measured));
      display.show(view(teacher, measured));
      display.show(view(teacher, Samples.stage(FULL, StageStatus.WAITING, 1, "retries in 1 s")));
      display.show(view(teacher, Samples.stage(FULL, StageStatus.RUNNING, 2, "")));
      StageView full =
          Samples.done(FULL, Samples.trained(Arm.FULL, 1.105, false, '1', Optional.empty()));
      Gate gate = Samples.passed().gates().get(0);
      display.show(view(List.of(gate), teacher, full, waiting(ABLATION)));
      display.show(
          view(
              List.of(gate), teacher, full, Samples.stage(ABLATION, StageStatus.FAILED, 1, "NaN")));
    }
    assertEquals(
        """
        12:00:00 experiment sample: 3 stages
        12:00:00 teacher-0 started
        12:00:00 teacher-0 done: diagonal, d = 64, K = 32, temperature 2.0; I = 1.800 nats held out
        12:00:00 full-0 started
        12:00:00 full-0 epoch 1.00: margin at sampled z +0.300 ± 0.008, at z = μ +0.400, KL 46.10, 1,034 images/s
        12:00:00 full-0 waits: retries in 1 s
        12:00:00 full-0 started, attempt 2
        12:00:00 full-0 done: CERTIFIED, margin at sampled z +1.105 ± 0.008, at z = μ +1.205
        12:00:00 gate full-certifies, seed 0: PASS (CERTIFIED)
        12:00:00 ablation-0 failed: NaN
        """,
        out.toString().replace("\r", ""));
  }

  @Test
  void aPauseAndItsEndAreSaidOnce() {
    RunEvents events = new RunEvents();
    events.next(standing(ExperimentView.Status.RUNNING));
    assertEquals(
        List.of(new RunEvent(false, "experiment sample is paused")),
        events.next(standing(ExperimentView.Status.PAUSED)));
    assertEquals(List.of(), events.next(standing(ExperimentView.Status.PAUSED)));
    assertEquals(
        List.of(new RunEvent(false, "experiment sample goes on")),
        events.next(standing(ExperimentView.Status.RUNNING)));
    assertEquals(List.of(), events.next(standing(ExperimentView.Status.FINISHED)));
  }

  private static ExperimentView standing(ExperimentView.Status status) {
    return new ExperimentView(
        Samples.EXPERIMENT, status, Optional.empty(), List.of(), List.of(), Optional.empty());
  }

  @Test
  void aResumedRunSaysWhatWasOver() {
    RunEvents events = new RunEvents();
    List<RunEvent> first =
        events.next(
            view(
                Samples.done(TEACHER, Samples.teacher()),
                Samples.running(FULL, 0, Optional.empty())));
    assertEquals(
        List.of(
            new RunEvent(false, "experiment sample goes on: 1 of 2 stages over"),
            new RunEvent(false, "full-0 started")),
        first);
  }

  @Test
  void theBarsFitTheTerminalAndSayWhichMargin() {
    ExperimentView view =
        view(
            Samples.done(TEACHER, Samples.teacher()),
            Samples.running(FULL, 240, Optional.of(Samples.evaluation(3, 0.873))),
            Samples.running(ABLATION, 0, Optional.empty()));
    Pace pace = new Pace();
    pace.note(view(Samples.running(FULL, 0, Optional.empty()), waiting(ABLATION)), 0);
    pace.note(view, 30);
    List<AttributedString> lines = new BarLines(false).lines(view, pace, 30, 100);
    assertEquals(
        List.of(
            "sample: 1 of 3 stages over                          30 s so far, about 25 s left",
            "                                                    epoch  images/s"
                + "  margin, sampled z    time left",
            "full-0                  ━━━━━━━━━━━━━━━━━━━━──────    3.0     1,034"
                + "     +0.873 ± 0.008         10 s",
            "ablation-0              ──────────────────────────    0.0     1,034"
                + "                                "),
        lines.stream().map(AttributedString::toString).toList());
    for (int width : new int[] {40, 60, 80, 200}) {
      assertTrue(
          new BarLines(true)
              .lines(view, pace, 30, width).stream().allMatch(line -> line.columnLength() < width));
    }
  }

  @Test
  void paceComesFromWhatWasDone() {
    Pace pace = new Pace();
    StageView started = Samples.running(FULL, 80, Optional.empty());
    pace.note(view(started), 10);
    assertTrue(pace.secondsLeft(started, 10).isEmpty());
    StageView later = Samples.running(FULL, 160, Optional.empty());
    pace.note(view(later), 20);
    assertEquals(20, pace.secondsLeft(later, 20).orElseThrow(), 1e-9);
    // One more stage like this one waits: 30 s each in all.
    assertEquals(20 + 30, pace.secondsLeft(view(later, waiting(ABLATION)), 20).orElseThrow(), 1e-9);
  }

  private static StageView waiting(StageKey key) {
    return Samples.stage(key, StageStatus.WAITING, 0, "");
  }

  private static ExperimentView view(StageView... stages) {
    return view(List.of(), stages);
  }

  private static ExperimentView view(List<Gate> gates, StageView... stages) {
    return new ExperimentView(
        Samples.EXPERIMENT,
        ExperimentView.Status.RUNNING,
        Optional.empty(),
        List.of(stages),
        gates,
        Optional.empty());
  }
}
