// Numbers, states and icons as people read them.
import { h } from './dom.js';

/** The interface writes infinities as strings. */
export function number(value) {
  return typeof value === 'string' ? Number(value) : value;
}

/** +0.318; with a real minus sign, and ∞. */
export function nats(value, digits = 3) {
  const real = number(value);
  if (real === null || real === undefined || Number.isNaN(real)) {
    return '–';
  }
  const size = Number.isFinite(real) ? Math.abs(real).toFixed(digits) : '∞';
  return (real < 0 ? '−' : '+') + size;
}

export function plain(value, digits = 3) {
  const real = number(value);
  if (real === null || real === undefined || Number.isNaN(real)) {
    return '–';
  }
  return (real < 0 ? '−' : '') + (Number.isFinite(real) ? Math.abs(real).toFixed(digits) : '∞');
}

export function count(value) {
  return Math.round(value).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
}

export function bytes(value) {
  const gib = value / 2 ** 30;
  return gib >= 10 ? `${gib.toFixed(0)} GiB` : `${gib.toFixed(1)} GiB`;
}

/** 10:22:01, in the reader's own time. */
export function clock(instant) {
  const date = new Date(instant);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

export function day(instant) {
  const date = new Date(instant);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

const PATHS = {
  pending: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11',
  waiting: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11M8 5v3.3l2.2 1.5',
  running: 'M5 3.2v9.6l7.6-4.8z',
  completed: 'M3 8.6l3.4 3.4L13 4.6',
  failed: 'M4 4l8 8M12 4l-8 8',
  blocked: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11M4.2 11.8l7.6-7.6',
  paused: 'M5.5 3.5v9M10.5 3.5v9',
  unsure: 'M3 9.5c1.6-3 3.3-3 5-1.500s3.400 1.500 5-1.500',
  held: 'M8 2l5 1.800v4c0 3-2 5-5 6.200c-3-1.200-5-3.200-5-6.200v-4zM5.600 7.800l1.800 1.800l3-3.400',
};

const ICONS = {
  cancelled: 'blocked', finished: 'completed', broken: 'failed',
  CERTIFIED: 'held', INCONCLUSIVE: 'unsure', NEGATIVE: 'failed',
  PASS: 'completed', FAIL: 'failed',
  free: 'completed', busy: 'running', excluded: 'blocked', unreachable: 'failed',
};

/** Drawn, not a letter: fonts differ. Says nothing by itself; the word stands beside it. */
export function icon(state) {
  const path = PATHS[state] ?? PATHS[ICONS[state]] ?? PATHS.pending;
  return h('svg', { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' },
    h('path', { d: path }));
}

const TONES = {
  running: 'run', busy: 'run', completed: 'good', finished: 'good', free: 'good', PASS: 'good', CERTIFIED: 'good',
  failed: 'bad', broken: 'bad', FAIL: 'bad', NEGATIVE: 'bad', unreachable: 'bad',
  INCONCLUSIVE: 'unsure', paused: 'unsure', blocked: 'unsure', cancelled: 'unsure', excluded: 'unsure',
};

export function tone(state) {
  return TONES[state] ?? 'still';
}

/** Icon, word and colour together. */
export function badge(state, text = state.toLowerCase()) {
  return h('span', { class: `badge ${tone(state)}` }, icon(state), text);
}
