// An experiment's events as they happen. EventSource can send no token and gives up at the first 503, so the
// stream is read by hand: after a break it goes on behind the last event it saw, without a gap or a repeat.
import { ask } from './api.js';
import { MOST } from './events.js';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;

/** Signs of life come every 15 s; so long without one and the connection is dead. */
const SILENCE_MS = 45000;

export class Live {
  #path;
  #listener;
  #last = 0;
  #stopped = new AbortController();

  /** Whether events arrive. */
  open = false;

  /**
   * @param listener `event(event)`, `caughtUp()`, `over()`, `connected(yes)`
   */
  constructor(path, listener) {
    this.#path = path;
    this.#listener = listener;
    this.#run();
  }

  stop() {
    this.#stopped.abort();
  }

  async #run() {
    let wait = FIRST_WAIT_MS;
    while (!this.#stopped.signal.aborted) {
      try {
        if (await this.#read(() => { wait = FIRST_WAIT_MS; })) {
          return;
        }
      } catch (failure) {
        if (this.#stopped.signal.aborted || failure.status === 404) {
          return;
        }
      }
      this.#tell(false);
      await new Promise((resolve) => { setTimeout(resolve, wait); });
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    }
  }

  #tell(open) {
    this.open = open;
    this.#listener.connected(open);
  }

  /** Reads one connection to its end; true when there is nothing more to come. */
  async #read(opened) {
    const connection = new AbortController();
    const stop = () => connection.abort();
    this.#stopped.signal.addEventListener('abort', stop);
    let watchdog = setTimeout(stop, SILENCE_MS);
    try {
      const response = await ask(`${this.#path}?last=${MOST}`, {
        signal: connection.signal, headers: this.#last ? { 'Last-Event-ID': String(this.#last) } : {},
      });
      if (!response.ok) {
        throw Object.assign(new Error('refused'), { status: response.status });
      }
      opened();
      this.#tell(true);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          return false;
        }
        clearTimeout(watchdog);
        watchdog = setTimeout(stop, SILENCE_MS);
        const parts = (text + value).split('\n\n');
        text = parts.pop();
        for (const part of parts) {
          if (this.#take(part)) {
            return true;
          }
        }
      }
    } finally {
      clearTimeout(watchdog);
      this.#stopped.signal.removeEventListener('abort', stop);
    }
  }

  /** One event; true when it was the last. */
  #take(part) {
    const fields = new Map(part.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
    }));
    const name = fields.get('event');
    if (name === 'caught-up') {
      this.#listener.caughtUp();
    } else if (name === 'over') {
      this.#listener.over();
      return true;
    } else if (fields.has('id') && Number(fields.get('id')) > this.#last) {
      this.#last = Number(fields.get('id'));
      this.#listener.event(JSON.parse(fields.get('data')));
    }
    return false;
  }
}
