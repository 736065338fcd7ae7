// The stage graph: for each cell the teacher, and from it the arms, each beside the one it starts from.
import { h } from './dom.js';
import { badge, count, icon, nats, tone } from './words.js';
import { STARTS_FROM, armsOf, byCell, cell, over, parse } from './stages.js';

/** @param chosen the stage whose details are shown; `choose(stage)` changes it */
export function graph(stages, chosen, choose) {
  const known = new Map(stages.map((stage) => [stage.stage, stage]));
  const cells = new Map();
  for (const stage of stages) {
    const name = parse(stage.stage);
    if (name.arm !== 'teacher') {
      const key = `${name.seed}-${name.teacher}`;
      cells.set(key, cells.get(key) ?? { ...name, arms: new Map() });
      cells.get(key).arms.set(name.arm, stage);
    }
  }
  return [...cells.values()].sort(byCell).map((one) => h('div', {
    key: `${one.seed}-${one.teacher}`, class: 'cell', role: 'group', 'aria-label': cell(one),
  },
  h('p', { class: 'cell-name' }, cell(one)),
  h('div', { class: 'tree' },
    node(known.get(`teacher-${one.teacher}`), 0, 0, 0, chosen, choose),
    places(one.arms).map(({ arm, column, lane, up }) =>
      node(one.arms.get(arm), column, lane, up, chosen, choose)))));
}

/** Column by depth; the first child stands in its parent's lane, each further one in a new lane. */
function places(arms) {
  const order = armsOf([...arms.values()]);
  const placed = new Map([['teacher', { column: 0, lane: 0, children: 0 }]]);
  let lanes = 1;
  const place = (arm) => {
    const parent = placed.get(arms.has(STARTS_FROM[arm]) ? STARTS_FROM[arm] : 'teacher');
    const lane = parent.children === 0 ? parent.lane : lanes;
    lanes += parent.children === 0 ? 0 : 1;
    parent.children += 1;
    placed.set(arm, { column: parent.column + 1, lane, up: lane - parent.lane, children: 0 });
    order.filter((other) => STARTS_FROM[other] === arm).forEach(place);
  };
  order.filter((arm) => !arms.has(STARTS_FROM[arm])).forEach(place);
  placed.delete('teacher');
  return [...placed].map(([arm, where]) => ({ arm, ...where }));
}

function node(stage, column, lane, up, chosen, choose) {
  if (!stage) {
    return null;
  }
  const { arm } = parse(stage.stage);
  return h('button', {
    key: stage.stage,
    type: 'button',
    title: stage.reason ? `${stage.stage}: ${stage.reason}` : stage.stage,
    class: `node ${tone(stage.status)}${column === 0 ? ' root' : ''}${up > 0 ? ' turn' : ''}`,
    '--column': column + 1,
    '--lane': lane + 1,
    '--up': up,
    'aria-pressed': String(stage.stage === chosen),
    onclick: () => choose(stage.stage),
  },
  icon(stage.status),
  h('span', { class: 'node-name' }, arm),
  h('span', { class: 'node-state' }, state(stage)),
  progress(stage));
}

function state(stage) {
  if (stage.status === 'running' && stage.progress) {
    return stage.margin ? `running, ${nats(stage.margin.marginNats)}` : `running: ${stage.progress.phase}`;
  }
  if (stage.status === 'completed' && stage.result?.verdict) {
    return `${stage.result.verdict.toLowerCase()}, ${nats(stage.result.marginNats)}`;
  }
  return stage.status;
}

function progress(stage) {
  return stage.status === 'running' && stage.progress
    ? h('progress', {
      max: String(Math.max(1, stage.progress.total)), value: String(stage.progress.done),
      'aria-label': `${stage.stage}: ${stage.progress.done} of ${stage.progress.total}`,
    })
    : null;
}

/** All that is known of one stage. */
export function details(stage, retry) {
  if (!stage) {
    return h('p', { class: 'note' }, 'Choose a stage to see more of it.');
  }
  const facts = [];
  const fact = (name, value) => value !== null && value !== undefined && value !== '' && facts.push([name, value]);
  fact('state', badge(stage.status));
  fact('why', stage.reason);
  fact('attempt', stage.attempt > 0 ? String(stage.attempt) : '');
  fact('worker', stage.worker);
  if (stage.progress) {
    fact('at', `${stage.progress.phase}, ${count(stage.progress.done)} of ${count(stage.progress.total)}`);
    fact('speed', stage.progress.imagesPerSecond > 0 ? `${count(stage.progress.imagesPerSecond)} images/s` : '');
  }
  const margin = stage.margin;
  if (margin) {
    fact('margin, sampled z', `${nats(margin.marginNats, 4)} ± ${Number(margin.standardErrorNats).toFixed(4)} nats`);
    fact('margin, z = μ', `${nats(margin.marginAtMeanNats, 4)} nats`);
    fact('verdict', badge(margin.verdict));
    fact('epoch', Number(margin.epoch).toFixed(2));
    fact('β, λ', `${margin.beta}, ${margin.lambda}`);
    fact('KL', `${Number(margin.klNats).toFixed(3)} nats`);
  }
  if (stage.result?.winner) {
    fact('teacher', stage.result.winner);
    fact('information', `${nats(stage.result.teacherInformationNats, 4)} nats held out`);
  }
  if (stage.result?.negativeKind) {
    fact('kind', stage.result.negativeKind);
  }
  fact('rescues', stage.rescues > 0 ? String(stage.rescues) : '');
  return [
    h('h3', {}, stage.stage),
    h('dl', { class: 'facts' }, facts.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
    over(stage) && stage.status === 'failed'
      ? h('button', { type: 'button', onclick: () => retry(stage.stage) }, `Retry ${stage.stage}`)
      : null,
  ];
}
