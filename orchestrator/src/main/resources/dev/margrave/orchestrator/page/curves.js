// Margin curves, one for each run: loaded thinned by the server, then grown by events.
import { number } from './words.js';
import { byCell, parse } from './stages.js';

/** Of all runs of an arm together: a plot of so many is drawn well within a frame. */
const POINTS_TOGETHER = 4800;

/** Of one run, however many or few there are: more cannot be seen, fewer are no curve. */
const MOST = 600;
const FEWEST = 120;

/** How many points of each of so many runs are shown. */
export function points(runs) {
  return Math.max(FEWEST, Math.min(MOST, Math.floor(POINTS_TOGETHER / Math.max(1, runs))));
}

export class Curves {
  #runs = new Map();

  /** Points of one curve; at twice as many it is thinned again. */
  limit = MOST;

  /** Points as the interface has them; what is known of those stages is replaced. */
  load(points) {
    for (const stage of new Set(points.map((point) => point.stage))) {
      this.#runs.delete(stage);
    }
    points.forEach((point) => this.add(point.stage, point));
  }

  /** One more point; false when it is known. */
  add(stage, { step, epoch, marginNats }) {
    let run = this.#runs.get(stage);
    if (!run) {
      run = { stage, ...parse(stage), step: -1, epochs: [], margins: [] };
      this.#runs.set(stage, run);
    }
    if (step <= run.step) {
      return false;
    }
    run.step = step;
    run.epochs.push(epoch);
    const margin = number(marginNats);
    run.margins.push(Number.isFinite(margin) ? margin : null);
    if (run.epochs.length > 2 * this.limit) {
      thin(run, this.limit);
    }
    return true;
  }

  /** The runs of an arm, by seed and teacher. */
  of(arm) {
    return [...this.#runs.values()].filter((run) => run.arm === arm).sort(byCell);
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
  run.epochs = kept.map((i) => run.epochs[i]);
  run.margins = kept.map((i) => run.margins[i]);
}
