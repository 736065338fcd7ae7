// The key of the plot: which line is which run, and its latest margin.
import { h } from './dom.js';
import { lineClass } from './plot.js';
import { cell, parse } from './stages.js';
import { badge, nats, number } from './words.js';

/** What margins are to exceed, by what any stage says of its own; null while none does. */
export function tauOf(stages) {
  for (const { margin } of stages) {
    const tau = margin ? number(margin.marginNats) - number(margin.safeMarginNats) : NaN;
    if (Number.isFinite(tau)) {
      return Math.round(tau * 1e9) / 1e9;
    }
  }
  return null;
}

/**
 * @param drawn curves, in the order of their lines
 * @param left how many runs of the arm are not drawn
 */
export function key(drawn, left, stages, arm, tau) {
  if (drawn.length === 0) {
    const measured = stages.some((stage) => stage.margin && parse(stage.stage).arm === arm);
    return h('p', { class: 'note' },
      measured ? `The margins of ${arm} are on their way.` : `No margin of ${arm ?? 'an arm'} has been measured yet.`);
  }
  const known = new Map(stages.map((stage) => [stage.stage, stage]));
  return [
    h('table', { class: 'numbers key' },
      h('caption', {}, `${arm}: latest margins at sampled z, held out${tau === null ? '' : `; τ = ${tau.toFixed(2)} nats`}`),
      h('thead', {}, h('tr', {}, ['run', 'epoch', 'margin, nats', '± se', 'verdict']
        .map((name) => h('th', { scope: 'col', class: name === 'verdict' ? 'word' : null }, name)))),
      h('tbody', {}, drawn.map((run, index) => row(run, index, known.get(run.stage)?.margin)))),
    left > 0 ? h('p', { class: 'note' }, `${left} more runs of ${arm} are not drawn: choose one among the stages to see it here.`)
      : null,
  ];
}

function row(run, index, margin) {
  return h('tr', { key: run.stage },
    h('th', { scope: 'row' },
      h('svg', { class: lineClass(index), viewBox: '0 0 28 8', 'aria-hidden': 'true' }, h('path', { d: 'M0 4h28' })),
      cell(run)),
    h('td', {}, margin ? Number(margin.epoch).toFixed(2) : '–'),
    h('td', {}, margin ? nats(margin.marginNats, 4) : nats(run.margins.at(-1), 4)),
    h('td', {}, margin ? Number(margin.standardErrorNats).toFixed(4) : '–'),
    h('td', { class: 'word' }, margin ? badge(margin.verdict) : '–'));
}
