// Names of stages: teacher-0, full-0, full-0-t11.

/** In the order in which reports list them. */
export const ARMS = [
  'full', 'ablation', 'rescue', 'drift', 'collapse', 'rescue-from-collapse',
  'baseline-vanilla', 'baseline-beta-2', 'baseline-beta-4', 'baseline-beta-8', 'baseline-kl-annealing',
  'baseline-cyclical-annealing', 'baseline-free-bits', 'baseline-info-vae', 'baseline-bn-vae', 'baseline-lagging-inference', 'baseline-geco',
];

/** From whose final checkpoint an arm starts; those without start fresh, after the teacher. */
export const STARTS_FROM = { rescue: 'ablation', drift: 'full', collapse: 'ablation', 'rescue-from-collapse': 'collapse' };

export function parse(stage) {
  const teacher = /^teacher-(\d+)$/.exec(stage);
  if (teacher) {
    return { arm: 'teacher', seed: teacher[1], teacher: teacher[1] };
  }
  const run = /^(.+?)-(\d+)(?:-t(\d+))?$/.exec(stage);
  return { arm: run[1], seed: run[2], teacher: run[3] ?? run[2] };
}

/** What tells runs of one arm apart. */
export function cell({ seed, teacher }) {
  return seed === teacher ? `seed ${seed}` : `seed ${seed}, teacher ${teacher}`;
}

export function byCell(a, b) {
  return Number(a.seed) - Number(b.seed) || Number(a.teacher) - Number(b.teacher);
}

export function over(stage) {
  return ['completed', 'failed', 'blocked'].includes(stage.status);
}
