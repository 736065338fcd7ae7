// What happened, the youngest first.
import { h } from './dom.js';
import { clock, day } from './words.js';

/** So many are kept and shown. */
export const MOST = 200;

/** A long run has so many of these that they are kept by themselves: they would push out all others. */
const FREQUENT = new Set(['stage-evaluated', 'stage-checkpoint-committed']);

export class Events {
  #last = 0;
  #frequent = [];
  #others = [];

  /** False when it is known. */
  add(event) {
    if (event.id <= this.#last) {
      return false;
    }
    this.#last = event.id;
    const list = FREQUENT.has(event.type) ? this.#frequent : this.#others;
    list.unshift(event);
    list.length = Math.min(list.length, MOST);
    return true;
  }

  /** @param all evaluations and checkpoints too */
  shown(all) {
    return all
      ? [...this.#frequent, ...this.#others].sort((a, b) => b.id - a.id).slice(0, MOST)
      : this.#others;
  }
}

export function events(list, all, setAll) {
  return [
    h('label', { class: 'check' },
      h('input', { type: 'checkbox', id: 'all-events', checked: all, onchange: (event) => setAll(event.target.checked) }),
      ' evaluations and checkpoints too'),
    list.length === 0
      ? h('p', { class: 'note' }, 'Nothing yet.')
      : h('ol', { class: 'events scroll', tabindex: '0', 'aria-label': 'Events, the youngest first' },
        list.map((event) => h('li', { key: event.id, class: kind(event.type) },
          h('time', { datetime: event.at, title: day(event.at) }, clock(event.at)), ' ', event.message))),
  ];
}

function kind(type) {
  if (/failed|broke|dropped/.test(type)) {
    return 'bad';
  }
  return /attempt-ended|stage-ended|finished|rescue/.test(type) ? 'strong' : null;
}
