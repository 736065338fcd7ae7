// Held-out images above their reconstructions, one picture for each run of the arm that is shown; of a program
// that trains it, what it said last.
import { h } from './dom.js';
import { answered, json, path } from './api.js';
import { byCell, cell, parse } from './stages.js';

/** So often it is asked again whether a stage that trains has newer ones, and what could not be had. */
const AGAIN_MS = 10000;

/** Pictures of one arm that are shown. */
const MOST = 6;

/** Lines of a program that are shown. */
const LINES = 30;

/** The runs of an arm that have left something to look at, or will soon. */
function trained(stages, arm) {
  return stages.filter((stage) => parse(stage.stage).arm === arm
    && (stage.status === 'completed' || stage.status === 'failed' || (stage.status === 'running' && stage.margin)))
    .sort((a, b) => byCell(parse(a.stage), parse(b.stage)));
}

/** Those that are looked after. */
export function pictured(stages, arm) {
  return trained(stages, arm).slice(0, MOST);
}

export class Artefacts {
  #experiment;
  #changed;
  #asked = new Map();
  pictures = new Map();
  boards = new Map();
  outputs = new Map();

  /** @param changed is called when there is something new to show */
  constructor(experiment, changed) {
    this.#experiment = experiment;
    this.#changed = changed;
  }

  /** Looks after what these stages left. */
  async look(stages) {
    await Promise.allSettled(stages.map((stage) => this.#lookAt(stage)));
  }

  async #lookAt(stage) {
    const version = `${stage.status} ${stage.attempt}`;
    const before = this.#asked.get(stage.stage);
    if (before?.version === version && (before.done || performance.now() - before.at < AGAIN_MS)) {
      return;
    }
    const asked = { version, at: performance.now(), done: false };
    this.#asked.set(stage.stage, asked);
    const there = (await json(this.#path(stage, 'artefacts'))).artefacts;
    if (there.includes('leaderboard')) {
      this.boards.set(stage.stage, await json(this.#path(stage, 'leaderboard')));
    }
    if (there.includes('samples')) {
      this.pictures.set(stage.stage, await data(await (await answered(this.#path(stage, 'samples'))).blob()));
    }
    if (there.includes('trainer-output')) {
      const text = await (await answered(this.#path(stage, 'trainer-output'))).text();
      this.outputs.set(stage.stage, text.trimEnd().split('\n').slice(-LINES).join('\n'));
    }
    asked.done = stage.status !== 'running';
    if (there.length > 0) {
      this.#changed();
    }
  }

  #path(stage, what) {
    return path(this.#experiment, `/stages/${encodeURIComponent(stage.stage)}/${what}`);
  }
}

/** What an image element may show under this page's policy, and with a token sent. */
function data(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** @param artefacts what was found */
export function samples(stages, arm, artefacts) {
  const { pictures, outputs } = artefacts;
  const looked = pictured(stages, arm);
  const runs = looked.filter((stage) => pictures.has(stage.stage));
  const said = looked.filter((stage) => outputs.has(stage.stage));
  const more = trained(stages, arm).length - MOST;
  if (runs.length + said.length === 0) {
    return h('p', { class: 'note' }, `No run of ${arm ?? 'an arm'} has left samples yet.`);
  }
  return [
    runs.map((stage) => h('figure', { key: stage.stage },
      h('img', {
        src: pictures.get(stage.stage),
        alt: `${stage.stage}: held-out images in the upper row, their reconstructions in the lower row`,
      }),
      h('figcaption', {}, `${arm}, ${cell(parse(stage.stage))}: inputs above, reconstructions below`))),
    said.map((stage) => h('figure', { key: `${stage.stage} said` },
      h('pre', { tabindex: '0' }, outputs.get(stage.stage)),
      h('figcaption', {}, `${arm}, ${cell(parse(stage.stage))}: what its program said last`))),
    more > 0 ? h('p', { class: 'note' }, `The first ${MOST} runs of ${arm} are shown; ${more} more have trained.`) : null,
  ];
}
