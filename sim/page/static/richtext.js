// rich_text and table blocks. Source: docs.slack.dev "Rich text block", "Table block".
import { h, link } from './dom.js';
import { emoji, emojify } from './emoji.js';
import { timeElement } from './dates.js';
import { userMention, channelMention } from './mrkdwn.js';

const marks = [['code', 'code'], ['bold', 'strong'], ['italic', 'em'], ['strike', 's'], ['underline', 'u']];

/** richText renders the elements of a rich_text block. */
export function richText(block, names) {
  const out = h('div', { class: 'rich' });
  for (const part of block.elements || []) out.append(piece(part, names));
  return out;
}

function piece(part, names) {
  switch (part.type) {
    case 'rich_text_list': return list(part, names);
    case 'rich_text_quote': return h('blockquote', {}, run(part.elements, names));
    case 'rich_text_preformatted': return h('pre', {}, run(part.elements, names));
    default: return h('div', {}, run(part.elements, names));
  }
}

function list(part, names) {
  const tag = part.style === 'ordered' ? 'ol' : 'ul';
  const attrs = { class: `indent-${Math.min(part.indent || 0, 4)}`, start: part.offset ? part.offset + 1 : null };
  return h(tag, attrs, (part.elements || []).map((item) => h('li', {}, run(item.elements, names))));
}

function run(elements, names) {
  return (elements || []).map((element) => styled(leaf(element, names), element.style));
}

function leaf(el, names) {
  switch (el.type) {
    case 'text': return lines(el.text || '');
    case 'link': return link(el.url, el.text ? emojify(el.text) : el.url);
    case 'user': return userMention(el.user_id, names);
    case 'channel': return channelMention(el.channel_id, names);
    case 'usergroup': return h('span', { class: 'mention' }, `@${names.group(el.usergroup_id)}`);
    case 'broadcast': return h('span', { class: 'mention you' }, `@${el.range}`);
    case 'emoji': return emoji(el.name) || `:${el.name}:`;
    case 'date': {
      const time = timeElement(el.timestamp, el.format || '{date_short_pretty} {time}', el.fallback || '');
      return el.url ? link(el.url, time) : time;
    }
    case 'color': return el.value || '';
    default: return el.text || '';
  }
}

function lines(text) {
  return text.split('\n').flatMap((line, i) => (i ? [h('br'), ...emojify(line)] : emojify(line)));
}

function styled(content, style) {
  if (!style) return content;
  return marks.reduce((inner, [name, tag]) => (style[name] ? h(tag, {}, inner) : inner), content);
}

/** table renders a table block; the first row heads it, as Slack shows it. */
export function table(block, names) {
  const settings = block.column_settings || [];
  const cell = (tag) => (c, i) => {
    const column = settings[i] || {};
    const classes = [`align-${column.align || (c?.type === 'raw_number' ? 'right' : 'left')}`, column.is_wrapped ? 'wrapped' : ''].join(' ').trim();
    return h(tag, { class: classes, scope: tag === 'th' ? 'col' : null }, cellContent(c, names));
  };
  const [head, ...rows] = block.rows || [];
  return h('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': 'Table' }, h('table', { class: 'data' },
    h('thead', {}, h('tr', {}, (head || []).map(cell('th')))),
    h('tbody', {}, rows.map((row) => h('tr', {}, row.map(cell('td')))))));
}

function cellContent(c, names) {
  if (!c) return '';
  if (c.type === 'rich_text') return richText(c, names);
  if (c.type === 'raw_number') return c.text || String(c.value ?? '');
  return emojify(c.text || '');
}
