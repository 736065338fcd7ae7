package dev.margrave.app.simulation;

import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactMismatchException;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.workers.actor.StageLauncher;
import dev.margrave.workers.job.Failures;
import dev.margrave.workers.stage.AttemptFiles;
import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one worker trains: each stage is a chain of numbers, one for each step, from the end of the
 * stage that it starts from. A step that is left out or done twice gives another end.
 */
final class SimulatedJobs implements StageLauncher {
  static final int STEPS = 10;
  private static final int TEACHER_STEPS = 3;
  private static final int EVALUATE_EVERY = 2;
  private static final int CHECKPOINT_EVERY = 3;
  private static final int LONGEST_STEP_MS = 700;
  private static final int SYNC_MS = 1500;
  private static final Pattern CHECKPOINT = Pattern.compile(".*/checkpoint-(\\d+)-(\\d+)\\.ckpt");

  private final Run run;
  private final SimulatedWorker worker;
  private final ArtefactStore store;
  private final List<Job> running = new ArrayList<>();
  private boolean dead;

  SimulatedJobs(Run run, SimulatedWorker worker) {
    this.run = run;
    this.worker = worker;
    this.store = run.files().store();
  }

  /** The process is gone. */
  void die() {
    dead = true;
    running.clear();
  }

  int running() {
    return running.size();
  }

  @Override
  public CompletionStage<StageEnding> launch(
      StageOrder order, StageListener listener, Supplier<StopRequest> stop) {
    Job job = new Job(order, listener, stop);
    running.add(job);
    run.trace().say("begin " + order.attempt() + " on " + worker.name());
    run.invariants().begins(order.attempt(), worker.name());
    run.invariants().runs(worker.name(), running.size(), SimulatedWorker.SLOTS);
    job.later(job::begin);
    return job.ending;
  }

  @Override
  public void run(Runnable task) {
    later(20, task);
  }

