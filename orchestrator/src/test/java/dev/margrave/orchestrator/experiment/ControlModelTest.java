package dev.margrave.orchestrator.experiment;

import static dev.margrave.orchestrator.experiment.ExperimentRig.cancelled;
import static dev.margrave.orchestrator.experiment.ExperimentRig.completed;
import static dev.margrave.orchestrator.experiment.ExperimentRig.failed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.experiment.ExperimentState.Active;
import dev.margrave.orchestrator.experiment.ExperimentState.Mode;
import dev.margrave.orchestrator.plan.Plan;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.StageMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random commands, ends, losses, repeats and restarts around one experiment, whose stages are
 * models of their supervisors. Whatever happened: what completed stays, and once messages arrive
 * again the experiment comes to where its user wants it.
 */
@Timeout(300)
class ControlModelTest {
  private static final ActorTestKit KIT = ExperimentRig.kit();
  private static final int SEEDS = 60;
  private static final int STEPS = 60;
  private static final List<Arm> ARMS = List.of(Arm.FULL, Arm.ABLATION, Arm.RESCUE);

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  /** A stage's supervisor, in as much as an experiment can tell. */
  private static final class Stage {
    private final StageKey key;
    private final Deque<StageMessage> in = new ArrayDeque<>();
    private final Deque<StageProtocol.Notice> out = new ArrayDeque<>();
    private Optional<StageEnding> ending = Optional.empty();
    private Optional<String> specHash = Optional.empty();
    private boolean planned;
    private boolean wanted;
    private boolean running;
    private int attempts;

    Stage(StageKey key) {
      this.key = key;
    }

    void hear(StageMessage message) {
      if (message instanceof StageProtocol.Run run) {
        assertEquals(specHash.orElse(run.spec().specHash()), run.spec().specHash(), key.text());
        specHash = Optional.of(run.spec().specHash());
        boolean forgotten =
            ending.filter(end -> !end.completed() && attempts < run.forgetBefore()).isPresent();
        ending = forgotten ? Optional.empty() : ending;
        planned = true;
        wanted = true;
        say(new StageProtocol.Planned(ExperimentRig.stage(key)));
      } else if (message instanceof StageProtocol.Suspend) {
        wanted = false;
        running = false;
        say(new StageProtocol.Suspended(ExperimentRig.stage(key)));
      } else if (planned) {
        ending = Optional.of(ending.orElse(cancelled(key, attempts)));
        running = false;
        say(new StageProtocol.Suspended(ExperimentRig.stage(key)));
      } else {
        out.add(new StageProtocol.StageEnded(ExperimentRig.stage(key), cancelled(key, 0)));
      }
    }

    /** An end is what is said of a stage that is over, whatever was asked. */
    private void say(StageProtocol.Notice otherwise) {
      out.add(
          ending
              .<StageProtocol.Notice>map(
                  end -> new StageProtocol.StageEnded(ExperimentRig.stage(key), end))
              .orElse(otherwise));
    }

    boolean canStart() {
      return planned && wanted && !running && ending.isEmpty();
    }

    void work(boolean succeeds) {
      if (!running) {
        running = true;
        attempts++;
      } else {
        running = false;
        ending = Optional.of(succeeds ? completed(key, attempts) : failed(key, attempts));
        say(new StageProtocol.Planned(ExperimentRig.stage(key)));
      }
    }
  }

  private static final class World {
    private final SplittableRandom random;
    private final Map<StageKey, Stage> stages = new HashMap<>();
    private final ExperimentRig rig;
    private final Map<StageKey, StageEnding> completed = new HashMap<>();
    private final List<String> log = new ArrayList<>();

    World(long seed, int maxParallel) {
      this.random = new SplittableRandom(seed);
      ExperimentSpec spec =
          Fixtures.withMaxParallel(Fixtures.spec("demo", List.of(0L, 1L), ARMS), maxParallel);
      this.rig = new ExperimentRig(KIT, spec, 3, false);
      rig.stages = this::tell;
      rig.run(rig.submission());
    }

    private synchronized void tell(StageId stage, StageMessage message) {
      stages.computeIfAbsent(stage.key(), Stage::new).in.add(message);
    }

    private synchronized List<Stage> all() {
      return new ArrayList<>(stages.values());
    }

    private Active state() {
      return (Active) rig.experiment.getState();
    }

    private void run(String what, Runnable step) {
      log.add(what);
      step.run();
      check();
    }

    private void check() {
      Set<StageKey> seen = new HashSet<>();
      for (StageEnding ending : state().endings()) {
        assertTrue(seen.add(ending.stage()), () -> ending.stage() + " ended twice");
        if (ending.completed()) {
          assertEquals(
              completed.computeIfAbsent(ending.stage(), key -> ending), ending, "it changed");
        }
      }
      assertTrue(seen.containsAll(completed.keySet()), "what completed stays");
    }

