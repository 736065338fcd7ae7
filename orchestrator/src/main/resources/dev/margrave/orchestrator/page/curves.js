// Margin curves, one for each run: loaded thinned by the server, then grown by events.
import { number } from './words.js';
import { byCell, parse } from './stages.js';

/** Of all runs of an arm together: a plot of so many is drawn well within a frame. */
const POINTS_TOGETHER = 4800;

/** Of one run, however few there are: more cannot be seen. */
const MOST = 600;

/** Runs of an arm that are drawn: as many as can be told apart. */
export const MOST_RUNS = 24;

/** How many points of each of so many runs are shown. */
export function points(runs) {
  return Math.min(MOST, Math.floor(POINTS_TOGETHER / Math.max(1, runs)));
}

/** The runs of an arm, as `{all, drawn}`: drawn are the first ones, and the chosen one in the last one's stead. */
export function runs(stages, arm, chosen) {
  const all = stages.map((stage) => ({ stage: stage.stage, ...parse(stage.stage) }))
    .filter((run) => run.arm === arm).sort(byCell).map((run) => run.stage);
  const drawn = all.slice(0, MOST_RUNS);
  if (all.includes(chosen) && !drawn.includes(chosen)) {
    drawn[MOST_RUNS - 1] = chosen;
  }
  return { all, drawn };
}

export class Curves {
  #runs = new Map();

  /** Points of one curve; at twice as many it is thinned again. */
  limit = MOST;

  /** Points as the interface had them when it was asked; those that came since then follow them. */
  load(points) {
    const before = new Map(this.#runs);
    const loaded = new Set(points.map((point) => point.stage));
    loaded.forEach((stage) => this.#runs.delete(stage));
    points.forEach((point) => this.add(point.stage, point));
    loaded.forEach((stage) => before.get(stage)?.steps.forEach((step, i) =>
      this.add(stage, { step, epoch: before.get(stage).epochs[i], marginNats: before.get(stage).margins[i] })));
  }

  /** One more point; false when it is known. */
  add(stage, { step, epoch, marginNats }) {
    let run = this.#runs.get(stage);
    if (!run) {
      run = { stage, ...parse(stage), steps: [], epochs: [], margins: [] };
      this.#runs.set(stage, run);
    }
    if (step <= run.steps.at(-1)) {
      return false;
    }
    run.steps.push(step);
    run.epochs.push(epoch);
    const margin = number(marginNats);
    run.margins.push(Number.isFinite(margin) ? margin : null);
    if (run.epochs.length > 2 * this.limit) {
      thin(run, this.limit);
    }
    return true;
  }

  /** Those of these stages that were measured. */
  of(stages) {
    return stages.map((stage) => this.#runs.get(stage)).filter((run) => run?.steps.length > 0);
  }
}

/** As the server does it: of equal parts the lowest and the highest point. */
function thin(run, limit) {
  const parts = Math.floor(limit / 2);
  const last = run.epochs.length - 1;
  const kept = [0];
  for (let part = 0; part < parts; part += 1) {
    const from = 1 + Math.floor(((last - 1) * part) / parts);
    const until = 1 + Math.floor(((last - 1) * (part + 1)) / parts);
    let lowest = from;
    let highest = from;
    for (let i = from; i < until; i += 1) {
      lowest = (run.margins[i] ?? -Infinity) < (run.margins[lowest] ?? -Infinity) ? i : lowest;
      highest = (run.margins[i] ?? -Infinity) > (run.margins[highest] ?? -Infinity) ? i : highest;
    }
    kept.push(...new Set([Math.min(lowest, highest), Math.max(lowest, highest)]));
  }
  kept.push(last);
  run.steps = kept.map((i) => run.steps[i]);
  run.epochs = kept.map((i) => run.epochs[i]);
  run.margins = kept.map((i) => run.margins[i]);
}
