// Slack's mrkdwn, read into nodes. Source: docs.slack.dev "Formatting message text".
import { h, add, link } from './dom.js';
import { emoji, emojify } from './emoji.js';
import { timeElement } from './dates.js';

const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** unescape undoes the three escapes that Slack uses. */
export const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (e) => entities[e]);

/**
 * mrkdwn renders text. names: {user(id), channel(id)} look up people and channels, you is the viewer's id, openChannel(id) follows a channel link.
 * Returns a fragment.
 */
export function mrkdwn(text, names) {
  const out = document.createDocumentFragment();
  const parts = (text || '').split(/```([\s\S]*?)```/);
  parts.forEach((part, i) => {
    if (i % 2 === 1) out.append(h('pre', {}, codeText(part.replace(/^\n/, '').replace(/\n$/, ''), names)));
    else if (part) paragraphs(part.replace(i > 0 ? /^\n/ : /^$/, ''), names, out);
  });
  return out;
}

function paragraphs(text, names, out) {
  let quote = null;
  const lines = text.split('\n');
  lines.forEach((line, i) => {
    const quoted = line.match(/^(?:&gt;|>)\s?(.*)$/);
    if (quoted) {
      if (!quote) out.append(quote = h('blockquote'));
      quote.append(h('div', {}, inline(quoted[1], names)));
      return;
    }
    quote = null;
    const item = line.match(/^(\s*)(•|◦|-|\d+[.)])\s+(.*)$/);
    if (item) out.append(h('div', { class: `li${item[1].length > 1 ? ' deep' : ''}` }, h('span', { class: 'bullet' }, item[2] === '-' ? '•' : item[2]), h('span', {}, inline(item[3], names))));
    else {
      out.append(inline(line, names));
      const next = lines[i + 1];
      if (next !== undefined && !/^(?:&gt;|>)/.test(next) && !/^\s*(?:•|◦|-|\d+[.)])\s/.test(next)) out.append(h('br'));
    }
  });
}

const styles = { '*': 'strong', _: 'em', '~': 's' };
const word = /[\p{L}\p{N}]/u;

function inline(text, names) {
  const out = document.createDocumentFragment();
  let plain = '';
  const flush = () => { if (plain) add(out, emojify(unescape(plain))); plain = ''; };
  for (let i = 0; i < text.length;) {
    const found = special(text, i, names);
    if (found) {
      flush();
      out.append(found.node);
      i = found.end;
    } else plain += text[i++];
  }
  flush();
  return out;
}

/** special reads one marked-up piece that starts at i, or returns null when the character stands for itself. */
function special(text, i, names) {
  const c = text[i];
  if (c === '`') {
    const end = text.indexOf('`', i + 1);
    return end > i + 1 ? { node: h('code', {}, codeText(text.slice(i + 1, end), names)), end: end + 1 } : null;
  }
  if (c === '<') {
    const end = text.indexOf('>', i);
    return end > i + 1 ? { node: token(text.slice(i + 1, end), names), end: end + 1 } : null;
  }
  if (styles[c]) {
    const end = closing(text, i);
    return end < 0 ? null : { node: h(styles[c], {}, inline(text.slice(i + 1, end), names)), end: end + 1 };
  }
  if (c === ':') {
    const m = /^:([a-z0-9_+'-]+):(?::skin-tone-\d:)?/.exec(text.slice(i, i + 60));
    const node = m && emoji(m[1]);
    return node ? { node, end: i + m[0].length } : null;
  }
  if (c === 'h' && !word.test(text[i - 1] || ' ')) {
    const m = /^https?:\/\/[^\s<>|`]+[^\s<>|`.,;:!?)'"*_~]/.exec(text.slice(i));
    return m ? { node: link(unescape(m[0]), unescape(m[0])), end: i + m[0].length } : null;
  }
  return null;
}

/** closing finds the mark that ends a style begun at i, or -1. Marks count at word borders only, and never inside code or <…>. */
function closing(text, i) {
  const mark = text[i];
  if (word.test(text[i - 1] || ' ') || /\s|^$/.test(text[i + 1] || '') || text[i + 1] === mark) return -1;
  for (let j = i + 1; j < text.length; j++) {
    if (text[j] === '\n') return -1;
    if (text[j] === '<') { const e = text.indexOf('>', j); if (e > 0) { j = e; continue; } }
    if (text[j] === '`') { const e = text.indexOf('`', j + 1); if (e > 0) { j = e; continue; } }
    if (text[j] === mark && j > i + 1 && !/\s/.test(text[j - 1]) && !word.test(text[j + 1] || ' ')) return j;
  }
  return -1;
}

function codeText(text, names) {
  return text.split(/<([^<>]+)>/).map((part, i) => (i % 2 ? token(part, names) : unescape(part)));
}

/** token renders what stands between < and >. */
function token(body, names) {
  const bar = body.indexOf('|');
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? '' : unescape(body.slice(bar + 1));
  if (target.startsWith('@')) return userMention(target.slice(1), names, label);
  if (target.startsWith('#')) return channelMention(target.slice(1), names, label);
  if (target.startsWith('!date^')) return dateToken(target, label);
  if (target.startsWith('!subteam^')) return h('span', { class: 'mention' }, label || `@${target.slice(9)}`);
  if (/^!(here|channel|everyone)$/.test(target)) return h('span', { class: 'mention you' }, `@${target.slice(1)}`);
  if (target.startsWith('!')) return h('span', {}, label || `<${body}>`);
  return link(unescape(target), label ? emojify(label) : unescape(target));
}

function dateToken(target, label) {
  const [, seconds, format, url] = target.split('^');
  const el = timeElement(seconds, unescape(format || ''), label);
  return url ? link(unescape(url), el) : el;
}

/** userMention and channelMention serve rich_text as well. */
export function userMention(id, names, label) {
  return h('span', { class: `mention${id === names.you ? ' you' : ''}`, 'data-user': id }, `@${names.user(id) || label || id}`);
}

export function channelMention(id, names, label) {
  const name = names.channel(id);
  if (!name) return h('span', { class: 'mention' }, `#${label || 'private-channel'}`);
  return h('button', { type: 'button', class: 'mention channel', 'data-open-channel': id, onclick: () => names.openChannel(id) }, `#${name}`);
}
