// Held-out images above their reconstructions, one picture for each run of the arm that is shown.
import { h } from './dom.js';
import { answered, json, path } from './api.js';
import { cell, parse } from './stages.js';

/** So often it is asked again whether a stage that trains has newer ones. */
const AGAIN_MS = 10000;

/** Pictures of one arm that are shown. */
const MOST = 6;

export class Artefacts {
  #experiment;
  #changed;
  #asked = new Map();
  pictures = new Map();
  boards = new Map();

  /** @param changed is called when there is something new to show */
  constructor(experiment, changed) {
    this.#experiment = experiment;
    this.#changed = changed;
  }

  /** Looks after what these stages left. */
  async look(stages) {
    await Promise.all(stages.map((stage) => this.#lookAt(stage).catch(() => { this.#asked.delete(stage.stage); })));
  }

  async #lookAt(stage) {
    const version = `${stage.status} ${stage.attempt}`;
    const before = this.#asked.get(stage.stage);
    if (before?.version === version && (stage.status !== 'running' || performance.now() - before.at < AGAIN_MS)) {
      return;
    }
    this.#asked.set(stage.stage, { version, at: performance.now() });
    const there = (await json(this.#path(stage, 'artefacts'))).artefacts;
    if (there.includes('leaderboard')) {
      this.boards.set(stage.stage, await json(this.#path(stage, 'leaderboard')));
    }
    if (there.includes('samples')) {
      this.pictures.set(stage.stage, await data(await (await answered(this.#path(stage, 'samples'))).blob()));
    }
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

export function samples(stages, arm, pictures) {
  const runs = stages.filter((stage) => parse(stage.stage).arm === arm && pictures.has(stage.stage));
  if (runs.length === 0) {
    return h('p', { class: 'note' }, `No run of ${arm ?? 'an arm'} has left samples yet.`);
  }
  return [
    runs.slice(0, MOST).map((stage) => h('figure', { key: stage.stage },
      h('img', {
        src: pictures.get(stage.stage),
        alt: `${stage.stage}: held-out images in the upper row, their reconstructions in the lower row`,
      }),
      h('figcaption', {}, `${arm}, ${cell(parse(stage.stage))}: inputs above, reconstructions below`))),
    runs.length > MOST ? h('p', { class: 'note' }, `and ${runs.length - MOST} more`) : null,
  ];
}
