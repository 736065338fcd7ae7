// Teachers: every candidate of a search, the winner first.
import { h } from './dom.js';
import { plain } from './words.js';

const SHOWN = 8;

/** More are chosen from a list. */
const MOST_SIDE_BY_SIDE = 4;

function searchesOf(stages) {
  return stages.filter((stage) => stage.stage.startsWith('teacher-'));
}

/** The search that is shown: the chosen one, or the first that is done. */
export function shownSearch(stages, chosen) {
  const searches = searchesOf(stages);
  return searches.find((stage) => stage.stage === chosen) ?? searches.find((stage) => stage.status === 'completed')
    ?? searches[0];
}

/** @param boards leaderboards by stage */
export function teachers(stages, boards, chosen, choose) {
  const searches = searchesOf(stages);
  const shown = shownSearch(stages, chosen);
  if (!shown) {
    return h('p', { class: 'note' }, 'No teacher is searched.');
  }
  const board = boards.get(shown.stage);
  return [
    searches.length > MOST_SIDE_BY_SIDE ? h('label', { class: 'check' }, 'Teacher ', h('select', {
      onchange: (event) => choose(event.target.value),
    }, searches.map((stage) => h('option', {
      key: stage.stage, value: stage.stage, selected: stage.stage === shown.stage,
    }, stage.stage)))) : searches.length > 1 ? h('fieldset', { class: 'switch' }, h('legend', { class: 'unseen' }, 'Teacher'),
      searches.map((stage) => h('label', { key: stage.stage }, h('input', {
        type: 'radio', name: 'teacher', checked: stage.stage === shown.stage, onchange: () => choose(stage.stage),
      }), h('span', {}, stage.stage)))) : null,
    board ? table(shown, board) : h('p', { class: 'note' }, shown.status === 'completed'
      ? `${shown.stage}: ${shown.result?.winner ?? 'found'}`
      : `${shown.stage} is ${shown.status}${shown.progress ? `: ${shown.progress.phase}` : ''}; its candidates are listed when it is done.`),
  ];
}

function table(stage, board) {
  const best = board.candidates.slice(0, SHOWN);
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Candidates of ${stage.stage}` },
    h('table', { class: 'numbers' },
      h('caption', {}, `${stage.stage}: the best ${best.length} of ${board.candidates.length}, on `
        + `${board.heldOutRows} held-out images`),
      h('thead', {}, h('tr', {}, ['', 'covariance', 'K', 'd', 'T', 'I, nats', 'mismatch', 'score']
        .map((name) => h('th', { scope: 'col', class: name === 'covariance' ? 'word' : null }, name)))),
      h('tbody', {}, best.map((one) => h('tr', { key: one.rank, class: one.rank === 1 ? 'best' : null },
        h('th', { scope: 'row' }, String(one.rank)),
        h('td', { class: 'word' }, one.candidate.covariance.toLowerCase()),
        h('td', {}, String(one.candidate.components)),
        h('td', {}, String(one.candidate.dimensions)),
        h('td', {}, String(one.candidate.temperature)),
        h('td', {}, plain(one.heldOutInformationNats)),
        h('td', {}, plain(one.mismatchNats)),
        h('td', {}, plain(one.score)))))));
}
