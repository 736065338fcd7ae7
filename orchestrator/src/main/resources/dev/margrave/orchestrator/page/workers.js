// Workers, and what they run.
import { h } from './dom.js';
import { badge, bytes } from './words.js';

export function workers(list) {
  if (list.length === 0) {
    return h('p', { class: 'note' }, 'No worker is registered: start one with ', h('code', {}, 'margrave worker'), '.');
  }
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Workers' },
    h('table', { class: 'numbers' },
      h('caption', { class: 'unseen' }, 'Workers that are registered'),
      h('thead', {}, h('tr', {}, ['worker', 'state', 'engine', 'slots', 'GPUs', 'memory', 'runs']
        .map((name) => h('th', { scope: 'col', class: ['state', 'engine', 'runs'].includes(name) ? 'word' : null }, name)))),
      h('tbody', {}, list.map((one) => h('tr', { key: one.worker },
        h('th', { scope: 'row', title: one.address }, one.worker),
        h('td', { class: 'word', title: one.reason || null }, badge(one.state)),
        h('td', { class: 'word' }, one.engine),
        h('td', {}, `${one.running.length} of ${one.slots}`),
        h('td', { title: one.computeCapability ? `compute capability ${one.computeCapability}` : null }, String(one.gpus)),
        h('td', {}, bytes(one.memoryBytes)),
        h('td', { class: 'word' }, one.running.join(', ') || 'nothing'))))));
}
