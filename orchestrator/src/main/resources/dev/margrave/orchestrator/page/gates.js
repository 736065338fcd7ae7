// Gates: what each arm had to show, for each seed.
import { h } from './dom.js';
import { badge, icon } from './words.js';
import { armsOf, byCell, parse } from './stages.js';

/** The gate asks nothing of it. */
const WITHOUT_GATE = 'drift';

export function gates(stages, decided) {
  const runs = stages.map((stage) => parse(stage.stage)).filter((run) => run.arm !== 'teacher');
  const arms = armsOf(stages).filter((arm) => arm !== WITHOUT_GATE);
  const place = (arm, { seed, teacher }) => `${arm}-${seed}-${teacher}`;
  const there = new Set(runs.map((run) => place(run.arm, run)));
  const cells = [...new Map(runs.map((run) => [`${run.seed}-${run.teacher}`, run])).values()].sort(byCell);
  const outcomes = new Map(decided.map((gate) => [`${gate.arm}-${gate.seed}-${gate.teacherSeed}`, gate]));
  const fixed = cells.some((one) => one.seed !== one.teacher);
  return [
    h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Gates, by arm and seed' },
      h('table', { class: 'matrix' },
        h('caption', { class: 'unseen' }, 'Gates: arms in rows, seeds in columns'),
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'arm'),
          cells.map((one) => h('th', { scope: 'col', key: `${one.seed}-${one.teacher}` },
            fixed ? `${one.seed} / t${one.teacher}` : `seed ${one.seed}`)))),
        h('tbody', {}, arms.map((arm) => h('tr', { key: arm }, h('th', { scope: 'row' }, arm),
          cells.map((one) => {
            const gate = outcomes.get(place(arm, one));
            return h('td', { key: `${one.seed}-${one.teacher}`, title: gate?.reason ?? null },
              gate ? badge(gate.outcome) : there.has(place(arm, one)) ? h('span', { class: 'badge still' }, icon('pending'), 'open') : '');
          })))))),
    decided.length === 0 ? null : h('details', {},
      h('summary', {}, 'Why'),
      h('ul', { class: 'reasons' }, decided.map((gate) => h('li', { key: `${gate.gate}-${gate.seed}-${gate.teacherSeed}` },
        badge(gate.outcome), ` ${gate.gate}, seed ${gate.seed}`,
        gate.seed === gate.teacherSeed ? '' : `, teacher ${gate.teacherSeed}`, `: ${gate.reason}`)))),
  ];
}
