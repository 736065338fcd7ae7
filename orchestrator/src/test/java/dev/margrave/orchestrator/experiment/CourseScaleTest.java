package dev.margrave.orchestrator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.experiment.ExperimentState.Active;
import dev.margrave.orchestrator.plan.Plan;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.view.Views;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of one of ten thousand stages costs as little as that of one of ten. */
@Timeout(120)
class CourseScaleTest {
  private static final int SEEDS = 1428;
  private static final double MOST_MS_PER_END = 1;

  private static Active submitted(List<Long> seeds) {
    ExperimentSpec spec = Fixtures.spec("demo", seeds, Fixtures.ALL_ARMS);
    return (Active)
        new ExperimentState.Unknown()
            .apply(
                new ExperimentEvent.Submitted(ExperimentRig.DEMO, spec, "hash", ExperimentRig.NOW));
  }

  @Test
  void tenThousandEndsCostUnderAMillisecondEach() {
    Active state = submitted(LongStream.range(0, SEEDS).boxed().toList());
    Course course = Course.of(state);
    int stages = course.plan().stages().size();
    Deque<StageKey> running = new ArrayDeque<>();
    Dispatch dispatch =
        new Dispatch(ExperimentRig.DEMO, (stage, message) -> running.add(stage.key()), null, 256);
    dispatch.give(state, course);
    int shown = 0;
    long began = System.nanoTime();
    for (int i = 0; i < stages; i++) {
      StageEnding ending = ExperimentRig.completed(running.remove(), 1);
      assertTrue(course.isNews(ending));
      assertEquals(i == stages - 1, course.finishedBy(ending));
      Active after = (Active) state.apply(new ExperimentEvent.StageEnded(ending));
      List<StageKey> moved = course.ended(ending);
      dispatch.ended(ending.stage());
      dispatch.give(after, course);
      Views.Moved views =
          CourseViews.moved(moved, course, stage -> dispatch.held(stage, after), after);
      shown += views.stages().size();
      state = after;
    }
    double msPerEnd = (System.nanoTime() - began) / 1e6 / stages;
    System.out.printf("%d stages: %.4f ms per end, %d views%n", stages, msPerEnd, shown);
    assertTrue(course.finished());
    assertTrue(running.isEmpty());
    assertTrue(msPerEnd < MOST_MS_PER_END, msPerEnd + " ms per end");
    began = System.nanoTime();
    assertEquals(GateOutcome.FAIL, course.results(state).overall(), "starts are not its own");
    Course.of(state);
    double msAnew = (System.nanoTime() - began) / 1e6;
    System.out.printf("results and course anew: %.1f ms%n", msAnew);
  }

  /** Carried along or computed anew, in any order of ends: the same. */
  @Test
  void whatIsCarriedAlongIsWhatWouldBeComputed() {
    for (long seed = 0; seed < 60; seed++) {
      var random = new SplittableRandom(seed);
      Active state = submitted(List.of(0L, 1L));
      Course course = Course.of(state);
      while (!course.ready().isEmpty()) {
        List<StageKey> ready = List.copyOf(course.ready());
        StageKey stage = ready.get(random.nextInt(ready.size()));
        StageEnding ending =
            random.nextInt(4) == 0
                ? ExperimentRig.failed(stage, 1)
                : ExperimentRig.completed(stage, 1);
        boolean finished = course.finishedBy(ending);
        course.ended(ending);
        state = (Active) state.apply(new ExperimentEvent.StageEnded(ending));
        Course anew = Course.of(state);
        String where = "seed " + seed + " after " + ending.stage();
        assertEquals(List.copyOf(anew.ready()), List.copyOf(course.ready()), where);
        assertEquals(anew.finished(), course.finished(), where);
        assertEquals(finished, course.finished(), where);
        assertEquals(anew.completed(), course.completed(), where);
        assertEquals(anew.failed(), course.failed(), where);
        for (StageKey each : course.plan().stages()) {
          assertEquals(CourseViews.of(each, anew, ""), CourseViews.of(each, course, ""), where);
        }
        assertEquals(anew.results(state), course.results(state), where);
      }
    }
  }

  @Test
  void aLongerPlanKeepsWhatIsInTheShorterOne() {
    Set<StageKey> longer =
        new HashSet<>(
            Plan.of(Fixtures.spec("demo", List.of(3L, 1L, 2L), Fixtures.ALL_ARMS)).stages());
    assertTrue(
        longer.containsAll(
            Plan.of(Fixtures.spec("demo", List.of(3L, 1L), Fixtures.ALL_ARMS)).stages()));
  }
}
