// The margins of one arm, a line for each run, against the boundary at 0 and the safety band up to τ.
import uPlot from './uplot.js';
import { nats, plain } from './words.js';
import { cell } from './stages.js';

const COLOURS = 8;
const DASHES = [[], [7, 4], [2, 3]];
const HEIGHT = 330;

/** A line of fewer points shows each of them. */
const FEW_POINTS = 12;

/** What keys do: so many points along a line, so many lines on. */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Where a line's key shows the same colour and dash. */
export function lineClass(index) {
  return `line s${index % COLOURS} d${Math.floor(index / COLOURS) % DASHES.length}`;
}

/** A run's margins at the epochs of all; undefined, which a line passes over, where it has none. */
function spread(run, epochs) {
  let next = 0;
  return epochs.map((epoch) => {
    if (run.epochs[next] !== epoch) {
      return undefined;
    }
    next += 1;
    return run.margins[next - 1];
  });
}

export class MarginPlot {
  #place;
  #readout;
  #probe = document.createElement('span');
  #plot = null;
  #lines = '';
  #content = '';
  #tau = null;
  #near = false;
  #runs = [];

  /** The point that keys have gone to, as `{series, epoch}`. */
  #at = null;

  constructor(place, readout) {
    this.#place = place;
    this.#readout = readout;
    this.#probe.hidden = true;
    place.after(this.#probe);
    new ResizeObserver(() => this.#resize()).observe(place);
    place.addEventListener('keydown', (event) => this.#press(event));
    place.addEventListener('pointermove', () => this.#leave());
  }

  /**
   * @param runs by seed
   * @param tau nats; null while it is not known
   * @param near whether only what lies near the boundary is shown
   */
  show(runs, tau, near) {
    const lines = JSON.stringify([runs.map((run) => run.stage), near]);
    const content = JSON.stringify([lines, tau, runs.map((run) => [run.steps.length, run.steps.at(-1)])]);
    if (content === this.#content) {
      return;
    }
    const anew = lines !== this.#lines;
    const zoom = runs[0]?.arm === this.#runs[0]?.arm ? this.#zoom() : null;
    if (anew) {
      this.#leave();
    }
    this.#lines = lines;
    this.#content = content;
    this.#runs = runs;
    this.#tau = tau;
    this.#near = near;
    if (anew) {
      this.#draw(zoom);
    } else {
      this.#plot.setData(this.#data(), zoom === null);
      if (zoom !== null) {
        this.#plot.redraw();
      }
      this.#mark();
    }
  }

  /** Anew, as after a change of colours. */
  redraw() {
    this.#draw(this.#zoom());
    this.#mark();
  }

  #draw(zoom) {
    this.#plot?.destroy();
    this.#plot = new uPlot(this.#options(), this.#data(), this.#place);
    if (zoom !== null) {
      this.#plot.setScale('x', zoom);
    }
  }

  /** The epochs that the user looks at more closely; null when all are seen. */
  #zoom() {
    const epochs = this.#plot?.data[0] ?? [];
    const { min, max } = this.#plot?.scales.x ?? {};
    return epochs.length > 1 && (min ?? null) !== null && (min > epochs[0] || max < epochs.at(-1)) ? { min, max } : null;
  }

  #data() {
    const all = Float64Array.from(this.#runs.flatMap((run) => run.epochs)).sort();
    const epochs = Array.from(all.filter((epoch, index) => index === 0 || epoch !== all[index - 1]));
    return [epochs, ...this.#runs.map((run) => spread(run, epochs))];
  }

  #resize() {
    const width = this.#place.clientWidth;
    if (this.#plot && width > 0 && width !== this.#plot.width) {
      this.#plot.setSize({ width, height: HEIGHT });
    }
  }

  #colour(name) {
    this.#probe.style.color = `var(--${name})`;
    return getComputedStyle(this.#probe).color;
  }

  #range(low, high) {
    const tau = this.#tau ?? 0;
    let from = Math.min(low ?? 0, 0);
    let to = Math.max(high ?? 0, tau, 0);
    if (this.#near) {
      const most = Math.max(6 * tau, 0.1);
      from = Math.max(from, -most);
      to = Math.min(to, most);
    }
    const room = (to - from || 1) * 0.08;
    return [from - room, to + room];
  }

  #options() {
    const ink = this.#colour('ink-soft');
    const grid = { stroke: this.#colour('rule'), width: 1 };
    const font = '12px system-ui, sans-serif';
    const axis = { stroke: ink, grid, ticks: grid, font, labelFont: font, labelSize: 18 };
    return {
      width: this.#place.clientWidth || 600,
      height: HEIGHT,
      legend: { show: false },
      cursor: { focus: { prox: 24 }, drag: { x: true, y: false }, points: { size: 8 } },
      focus: { alpha: 0.25 },
      scales: { x: { time: false }, y: { range: (plot, low, high) => this.#range(low, high) } },
      axes: [
        { ...axis, label: 'epoch', size: 34 },
        { ...axis, label: 'margin, nats', size: 56, values: (plot, ticks) => ticks.map((tick) => plain(tick, 2)) },
      ],
      series: [
        { label: 'epoch' },
        ...this.#runs.map((run, index) => ({
          label: cell(run),
          stroke: this.#colour(`s${index % COLOURS}`),
          width: 1.75,
          dash: DASHES[Math.floor(index / COLOURS) % DASHES.length],
          points: { show: () => this.#runs[index].epochs.length < FEW_POINTS, size: 6 },
        })),
      ],
      hooks: {
        drawClear: [(plot) => this.#band(plot)],
        draw: [(plot) => this.#boundary(plot)],
        setCursor: [(plot) => this.#read(plot)],
      },
    };
  }

  /** Below the lines: what is lost, and the band in which nothing is certified. */
  #band(plot) {
    const { ctx, bbox } = plot;
    const clip = (value) => Math.min(bbox.top + bbox.height, Math.max(bbox.top, plot.valToPos(value, 'y', true)));
    const zero = clip(0);
    ctx.save();
    ctx.fillStyle = this.#colour('lost');
    ctx.fillRect(bbox.left, zero, bbox.width, bbox.top + bbox.height - zero);
    if (this.#tau !== null) {
      ctx.fillStyle = this.#colour('band');
      ctx.fillRect(bbox.left, clip(this.#tau), bbox.width, zero - clip(this.#tau));
    }
    ctx.restore();
  }

  #boundary(plot) {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio || 1;
    const line = (value, width, dash, text, below) => {
      const y = plot.valToPos(value, 'y', true);
      if (y < bbox.top || y > bbox.top + bbox.height) {
        return;
      }
      ctx.lineWidth = width * ratio;
      ctx.setLineDash(dash.map((length) => length * ratio));
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.textBaseline = below ? 'top' : 'bottom';
      ctx.fillText(text, bbox.left + bbox.width - 6 * ratio, y + (below ? 3 : -3) * ratio);
    };
    ctx.save();
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = 'right';
    ctx.strokeStyle = this.#colour('border-line');
    ctx.fillStyle = this.#colour('ink');
    line(0, 2, [], 'boundary 0: a constant does no better', true);
    if (this.#tau) {
      ctx.strokeStyle = this.#colour('band-line');
      line(this.#tau, 1, [5, 4], `safety margin τ = ${plain(this.#tau, 2)}: certified above`, false);
    }
    ctx.restore();
  }

  /** From point to point of a line, and from line to line. */
  #press(event) {
    const move = MOVES[event.key];
    if (!move || event.altKey || event.ctrlKey || event.metaKey || this.#runs.length === 0) {
      return;
    }
    event.preventDefault();
    const [along, across] = move;
    const [epochs] = this.#plot.data;
    const series = this.#at === null ? 1 : Math.min(this.#runs.length, Math.max(1, this.#at.series + across));
    const from = this.#at === null ? epochs.length - 1 : this.#index();
    const point = this.#at === null || along === 0
      ? this.#nearestPoint(epochs, this.#plot.data[series], from)
      : this.#nextPoint(this.#plot.data[series], from, along);
    if (point !== null) {
      this.#readout.setAttribute('aria-live', 'polite');
      this.#at = { series, epoch: epochs[point] };
      this.#mark();
    }
  }

  /** Where the epoch of the point is among those that are drawn now: its own may have been thinned out. */
  #index() {
    const epochs = this.#plot.data[0];
    const index = epochs.findIndex((epoch) => epoch >= this.#at.epoch);
    return index < 0 ? epochs.length - 1 : index;
  }

  /** Puts the cursor on the point that keys have gone to, and reads it out. */
  #mark() {
    if (this.#at === null) {
      return;
    }
    const { series } = this.#at;
    const [epochs] = this.#plot.data;
    const point = this.#nearestPoint(epochs, this.#plot.data[series], this.#index());
    this.#plot.setCursor({
      left: this.#plot.valToPos(epochs[point], 'x'), top: this.#plot.valToPos(this.#plot.data[series][point], 'y'),
    });
    this.#tell(series, point);
  }

  /** The pointer has it now. */
  #leave() {
    this.#at = null;
    this.#readout.setAttribute('aria-live', 'off');
  }

