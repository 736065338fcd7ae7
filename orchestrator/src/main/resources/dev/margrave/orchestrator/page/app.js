// The page: a list of experiments, one of them in full, kept up to date.
import { json } from './api.js';
import { h, render } from './dom.js';
import { Experiment } from './experiment.js';
import { theme } from './theme.js';
import { badge, day } from './words.js';

/** Between two questions while somebody looks, and while nobody does. */
const SEEN_MS = 1000;
const UNSEEN_MS = 5000;

/** The list and the workers change less often than the experiment. */
const SLOWER = 3;

const main = document.getElementById('main');
let experiments = null;
let shown = null;
let turns = 0;

function wanted() {
  const match = /^#\/experiments\/(.+)$/.exec(location.hash);
  try {
    return match ? decodeURIComponent(match[1]) : null;
  } catch {
    // Not an address that this page makes.
    return null;
  }
}

function address(id) {
  return `#/experiments/${encodeURIComponent(id)}`;
}

function connected(yes) {
  const place = document.getElementById('connection');
  place.className = `connection ${yes ? 'good' : 'bad'}`;
  const text = yes ? 'live' : 'no connection: trying again; the run may be over';
  if (place.textContent !== text) {
    place.textContent = text;
  }
}

/** The one in the address, or else the first that runs, or the youngest. */
function choose() {
  const id = wanted() ?? (experiments?.find((one) => one.status === 'running') ?? experiments?.[0])?.id ?? null;
  if (id === null) {
    if (experiments !== null) {
      render(main, h('p', { class: 'empty' }, 'There is no experiment yet. Submit one with ',
        h('code', {}, 'margrave submit FILE'), '.'));
    }
    return;
  }
  const back = shown?.absent && experiments?.some((one) => one.id === id);
  if (shown?.id !== id || back) {
    shown?.stop();
    render(main);
    shown = new Experiment(id, main, connected);
    document.title = `${id} · Margrave`;
    showList();
  }
}

function showList() {
  render(document.getElementById('experiments'),
    h('h2', {}, 'Experiments'),
    h('ul', {}, (experiments ?? []).map((one) => h('li', { key: one.id },
      h('a', {
        href: address(one.id),
        title: `${one.dataset}, submitted ${day(one.submitted)}`,
        'aria-current': shown?.id === one.id ? 'page' : null,
      },
      h('span', { class: 'name' }, one.id),
      badge(one.status),
      h('span', { class: 'note' }, `${one.completed} of ${one.stages}`, one.failed > 0 ? `, ${one.failed} failed` : ''))))));
}

async function turn() {
  const slow = turns % SLOWER === 0;
  turns += 1;
  try {
    if (slow || experiments === null) {
      experiments = (await json('experiments')).experiments;
      showList();
      if (shown === null || shown.absent) {
        choose();
      }
      const { workers } = await json('workers');
      shown?.showWorkers(workers);
    }
    await shown?.refresh();
    if (shown?.connected ?? true) {
      connected(true);
    }
  } catch {
    connected(false);
  }
  setTimeout(turn, document.hidden ? UNSEEN_MS : SEEN_MS);
}

document.getElementById('skip').onclick = (event) => {
  event.preventDefault();
  main.focus();
};
addEventListener('hashchange', () => {
  choose();
  main.focus({ preventScroll: true });
});
theme(() => shown?.redraw());
turn();
