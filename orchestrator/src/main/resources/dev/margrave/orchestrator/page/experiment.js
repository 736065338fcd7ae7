// One experiment: everything that is shown of it, and what can be done to it.
import { answered, json, path, post } from './api.js';
import { Curves, points, runs } from './curves.js';
import { announce, h, render } from './dom.js';
import { Events, events } from './events.js';
import { gates } from './gates.js';
import { details, graph } from './graph.js';
import { key, tauOf } from './key.js';
import { Live } from './live.js';
import { MarginPlot } from './plot.js';
import { Artefacts, pictured, samples } from './samples.js';
import { armsOf, over, parse } from './stages.js';
import { head } from './steer.js';
import { shownSearch, teachers } from './teachers.js';
import { workers } from './workers.js';

/** Between two drawings of the plot while points come in. */
const PLOT_EVERY_MS = 400;

/** After an event, so that those that come together are shown together. */
const SETTLE_MS = 120;

/** Before curves that could not be had are asked for again. */
const AGAIN_MS = 2000;

/** An experiment of more stages is not asked about after each event: the clock does that. */
const MANY_STAGES = 60;

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
  #text = '';
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
  #asking = null;
  #stale = false;

  /** Runs whose curves are there, or on their way. */
  #loaded = new Set();

  /** The orchestrator knows no such experiment. */
  absent = false;

  /** @param connection told whether events arrive */
  constructor(id, main, connection) {
    this.#id = id;
    this.#main = main;
    this.#connection = connection;
    this.#artefacts = new Artefacts(id, () => this.#showPictures());
    this.#build();
    this.#follow();
    this.#ask();
  }

  get id() {
    return this.#id;
  }

  /** Whether events arrive, or none will. */
  get connected() {
    return this.absent || this.#live.open;
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
        h('p', { id: 'plot-help', class: 'unseen' }, 'Left and right go from point to point, up and down from run to run.'),
        h('div', {
          id: 'plot', tabindex: '0', role: 'application', 'aria-roledescription': 'plot', 'aria-label': 'Margins by epoch',
          'aria-describedby': 'plot-help',
        }),
        h('p', { id: 'readout', class: 'readout' }),
        h('div', { id: 'key', class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Latest margins' }),
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
      caughtUp: () => {
        this.#caughtUp = true;
        this.#load();
        this.#showEvents();
      },
      over: () => this.#over(),
      connected: (yes) => this.#connection(yes),
    });
  }

  #over() {
    this.#live = { stop: () => {}, open: true, over: true };
    this.#connection(true);
    this.#ask();
  }

  /** The curves so far of the runs that are drawn; what came meanwhile by events follows them. */
  async #load() {
    if (!this.#caughtUp || this.#view === null) {
      return;
    }
    const { all, drawn } = this.#runs();
    const missing = drawn.filter((stage) => !this.#loaded.has(stage));
    missing.forEach((stage) => this.#loaded.add(stage));
    this.#curves.limit = points(drawn.length);
    const seeds = all.length === drawn.length ? [''] : missing.map((stage) => `&seed=${parse(stage).seed}`);
    try {
      await Promise.all(missing.length === 0 ? [] : [...new Set(seeds)].map((seed) => this.#loadCurves(this.#arm, seed)));
    } catch {
      missing.forEach((stage) => this.#loaded.delete(stage));
      this.#later('load', AGAIN_MS, () => this.#load());
    }
    this.#later('plot', 0, () => this.#showPlot());
  }

  async #loadCurves(arm, seed) {
    const { margins } = await json(path(this.#id, `/margins?arm=${arm}&points=${this.#curves.limit}${seed}`));
    this.#curves.load(margins);
  }

  #runs() {
    return runs(this.#view.stages, this.#arm, this.#chosen);
  }

  #happened(event) {
    if (!this.#events.add(event)) {
      return;
    }
    if (event.type === 'stage-evaluated' && this.#loaded.has(event.stage)) {
      this.#curves.add(event.stage, event.data);
      this.#later('plot', PLOT_EVERY_MS, () => this.#showPlot());
    }
    this.#later('events', SETTLE_MS, () => this.#showEvents());
    if ((this.#view?.stages.length ?? 0) <= MANY_STAGES) {
      this.#later('ask', SETTLE_MS, () => this.#ask());
    }
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

  /** Asks where it stands: one question at a time, so that no older answer comes after a newer one. */
  refresh() {
    this.#asking ??= this.#refresh().finally(() => {
      this.#asking = null;
      if (this.#stale) {
        this.#stale = false;
        this.#later('ask', SETTLE_MS, () => this.#ask());
      }
    });
    return this.#asking;
  }

  /** Asks because something is new: the answer to a question from before that may not tell of it. */
  #ask() {
    if (this.#asking !== null) {
      this.#stale = true;
    } else {
      this.refresh().catch(() => {});
    }
  }

  async #refresh() {
    if (this.#stopped) {
      return;
    }
    try {
      this.#take(await (await answered(path(this.#id))).text());
    } catch (failure) {
      if (failure.status !== 404) {
        throw failure;
      }
      this.#miss();
    }
  }

  #take(text) {
    if (this.#stopped) {
      return;
    }
    if (text !== this.#text) {
      const before = this.#view;
      this.#text = text;
      this.#view = JSON.parse(text);
      this.#tell(before, this.#view);
      this.#show();
    }
    if (this.#live.over && ['running', 'paused'].includes(this.#view.status)) {
      this.#follow();
    }
    this.#look();
  }

  #miss() {
    if (!this.#stopped) {
      this.stop();
      this.absent = true;
      render(this.#main, h('p', { class: 'empty' }, `There is no experiment called ${this.#id}. `,
        h('a', { href: '#/' }, 'See those that there are.')));
    }
  }

  /** After what is shown of the files that stages left. */
  #look() {
    const { stages } = this.#view;
    const search = shownSearch(stages, this.#teacher);
    this.#artefacts.look([...pictured(stages, this.#arm), ...(search?.status === 'completed' ? [search] : [])]);
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
    if (this.#stopped) {
      return;
    }
    render(this.#find('workers-body'), workers(list));
  }

  /** Colours are others. */
  redraw() {
    if (this.#view && !this.#stopped) {
      this.#plot.redraw();
    }
  }

  #show() {
    const view = this.#view;
    const arms = armsOf(view.stages);
    if (!arms.includes(this.#arm)) {
      this.#arm = arms[0] ?? null;
      this.#load();
    }
    this.#chosen ??= (view.stages.find((stage) => stage.status === 'running') ?? view.stages[0])?.stage ?? null;
    render(this.#find('head'), head(view, this.#message, (action) => this.#act(action)));
    render(this.#find('arms'), this.#armSwitch(arms));
    render(this.#find('graph'), graph(view.stages, this.#chosen, (stage) => this.#choose(stage)));
    render(this.#find('details'), details(view.stages.find((stage) => stage.stage === this.#chosen),
      (stage) => this.#act('retry', { stage })));
    render(this.#find('gates-body'), gates(view.stages, view.gates));
    this.#showPictures();
    this.#later('plot', PLOT_EVERY_MS, () => this.#showPlot());
  }

  async #act(action, body) {
    try {
      const { message } = await post(path(this.#id, `/${action}`), body);
      this.#message = { text: message };
    } catch (failure) {
      this.#message = { text: `Not done: ${failure.message}`, bad: true };
    }
    if (!this.#stopped) {
      this.#show();
      this.#ask();
    }
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
    this.#load();
    this.#look();
  }

  #choose(stage) {
    this.#chosen = stage;
    const { arm } = parse(stage);
    if (arm === 'teacher') {
      this.#chooseTeacher(stage);
    } else {
      this.#chooseArm(arm);
    }
  }

  #chooseTeacher(stage) {
    this.#teacher = stage;
    this.#show();
    this.#look();
  }

  #showPlot() {
    if (!this.#view || this.#stopped) {
      return;
    }
    const { stages } = this.#view;
    const { all, drawn } = this.#runs();
    const curves = this.#curves.of(drawn);
    const tau = tauOf(stages);
    this.#plot.show(curves, tau, this.#near);
    this.#find('plot').setAttribute('aria-label', `Margins of ${this.#arm ?? 'no arm'} by epoch`);
    render(this.#find('key'), key(curves, all.length - drawn.length, stages, this.#arm, tau));
  }

  #showPictures() {
    if (!this.#view || this.#stopped) {
      return;
    }
    render(this.#find('samples-body'), samples(this.#view.stages, this.#arm, this.#artefacts));
    render(this.#find('teachers-body'), teachers(this.#view.stages, this.#artefacts.boards, this.#teacher,
      (stage) => this.#chooseTeacher(stage)));
  }

  #showEvents() {
    render(this.#find('events-body'), events(this.#events.shown(this.#allEvents), this.#allEvents, (all) => {
      this.#allEvents = all;
      this.#showEvents();
    }));
  }
}
