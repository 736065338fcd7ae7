// One experiment: everything that is shown of it, and what can be done to it.
import { json, path, post } from './api.js';
import { Curves, points } from './curves.js';
import { announce, h, render } from './dom.js';
import { Events, events } from './events.js';
import { gates } from './gates.js';
import { details, graph } from './graph.js';
import { Live } from './live.js';
import { MarginPlot, lineClass } from './plot.js';
import { Artefacts, samples } from './samples.js';
import { ARMS, cell, over, parse } from './stages.js';
import { teachers } from './teachers.js';
import { badge, nats, number } from './words.js';
import { workers } from './workers.js';

/** Between two drawings of the plot while points come in. */
const PLOT_EVERY_MS = 400;

/** After an event, so that those that come together are shown together. */
const SETTLE_MS = 120;

/** As they follow each other; what stands together stands side by side with the one before, if there is room. */
const SECTIONS = [
  [['margins', 'Margins']], [['gates', 'Gates'], ['teachers', 'Teachers']], [['stages', 'Stages']],
  [['samples', 'Reconstructions']], [['events', 'Events'], ['workers', 'Workers']],
];

export class Experiment {
  #id;
  #main;
  #connection;
  #view = null;
  #workers = [];
  #curves = new Curves();
  #events = new Events();
  #artefacts;
  #live = null;
  #plot;
  #arm = null;
  #near = false;
  #chosen = null;
  #teacher = null;
  #allEvents = false;
  #message = null;
  #caughtUp = false;
  #timers = {};
  #stopped = false;

  /** @param connection told whether events arrive */
  constructor(id, main, connection) {
    this.#id = id;
    this.#main = main;
    this.#connection = connection;
    this.#artefacts = new Artefacts(id, () => this.#showPictures());
    this.#build();
    this.#follow();
    this.refresh();
  }

  get id() {
    return this.#id;
  }