  /** Unless the process is dead then; when it is frozen, after that. */
  private void later(int withinMs, Runnable task) {
    run.time()
        .after(
            1 + run.random().nextInt(withinMs),
            () -> {
              if (dead) {
                return;
              }
              if (worker.frozen()) {
                later(200, task);
              } else {
                task.run();
              }
            });
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  private final class Job {
    private final StageOrder order;
    private final StageListener listener;
    private final Supplier<StopRequest> stop;
    private final CompletableFuture<StageEnding> ending = new CompletableFuture<>();
    private final boolean search;
    private final String folder;
    private long step;
    private long state;
    private long doneSince;
    private Optional<CheckpointRef> last = Optional.empty();

    Job(StageOrder order, StageListener listener, Supplier<StopRequest> stop) {
      this.order = order;
      this.listener = listener;
      this.stop = stop;
      this.search = order.attempt().stage().key() instanceof StageKey.TeacherSearch;
      this.folder = order.attempt().stage().text();
    }

    void later(Runnable task) {
      SimulatedJobs.this.later(
          LONGEST_STEP_MS,
          () -> {
            try {
              task.run();
            } catch (RuntimeException e) {
              running.remove(this);
              ending.completeExceptionally(e);
            }
          });
    }

    private void end(Outcome outcome) {
      running.remove(this);
      ending.complete(new StageEnding(outcome, effort()));
    }

    private Effort effort() {
      Effort effort = new Effort(doneSince, doneSince, doneSince);
      doneSince = 0;
      return effort;
    }

    private void begin() {
      long committed = order.resumeFrom().map(CheckpointRef::step).orElse(-1L);
      for (String path : store.list(folder)) {
        Matcher name = CHECKPOINT.matcher(path);
        if (name.matches()
            && Integer.parseInt(name.group(2)) < order.attempt().number()
            && Long.parseLong(name.group(1)) > committed) {
          store.delete(path);
        }
      }
      if (order.resumeFrom().isPresent()) {
        if (!resume(order.resumeFrom().get())) {
          return;
        }
      } else {
        state = order.attempt().stage().key().text().hashCode();
        order.spec().teacher().ifPresent(table -> take(table.train()));
        order.spec().startFrom().ifPresent(start -> take(start.artefact()));
      }
      listener.started(step);
      later(this::step);
    }

    private void take(ArtefactRef artefact) {
      state = mix(state ^ run.files().read(artefact).hashCode());
    }

    private boolean resume(CheckpointRef checkpoint) {
      try {
        String[] content = run.files().read(checkpoint.artefact()).split(" ", -1);
        step = Long.parseLong(content[0]) + (run.mutation() == Mutation.SKIPS_A_STEP ? 1 : 0);
        state = Long.parseLong(content[1]);
        last = Optional.of(checkpoint);
        return true;
      } catch (ArtefactMismatchException e) {
        run.invariants().crashes(order.attempt());
        listener.checkpointDamaged(checkpoint);
        end(Failures.ofDamagedCheckpoint(e));
        return false;
      }
    }

    private void step() {
      StopRequest request = stop.get();
      if (request == StopRequest.CANCEL) {
        end(new Outcome.Cancelled());
        return;
      }
      if (request == StopRequest.HAND_BACK) {
        if (!search && last.map(CheckpointRef::step).orElse(0L) < step) {
          checkpoint();
        }
        end(new Outcome.HandedBack());
        return;
      }
      if (worker.takesAttemptCrash()) {
        run.invariants().crashes(order.attempt());
        throw new IllegalStateException("a fault of the simulation");
      }
      if (step >= (search ? TEACHER_STEPS : STEPS)) {
        finish();
        return;
      }
      step++;
      doneSince++;
      state = mix(state + step);
      listener.progressed("training", step, STEPS, (double) step, 1);
      if (!search && step % EVALUATE_EVERY == 0) {
        listener.evaluated(SimulatedResults.evaluation(step, state));
      }
      if (!search && step % CHECKPOINT_EVERY == 0) {
        checkpoint();
      }
      later(this::step);
    }

    private void checkpoint() {
      String path =
          folder
              + "/"
              + AttemptFiles.numbered("checkpoint-" + step, "ckpt", order.attempt().number());
      ArtefactRef artefact = put(path, step + " " + state);
      CheckpointRef checkpoint = new CheckpointRef(artefact, order.attempt(), step);
      last = Optional.of(checkpoint);
      if (run.mutation() == Mutation.CHECKPOINTS_NOT_SYNCED) {
        run.files().unsynced(path, worker.name());
        run.time().after(SYNC_MS, () -> run.files().synced(path));
      }
      listener.checkpointed(checkpoint, effort());
    }

    private String path(String base, String extension) {
      return folder + "/" + AttemptFiles.name(base, extension, order.attempt().number());
    }

    private ArtefactRef put(String path, String content) {
      Optional<UncheckedIOException> fault = worker.takesWriteFault();
      if (fault.isPresent()) {
        run.invariants().crashes(order.attempt());
        throw fault.get();
      }
      return store.put(path, out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
    }

    private void finish() {
      if (search) {
        end(
            new Outcome.Completed(
                SimulatedResults.teacher(
                    put(path("teacher-train", "npy"), "table " + state),
                    put(path("teacher-evaluate", "npy"), "held out " + state),
                    put(path("leaderboard", "json"), "list " + state),
                    state)));
        return;
      }
      if (last.map(CheckpointRef::step).orElse(0L) < step) {
        checkpoint();
      }
      listener.evaluated(SimulatedResults.evaluation(step, state));
      end(
          new Outcome.Completed(
              SimulatedResults.trained(
                  (StageKey.ArmRun) order.attempt().stage().key(),
                  order.spec(),
                  last.orElseThrow(),
                  put(path("witness", "npy"), "witness " + state),
                  state)));
    }
  }
}