  /** What the pointer is nearest to. */
  #read(plot) {
    if (this.#at !== null) {
      return;
    }
    const { idx, left, top } = plot.cursor;
    if (idx === null || idx === undefined || left < 0) {
      this.#readout.textContent = '';
      return;
    }
    let nearest = null;
    for (let series = 1; series < plot.data.length; series += 1) {
      const point = this.#nearestPoint(plot.data[0], plot.data[series], idx);
      if (point === null) {
        continue;
      }
      const distance = Math.hypot(
        plot.valToPos(plot.data[0][point], 'x') - left, plot.valToPos(plot.data[series][point], 'y') - top);
      if (nearest === null || distance < nearest.distance) {
        nearest = { distance, series, point };
      }
    }
    if (nearest === null) {
      this.#readout.textContent = '';
    } else {
      this.#tell(nearest.series, nearest.point);
    }
  }

  #tell(series, point) {
    const { data } = this.#plot;
    const text = `${cell(this.#runs[series - 1])}, epoch ${plain(data[0][point], 2)}: ${nats(data[series][point], 4)} nats`;
    if (this.#readout.textContent !== text) {
      this.#readout.textContent = text;
    }
  }

  /** The next point of a line in a direction; null at its end. */
  #nextPoint(margins, from, along) {
    for (let i = from + along; i >= 0 && i < margins.length; i += along) {
      if (typeof margins[i] === 'number') {
        return i;
      }
    }
    return null;
  }

  /** Where this line has a value, near an index that another may have set. */
  #nearestPoint(epochs, margins, idx) {
    for (let away = 0; away < epochs.length; away += 1) {
      if (typeof margins[idx - away] === 'number') {
        return idx - away;
      }
      if (typeof margins[idx + away] === 'number') {
        return idx + away;
      }
      if (idx - away < 0 && idx + away >= epochs.length) {
        return null;
      }
    }
    return null;
  }
}
