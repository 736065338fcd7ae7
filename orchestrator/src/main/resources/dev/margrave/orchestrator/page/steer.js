// What an experiment is called, how it is, and what can be done to it.
import { h } from './dom.js';
import { over } from './stages.js';
import { badge } from './words.js';

/**
 * @param message what the last action led to, as `{text, bad}`, or null
 * @param act is called with the name of an action
 */
export function head(view, message, act) {
  const done = view.stages.filter(over).length;
  return [
    h('div', { class: 'title' },
      h('h1', { tabindex: '-1' }, view.id),
      badge(view.status),
      view.overall ? badge(view.overall, `gates: ${view.overall.toLowerCase()}`) : null,
      h('span', { class: 'note' }, `${done} of ${view.stages.length} stages over`)),
    h('div', { class: 'buttons', role: 'group', 'aria-label': `Steer ${view.id}` }, buttons(view, act)),
    view.problem ? h('p', { class: 'alert', role: 'alert' }, view.problem) : null,
    h('p', { class: message?.bad ? 'alert' : 'note', role: 'status', id: 'message' }, message?.text ?? ''),
  ];
}

function buttons(view, act) {
  const { status, stages } = view;
  const failed = stages.some((stage) => stage.status === 'failed');
  const button = (key, text, possible, press, style) => h('button', {
    key, type: 'button', id: `act-${key}`, class: style ?? null, 'aria-disabled': possible ? null : 'true',
    onclick: () => possible && press(),
  }, text);
  return [
    status === 'paused'
      ? button('pause', 'Resume', true, () => act('resume'))
      : button('pause', 'Pause', status === 'running', () => act('pause')),
    button('retry', 'Retry', status === 'cancelled' || failed, () => act('retry')),
    button('cancel', 'Cancel …', status === 'running' || status === 'paused', () => confirm(view, act), 'danger'),
  ];
}

function confirm(view, act) {
  const dialog = document.getElementById('confirm');
  const running = view.stages.filter((stage) => stage.status === 'running').length;
  document.getElementById('confirm-title').textContent = `Cancel ${view.id}?`;
  document.getElementById('confirm-text').textContent = `${running} ${running === 1 ? 'stage is' : 'stages are'} at work `
    + 'and will end. What completed stays, and a retry goes on from there.';
  document.getElementById('confirm-no').onclick = () => dialog.close();
  document.getElementById('confirm-yes').onclick = () => {
    dialog.close();
    act('cancel');
  };
  dialog.showModal();
  document.getElementById('confirm-no').focus();
}
