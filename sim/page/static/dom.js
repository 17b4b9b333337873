// The only place that makes elements. Text always becomes a text node: nothing here, or in any other module, assigns HTML.

/**
 * h makes an element. attrs: "class", "on…" listeners, booleans (true sets, false/null/undefined leaves out), the rest as attributes.
 * Children: nodes, strings, nested arrays; null and false are skipped.
 */
export function h(tag, attrs, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) el.addEventListener(name.slice(2), value);
    else el.setAttribute(name, value === true ? '' : String(value));
  }
  add(el, children);
  return el;
}

/** svg makes an element of a drawing, with attributes and children as h has them. */
export function svg(tag, attrs, ...children) {
  const el = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attrs || {})) el.setAttribute(name, String(value));
  return add(el, children);
}

/** add appends children of any shape that h accepts. */
export function add(el, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === '') continue;
    el.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return el;
}

/** byId is document.getElementById. */
export const byId = (id) => document.getElementById(id);

/** fill replaces the children of el. */
export function fill(el, ...children) {
  el.replaceChildren();
  return add(el, children);
}

/** safeURL returns an absolute http, https or mailto address, or a path of this server; "" for anything else. A host below "test" is nobody's: this server answers for it. */
export function safeURL(raw) {
  if (/^\/[^/\\]/.test(raw || '')) return raw;
  try {
    const url = new URL(raw);
    if (/^https?:$/.test(url.protocol) && url.hostname.endsWith('.test')) return `/sites/${url.hostname}${url.pathname}${url.search}`;
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : '';
  } catch {
    return '';
  }
}

/** link makes an anchor that opens in a new tab, or plain text when the address is not safe. Issues and messages of this simulator stay in the page. */
export function link(raw, ...children) {
  const href = safeURL(raw);
  if (!href) return h('span', {}, ...children);
  const [, issue, message] = (href.startsWith(`${location.origin}/`) && /\/issues\/(\d+)(?:#.*)?$|\/(archives\/\w+\/p\d+)/.exec(href)) || [];
  if (issue) return h('a', { href: `#/issues/${issue}` }, ...children);
  if (message) return h('a', { href }, ...children);
  return h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

const allowed = new Set(('a p br hr h1 h2 h3 h4 h5 h6 strong em del code pre blockquote ul ol li table thead tbody tr th td input details summary').split(' '));

/**
 * markup copies rendered Markdown into fresh elements, keeping only a list of harmless tags and attributes.
 * The parsed document is inert (DOMParser runs no script and loads no image), so hostile input stays text.
 */
export function markup(html) {
  const parsed = new DOMParser().parseFromString(html || '', 'text/html');
  const out = document.createDocumentFragment();
  copy(parsed.body, out);
  return out;
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    const tag = node.localName;
    if (!allowed.has(tag)) continue;
    const el = tag === 'a' ? link(node.getAttribute('href') || '') : document.createElement(tag);
    if (tag === 'input') {
      el.type = 'checkbox';
      el.disabled = true;
      el.checked = node.hasAttribute('checked');
      el.setAttribute('aria-label', el.checked ? 'done' : 'to do');
    }
    const align = node.getAttribute('align') || node.style?.textAlign;
    if ((tag === 'td' || tag === 'th') && ['left', 'center', 'right'].includes(align)) el.classList.add(`align-${align}`);
    copy(node, el);
    to.append(el);
  }
}
