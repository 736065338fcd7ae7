// Names of stages: teacher-0, full-0, full-0-t11.

/** In the order in which reports list them. Others that there are follow these, as fresh starts. */
export const ARMS = ['full', 'ablation', 'rescue', 'drift', 'collapse', 'rescue-from-collapse'];

/** From whose final checkpoint an arm starts; those without start fresh, after the teacher. */
export const STARTS_FROM = { rescue: 'ablation', drift: 'full', collapse: 'ablation', 'rescue-from-collapse': 'collapse' };

/** The arms of these stages, in their order. */
export function armsOf(stages) {
  const there = new Set(stages.map((stage) => parse(stage.stage).arm));
  there.delete('teacher');
  return [...ARMS.filter((arm) => there.has(arm)), ...[...there].filter((arm) => !ARMS.includes(arm))];
}

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
