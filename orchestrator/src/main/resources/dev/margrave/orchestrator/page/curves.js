// Margin curves, one for each run: loaded thinned by the server, then grown by events.
import { number } from './words.js';
import { byCell, parse } from './stages.js';

/** Points of one curve that are asked for; a plot has no more pixels to show them on. */
export const POINTS = 500;

export class Curves {
  #runs = new Map();

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
    if (run.epochs.length > 2 * POINTS) {
      thin(run);
    }
    return true;
  }

  /** The runs of an arm, by seed and teacher. */
  of(arm) {
    return [...this.#runs.values()].filter((run) => run.arm === arm).sort(byCell);
  }
}

/** As the server does it: of equal parts the lowest and the highest point. */
function thin(run) {
  const parts = POINTS / 2;
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