    void step() {
      List<Stage> known = all();
      Stage stage = known.get(random.nextInt(known.size()));
      int dice = random.nextInt(100);
      if (dice < 30) {
        deliverTo(stage, random.nextInt(10) == 0);
      } else if (dice < 60) {
        deliverFrom(stage, random.nextInt(10) == 0);
      } else if (dice < 75) {
        work(stage, random.nextInt(3) > 0);
      } else if (dice < 80) {
        run("ask again", () -> rig.run(new ExperimentSupervisor.AskAgain()));
      } else if (dice < 85) {
        run("restart", rig.experiment::restart);
      } else {
        control();
      }
    }

    private void deliverTo(Stage stage, boolean lost) {
      StageMessage message = stage.in.poll();
      if (message != null && !lost) {
        run(message.getClass().getSimpleName() + " " + stage.key, () -> stage.hear(message));
      }
    }

    private void deliverFrom(Stage stage, boolean lost) {
      StageProtocol.Notice notice = stage.out.poll();
      if (notice != null && !lost) {
        run("notice " + notice, () -> rig.notice(notice));
      }
    }

    private void work(Stage stage, boolean succeeds) {
      if (stage.running || stage.canStart()) {
        stage.work(succeeds);
        log.add(stage.key + (stage.running ? " starts" : " ends " + succeeds));
        if (stage.running) {
          run("shows " + stage.key, () -> rig.shows(stage.key, StageStatus.RUNNING));
        }
      }
    }

    private void control() {
      List<StageKey> keys = Plan.of(state().spec()).stages();
      Control control =
          switch (random.nextInt(7)) {
            case 0, 1 -> new Control.Pause();
            case 2, 3 -> new Control.Resume();
            case 4 -> new Control.Retry(Optional.empty());
            case 5 -> new Control.Retry(Optional.of(keys.get(random.nextInt(keys.size()))));
            default ->
                random.nextInt(3) == 0
                    ? new Control.Cancel()
                    : new Control.Extend(List.of((long) random.nextInt(5)));
          };
      steer(control);
    }

    private void steer(Control control) {
      run(control.toString(), () -> rig.answer(control));
      assertEquals(List.of(), rig.steer(control), "said again");
      rig.user.receiveMessage();
    }

    /** All messages arrive, all attempts succeed, until nothing moves. */
    void settle() {
      for (int round = 0; round < 15; round++) {
        run("ask again", () -> rig.run(new ExperimentSupervisor.AskAgain()));
        for (Stage stage : all()) {
          while (!stage.in.isEmpty()) {
            deliverTo(stage, false);
          }
          work(stage, true);
          work(stage, true);
          while (!stage.out.isEmpty()) {
            deliverFrom(stage, false);
          }
        }
      }
    }
  }

  @Test
  void whateverHappenedItComesToWhereItsUserWantsIt() {
    for (long seed = 0; seed < SEEDS; seed++) {
      int maxParallel = (int) (seed % 3);
      World world = new World(seed, maxParallel);
      try {
        for (int step = 0; step < STEPS; step++) {
          world.step();
        }
        Mode wanted = List.of(Mode.RUNNING, Mode.PAUSED, Mode.CANCELLED).get((int) (seed % 3));
        comeToRest(world, wanted);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + String.join("\n", world.log), e);
      }
    }
  }

  private static void comeToRest(World world, Mode wanted) {
    if (wanted == Mode.PAUSED) {
      world.steer(new Control.Pause());
      world.settle();
      if (world.state().mode() == Mode.PAUSED && !world.state().finished()) {
        assertTrue(world.all().stream().noneMatch(stage -> stage.running), "paused");
        assertTrue(world.all().stream().noneMatch(Stage::canStart), "paused");
      }
    } else if (wanted == Mode.CANCELLED) {
      world.steer(new Control.Cancel());
      world.settle();
      assertTrue(world.state().finished(), "over");
      assertTrue(world.all().stream().noneMatch(stage -> stage.running), "cancelled");
      assertTrue(world.all().stream().noneMatch(Stage::canStart), "cancelled");
    }
    world.settle();
    for (int round = 0; round < 2; round++) {
      world.steer(new Control.Retry(Optional.empty()));
      world.steer(new Control.Resume());
      world.settle();
    }
    Active end = world.state();
    assertTrue(end.finished(), "finished");
    assertEquals(
        Set.copyOf(Plan.of(end.spec()).stages()), world.completed.keySet(), "all complete");
    world.rig.experiment.restart();
    assertEquals(end, world.state());
  }
}
