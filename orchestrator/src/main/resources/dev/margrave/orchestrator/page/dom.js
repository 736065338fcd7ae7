// Elements as plain values, put on the page by changing only what differs: what has the focus keeps it.
// Text becomes text nodes and never markup.

const SVG = 'http://www.w3.org/2000/svg';

/** Describes an element. `key` tells it apart from its siblings; functions in `on…` are listeners,
 * names in `--…` variables for the style sheet. */
export function h(tag, attributes, ...children) {
  const { key = null, ...rest } = attributes ?? {};
  return { tag, key, attributes: rest, children: clean(children) };
}

function clean(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (typeof child === 'object' ? child : String(child)));
}

/** Makes the content of `parent` the described one. */
export function render(parent, ...children) {
  patchChildren(parent, clean(children));
}

function patchChildren(parent, wanted) {
  const old = [...parent.childNodes];
  const keyed = new Map(old.filter((node) => node.described?.key != null).map((node) => [node.described.key, node]));
  const used = new Set();
  let next = 0;
  wanted.forEach((child, index) => {
    let node = null;
    if (typeof child === 'object' && child.key !== null) {
      node = keyed.get(child.key) ?? null;
    } else {
      while (next < old.length && (used.has(old[next]) || !alike(old[next], child))) {
        next += 1;
      }
      node = old[next] ?? null;
    }
    if (node === null || used.has(node) || !alike(node, child)) {
      node = create(child, parent);
    }
    used.add(node);
    patch(node, child);
    if (parent.childNodes[index] !== node) {
      parent.insertBefore(node, parent.childNodes[index] ?? null);
    }
  });
  old.filter((node) => !used.has(node)).forEach((node) => node.remove());
}

function alike(node, child) {
  return typeof child === 'string'
    ? node.nodeType === Node.TEXT_NODE
    : node.described !== undefined && node.described.tag === child.tag && node.described.key === child.key;
}

function create(child, parent) {
  if (typeof child === 'string') {
    return document.createTextNode(child);
  }
  const node = child.tag === 'svg' || parent.namespaceURI === SVG
    ? document.createElementNS(SVG, child.tag)
    : document.createElement(child.tag);
  node.described = { tag: child.tag, key: child.key, attributes: {} };
  return node;
}

function patch(node, child) {
  if (typeof child === 'string') {
    if (node.nodeValue !== child) {
      node.nodeValue = child;
    }
    return;
  }
  const before = node.described.attributes;
  for (const name of Object.keys(before)) {
    if (!(name in child.attributes)) {
      set(node, name, null);
    }
  }
  for (const [name, value] of Object.entries(child.attributes)) {
    if (before[name] !== value || name === 'checked') {
      set(node, name, value);
    }
  }
  node.described = child;
  patchChildren(node, child.children);
}

function set(node, name, value) {
  if (name.startsWith('on')) {
    node[name] = value;
  } else if (name.startsWith('--')) {
    node.style.setProperty(name, value ?? '');
  } else if (name === 'checked' || name === 'value') {
    node[name] = value ?? '';
  } else if (value === null || value === undefined || value === false) {
    node.removeAttribute(name);
  } else {
    node.setAttribute(name, value === true ? '' : value);
  }
}

let said = [];
let timer = null;

/** Says something to those who hear the page; what comes at once is said at once. */
export function announce(text) {
  said.push(text);
  timer ??= setTimeout(() => {
    document.getElementById('announcer').textContent = said.slice(-5).join('. ');
    said = [];
    timer = null;
  }, 1000);
}
