// What happened, the youngest first.
import { h } from './dom.js';
import { clock, day } from './words.js';

const MOST = 200;
const FREQUENT = new Set(['stage-evaluated', 'stage-checkpoint-committed']);

export class Events {
  #list = [];

  /** False when it is known. */
  add(event) {
    if (this.#list.length > 0 && event.id <= this.#list[0].id) {
      return false;
    }
    this.#list.unshift(event);
    this.#list.length = Math.min(this.#list.length, 5 * MOST);
    return true;
  }

  /** @param all evaluations and checkpoints too */
  shown(all) {
    return this.#list.filter((event) => all || !FREQUENT.has(event.type)).slice(0, MOST);
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
