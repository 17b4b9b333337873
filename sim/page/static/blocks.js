// Block Kit into elements: one function for each kind of block. Unknown kinds are named, never dropped in silence.
import { h, markup, safeURL, link } from './dom.js';
import { emojiText } from './emoji.js';
import { mrkdwn } from './mrkdwn.js';
import { richText, table } from './richtext.js';
import { element } from './elements.js';
import { chart } from './chart.js';

/**
 * context of a rendering:
 *   names   look-ups, as mrkdwn has them, with users() for people menus
 *   act     act(block_id, action_id, {values, type}, control) sends an interaction; null renders a surface without interaction
 *   keep    an input's earlier value by "block_id/action_id"
 *   errors  error text by block_id, for modals
 */
export function renderBlocks(blocks, context) {
  const out = document.createDocumentFragment();
  for (const block of blocks || []) {
    const make = Object.hasOwn(kinds, block.type) ? kinds[block.type] : unknown;
    const el = make(block, context);
    el.classList.add('block');
    el.dataset.block = block.type;
    if (block.block_id) el.dataset.blockId = block.block_id;
    out.append(el);
  }
  return out;
}

/** textObject renders a plain_text or mrkdwn object. */
function textObject(object, names) {
  if (!object) return '';
  return object.type === 'mrkdwn' ? mrkdwn(object.text, names) : emojiText(object.text);
}

const kinds = {
  header: (b) => h(`h${Math.min((b.level || 1) + 2, 6)}`, { class: `header level-${b.level || 1}` }, emojiText(b.text?.text)),
  section,
  context: (b, x) => h('div', { class: 'context' }, (b.elements || []).map((e) => (e.type === 'image' ? picture(e, 'small') : h('span', {}, textObject(e, x.names))))),
  divider: () => h('hr', {}),
  actions: (b, x) => h('div', { class: 'actions' }, (b.elements || []).map((e) => element(e, b, x))),
  context_actions: (b, x) => h('div', { class: 'actions' }, (b.elements || []).map((e) => element(e, b, x))),
  image: (b) => h('figure', {}, b.title ? h('figcaption', {}, emojiText(b.title.text)) : null, picture(b, 'large')),
  input,
  rich_text: (b, x) => richText(b, x.names),
  table: (b, x) => table(b, x.names),
  data_visualization: (b) => chart(b),
  markdown: (b) => h('div', { class: 'markdown' }, markup(b.html)),
  file: (b) => h('div', { class: 'file' }, 'File ', h('code', {}, b.external_id || '')),
  video: (b) => h('div', { class: 'file' }, link(b.title_url || b.video_url, b.title?.text || 'Video')),
};

function unknown(b) {
  return h('div', { class: 'unsupported' }, `A block of type ${b.type}, which this page does not draw.`);
}

function section(b, x) {
  const body = h('div', { class: 'section-body' });
  if (b.text) body.append(h('div', { class: 'text' }, textObject(b.text, x.names)));
  if (b.fields) body.append(h('div', { class: 'fields' }, b.fields.map((f) => h('div', { class: 'field' }, textObject(f, x.names)))));
  const extra = b.accessory && (b.accessory.type === 'image' ? picture(b.accessory, 'accessory') : element(b.accessory, b, x));
  return h('div', { class: 'section' }, body, extra ? h('div', { class: 'accessory' }, extra) : null);
}

function picture(b, size) {
  const src = safeURL(b.image_url || b.slack_file?.url || '');
  return src ? h('img', { class: `picture ${size}`, src, alt: b.alt_text || '', loading: 'lazy' }) : h('span', {}, b.alt_text || '');
}

let serial = 0;

function input(b, x) {
  const id = `input-${++serial}`;
  const error = x.errors?.[b.block_id];
  const group = ['checkboxes', 'radio_buttons'].includes(b.element?.type);
  const label = [emojiText(b.label?.text), b.optional ? h('span', { class: 'optional' }, ' (optional)') : null];
  const control = element(b.element, b, x, { id, error: error ? `${id}-error` : null, hint: b.hint ? `${id}-hint` : null });
  return h(group ? 'fieldset' : 'div', { class: `input${error ? ' invalid' : ''}` },
    group ? h('legend', {}, label) : h('label', { for: id }, label),
    control,
    error ? h('p', { class: 'error', id: `${id}-error`, role: 'alert' }, error) : null,
    b.hint ? h('p', { class: 'hint', id: `${id}-hint` }, emojiText(b.hint.text)) : null);
}