  stop() {
    this.#stopped = true;
    this.#live.stop();
    Object.values(this.#timers).forEach(clearTimeout);
  }

  /** Elements that stay; what is in them changes. */
  #build() {
    render(this.#main,
      h('div', { key: this.#id, class: 'experiment' },
        h('header', { class: 'head', id: 'head' }),
        SECTIONS.map((together) => h('div', { class: `group ${together[0][0]}` },
          together.map(([name, title]) => this.#section(name, title))))));
    const plot = this.#find('plot');
    this.#plot = new MarginPlot(plot, this.#find('readout'));
  }

  #section(name, title) {
    return h('section', { id: name, class: 'card', 'aria-labelledby': `${name}-title` },
      h('h2', { id: `${name}-title` }, title), this.#content(name));
  }

  #content(name) {
    if (name === 'margins') {
      return [
        h('div', { id: 'arms' }),
        h('div', { id: 'plot', role: 'img', 'aria-labelledby': 'margins-title plot-text' }),
        h('p', { id: 'readout', class: 'readout' }),
        h('div', { id: 'key' }),
      ];
    }
    return name === 'stages'
      ? [
        h('div', { id: 'graph', class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Stage graph' }),
        h('div', { id: 'details', class: 'details' }),
      ]
      : h('div', { id: `${name}-body` });
  }

  #find(id) {
    return this.#main.querySelector(`#${id}`);
  }

  /** Reads the events, from now on and after each thing that sets the experiment going again. */
  #follow() {
    this.#live?.stop();
    this.#live = new Live(path(this.#id, '/events'), {
      event: (event) => this.#happened(event),
      caughtUp: () => this.#load(),
      over: () => this.#over(),
      connected: (yes) => this.#connection(yes),
    });
  }

  #over() {
    this.#live = { stop: () => {}, over: true };
    this.#connection(true);
    this.refresh();
  }

  /** The curves so far; what came meanwhile by events follows them. */
  async #load() {
    if (this.#caughtUp) {
      return;
    }
    this.#caughtUp = true;
    try {
      await this.#loadArm(this.#arm);
    } catch {
      this.#caughtUp = false;
      this.#later('load', 2000, () => this.#load());
    }
    this.#showEvents();
  }

  #loaded = new Set();

  async #loadArm(arm) {
    if (!arm || this.#loaded.has(arm)) {
      return;
    }
    this.#loaded.add(arm);
    try {
      const runs = this.#view.stages.filter((stage) => parse(stage.stage).arm === arm).length;
      this.#curves.limit = points(runs);
      const { margins } = await json(path(this.#id, `/margins?arm=${arm}&points=${this.#curves.limit}`));
      this.#curves.load(margins);
    } catch (failure) {
      this.#loaded.delete(arm);
      throw failure;
    }
    this.#later('plot', 0, () => this.#showPlot());
  }

  #happened(event) {
    if (!this.#events.add(event)) {
      return;
    }
    if (event.type === 'stage-evaluated' && event.stage) {
      if (this.#loaded.has(parse(event.stage).arm)) {
        this.#curves.add(event.stage, event.data);
      }
      this.#later('plot', PLOT_EVERY_MS, () => this.#showPlot());
    } else if (event.type === 'stage-rescue-started' && event.stage) {
      this.#loaded.delete(parse(event.stage).arm);
      this.#loadArm(this.#arm).catch(() => {});
    }
    this.#later('events', SETTLE_MS, () => this.#showEvents());
    this.#later('refresh', SETTLE_MS, () => this.refresh());
  }

  /** Does something once, soon; what is asked for meanwhile is done with it. */
  #later(name, afterMs, what) {
    this.#timers[name] ??= setTimeout(() => {
      delete this.#timers[name];
      if (!this.#stopped) {
        what();
      }
    }, afterMs);
  }

  /** Asks where it stands. */
  async refresh() {
    try {
      const view = await json(path(this.#id));
      if (this.#stopped) {
        return;
      }
      const before = this.#view;
      this.#view = view;
      this.#tell(before, view);
      this.#show();
      if (this.#live.over && ['running', 'paused'].includes(view.status)) {
        this.#follow();
      }
      await this.#artefacts.look(view.stages.filter((stage) => this.#looksAt(stage)));
    } catch (failure) {
      if (failure.status === 404 && !this.#stopped) {
        this.#live.stop();
        render(this.#main, h('p', { class: 'empty' }, `There is no experiment called ${this.#id}. `,
          h('a', { href: '#/' }, 'See those that there are.')));
        this.#stopped = true;
      }
    }
  }

  /** Teachers that were found; runs that are shown, once they train. */
  #looksAt(stage) {
    const { arm } = parse(stage.stage);
    return arm === 'teacher' ? stage.status === 'completed'
      : arm === this.#arm && (stage.status === 'completed' || (stage.status === 'running' && stage.margin));
  }

  /** What changed, for those who hear the page. */
  #tell(before, now) {
    if (before === null) {
      return;
    }
    if (before.status !== now.status) {
      announce(`${this.#id} is ${now.status}`);
    }
    const known = new Map(before.stages.map((stage) => [stage.stage, stage.status]));
    now.stages.filter((stage) => known.get(stage.stage) !== stage.status && (over(stage) || stage.status === 'running'))
      .forEach((stage) => announce(`${stage.stage} is ${stage.status}`));
    now.gates.slice(before.gates.length).forEach((gate) => announce(`gate ${gate.gate}, seed ${gate.seed}: ${gate.outcome}`));
  }

  showWorkers(list) {
    this.#workers = list;
    render(this.#find('workers-body'), workers(list));
  }

  /** Colours are others. */
  redraw() {
    if (this.#view) {
      this.#plot.redraw();
    }
  }

  #show() {
    const view = this.#view;
    const arms = ARMS.filter((arm) => view.stages.some((stage) => parse(stage.stage).arm === arm));
    if (!arms.includes(this.#arm)) {
      this.#arm = arms[0] ?? null;
      if (this.#caughtUp) {
        this.#loadArm(this.#arm).catch(() => {});
      }
    }
    this.#chosen ??= (view.stages.find((stage) => stage.status === 'running') ?? view.stages[0])?.stage ?? null;
    render(this.#find('head'), this.#head());
    render(this.#find('arms'), this.#armSwitch(arms));
    render(this.#find('graph'), graph(view.stages, this.#chosen, (stage) => this.#choose(stage)));
    render(this.#find('details'), details(view.stages.find((stage) => stage.stage === this.#chosen),
      (stage) => this.#act('retry', { stage })));
    render(this.#find('gates-body'), gates(view.stages, view.gates));
    this.#showPictures();
    this.#later('plot', PLOT_EVERY_MS, () => this.#showPlot());
  }

  #head() {
    const view = this.#view;
    const done = view.stages.filter(over).length;
    return [
      h('div', { class: 'title' },
        h('h1', { tabindex: '-1' }, view.id),
        badge(view.status),
        view.overall ? badge(view.overall, `gates: ${view.overall.toLowerCase()}`) : null,
        h('span', { class: 'note' }, `${done} of ${view.stages.length} stages over`)),
      h('div', { class: 'buttons', role: 'group', 'aria-label': `Steer ${view.id}` }, this.#buttons()),
      view.problem ? h('p', { class: 'alert', role: 'alert' }, view.problem) : null,
      h('p', { class: this.#message?.bad ? 'alert' : 'note', role: 'status', id: 'message' }, this.#message?.text ?? ''),
    ];
  }

  #buttons() {
    const { status, stages } = this.#view;
    const failed = stages.some((stage) => stage.status === 'failed');
    const button = (key, text, possible, act, style) => h('button', {
      key, type: 'button', id: `act-${key}`, class: style ?? null, 'aria-disabled': possible ? null : 'true',
      onclick: () => possible && act(),
    }, text);
    return [
      status === 'paused'
        ? button('pause', 'Resume', true, () => this.#act('resume'))
        : button('pause', 'Pause', status === 'running', () => this.#act('pause')),
      button('retry', 'Retry', status === 'cancelled' || failed, () => this.#act('retry')),
      button('cancel', 'Cancel …', status === 'running' || status === 'paused', () => this.#confirm(), 'danger'),
    ];
  }

  #confirm() {
    const dialog = document.getElementById('confirm');
    const running = this.#view.stages.filter((stage) => stage.status === 'running').length;
    document.getElementById('confirm-title').textContent = `Cancel ${this.#id}?`;
    document.getElementById('confirm-text').textContent = `${running} ${running === 1 ? 'stage is' : 'stages are'} at work `
      + 'and will end. What completed stays, and a retry goes on from there.';
    document.getElementById('confirm-no').onclick = () => dialog.close();
    document.getElementById('confirm-yes').onclick = () => {
      dialog.close();
      this.#act('cancel');
    };
    dialog.showModal();
    document.getElementById('confirm-no').focus();
  }

  async #act(action, body) {
    try {
      const { message } = await post(path(this.#id, `/${action}`), body);
      this.#message = { text: message };
    } catch (failure) {
      this.#message = { text: `Not done: ${failure.message}`, bad: true };
    }
    this.#show();
    await this.refresh();
  }

  #armSwitch(arms) {
    return h('div', { class: 'plot-head' },
      h('fieldset', { class: 'switch' }, h('legend', { class: 'unseen' }, 'Arm'),
        arms.map((arm) => h('label', { key: arm }, h('input', {
          type: 'radio', name: 'arm', value: arm, checked: arm === this.#arm, onchange: () => this.#chooseArm(arm),
        }), h('span', {}, arm)))),
      h('label', { class: 'check' }, h('input', {
        type: 'checkbox', id: 'near', checked: this.#near,
        onchange: (event) => {
          this.#near = event.target.checked;
          this.#showPlot();
        },
      }), ' near the boundary'));
  }

  #chooseArm(arm) {
    this.#arm = arm;
    this.#show();
    this.#showPlot();
    this.#loadArm(arm).catch(() => {});
    this.refresh();
  }

  #choose(stage) {
    this.#chosen = stage;
    const { arm } = parse(stage);
    if (arm === 'teacher') {
      this.#teacher = stage;
    } else if (arm !== this.#arm) {
      this.#chooseArm(arm);
    }
    this.#show();
  }

  #showPlot() {
    if (!this.#view) {
      return;
    }
    const runs = this.#curves.of(this.#arm);
    const tau = this.#tau();
    this.#plot.show(runs, tau, this.#near);
    const known = new Map(this.#view.stages.map((stage) => [stage.stage, stage]));
    render(this.#find('key'), runs.length === 0
      ? h('p', { class: 'note', id: 'plot-text' }, `No margin of ${this.#arm ?? 'an arm'} has been measured yet.`)
      : h('table', { class: 'numbers key', id: 'plot-text' },
        h('caption', {}, `${this.#arm}: latest margins at sampled z, held out${tau === null ? '' : `; τ = ${tau.toFixed(2)} nats`}`),
        h('thead', {}, h('tr', {}, ['run', 'epoch', 'margin, nats', '± se', 'verdict']
          .map((name) => h('th', { scope: 'col', class: name === 'verdict' ? 'word' : null }, name)))),
        h('tbody', {}, runs.map((run, index) => {
          const margin = known.get(run.stage)?.margin;
          return h('tr', { key: run.stage },
            h('th', { scope: 'row' },
              h('svg', { class: lineClass(index), viewBox: '0 0 28 8', 'aria-hidden': 'true' }, h('path', { d: 'M0 4h28' })),
              cell(run)),
            h('td', {}, margin ? Number(margin.epoch).toFixed(2) : '–'),
            h('td', {}, margin ? nats(margin.marginNats, 4) : nats(run.margins.at(-1), 4)),
            h('td', {}, margin ? Number(margin.standardErrorNats).toFixed(4) : '–'),
            h('td', { class: 'word' }, margin ? badge(margin.verdict) : '–'));
        }))));
  }

  /** What the margin is to exceed, by what any stage says of its own. */
  #tau() {
    for (const { margin } of this.#view.stages) {
      const tau = margin ? number(margin.marginNats) - number(margin.safeMarginNats) : NaN;
      if (Number.isFinite(tau)) {
        return Math.round(tau * 1e9) / 1e9;
      }
    }
    return null;
  }

  #showPictures() {
    if (!this.#view || this.#stopped) {
      return;
    }
    render(this.#find('samples-body'), samples(this.#view.stages, this.#arm, this.#artefacts.pictures));
    render(this.#find('teachers-body'), teachers(this.#view.stages, this.#artefacts.boards, this.#teacher, (stage) => {
      this.#teacher = stage;
      this.#showPictures();
    }));
  }

  #showEvents() {
    render(this.#find('events-body'), events(this.#events.shown(this.#allEvents), this.#allEvents, (all) => {
      this.#allEvents = all;
      this.#showEvents();
    }));
  }
}
