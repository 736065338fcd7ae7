// Light, dark, or as the system says.

const KEY = 'margrave-theme';
const THEMES = ['auto', 'light', 'dark'];

/** `changed` is called whenever colours are others. */
export function theme(changed) {
  const button = document.getElementById('theme');
  let now = THEMES.includes(localStorage.getItem(KEY)) ? localStorage.getItem(KEY) : 'auto';
  const show = () => {
    document.documentElement.dataset.theme = now;
    button.textContent = `Theme: ${now}`;
    changed();
  };
  button.onclick = () => {
    now = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
    localStorage.setItem(KEY, now);
    show();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  show();
}
