// Asks the interface. A token, when one is needed, is asked for once and kept in this tab.

const KEY = 'margrave-token';

export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export function headers() {
  const token = sessionStorage.getItem(KEY);
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** Asks with the token; after a 401, asks the user for one and tries again. */
export async function ask(path, options = {}) {
  for (;;) {
    const sent = headers();
    const response = await fetch(`api/v1/${path}`, {
      cache: 'no-store', ...options, headers: { ...sent, ...options.headers },
    });
    if (response.status !== 401) {
      return response;
    }
    await token((await problem(response)).message, sent.Authorization);
  }
}

async function problem(response) {
  try {
    const body = await response.json();
    return new Problem(response.status, body.detail ?? body.title);
  } catch {
    return new Problem(response.status, `the orchestrator answered ${response.status}`);
  }
}

/** Fails with a {@link Problem} unless it is answered well. */
export async function answered(path, options) {
  const response = await ask(path, options);
  if (!response.ok) {
    throw await problem(response);
  }
  return response;
}

export async function json(path, options) {
  return (await answered(path, options)).json();
}

export function post(path, body = {}) {
  return json(path, {
    method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' },
  });
}

export function path(experiment, rest = '') {
  return `experiments/${encodeURIComponent(experiment)}${rest}`;
}

/** What a header may hold; anything else would make every request fail. */
const TOKEN = /^[!-~]+$/;

let asking = null;

/** Everybody who was refused waits for the one dialog. */
function token(why, used) {
  if (used !== headers().Authorization) {
    return Promise.resolve();
  }
  asking ??= new Promise((resolve) => {
    const dialog = document.getElementById('token');
    const input = document.getElementById('token-value');
    const text = document.getElementById('token-text');
    text.textContent = `The orchestrator says: ${why}.`;
    document.getElementById('token-form').onsubmit = (event) => {
      event.preventDefault();
      const value = input.value.trim();
      if (!TOKEN.test(value)) {
        text.textContent = 'This is no token: it may hold plain letters, digits and signs only, without spaces or accents. Paste it again.';
        return;
      }
      sessionStorage.setItem(KEY, value);
      input.value = '';
      asking = null;
      dialog.close();
      resolve();
    };
    dialog.oncancel = (event) => event.preventDefault();
    dialog.showModal();
    input.focus();
  });
  return asking;
}
