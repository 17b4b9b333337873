// Interactive elements of Block Kit. Every control carries data-action-id and data-block-id; collect reads their state as Slack names it.
import { h, safeURL } from './dom.js';
import { emojiText } from './emoji.js';
import { mrkdwn } from './mrkdwn.js';
import { openMenu } from './menu.js';
import { confirmed } from './confirm.js';

/** element draws one element. field (id, error, hint) is set inside an input block, where a change is sent only when the block says so. */
export function element(e, block, context, field) {
  const make = e && Object.hasOwn(kinds, e.type) ? kinds[e.type] : null;
  if (!make) return h('span', { class: 'unsupported' }, `An element of type ${e?.type}, which this page does not draw.`);
  const el = make(e, { block, context, field, live: context.act && (!field || block.dispatch_action) });
  el.classList.add('element');
  Object.assign(el.dataset, { actionId: e.action_id || '', blockId: block.block_id || '', kind: e.type });
  return el;
}

const described = ({ field }) => (field ? { id: field.id, 'aria-describedby': [field.error, field.hint].filter(Boolean).join(' ') || null, 'aria-invalid': field.error ? 'true' : null } : {});
const kept = (e, { block, context }) => context.keep?.[`${block.block_id}/${e.action_id}`];
const plain = (option) => (option?.text?.text || '').replace(/:([a-z0-9_+'-]+): ?/g, '');

/** send asks for confirmation when the element wants it, then acts. */
async function send(e, setting, values, control) {
  if (!setting.live) return false;
  if (e.confirm && !(await confirmed(e.confirm, setting.context.names))) return false;
  await setting.context.act(setting.block.block_id || '', e.action_id || '', { type: e.type, values }, control);
  return true;
}

const kinds = {
  button(e, setting) {
    const content = [emojiText(e.text?.text)];
    const attrs = { class: `button ${e.style || ''}`, 'aria-label': e.accessibility_label, onclick: (event) => send(e, setting, e.value ? [e.value] : [], event.currentTarget) };
    const href = e.url && safeURL(e.url);
    if (href) return h('a', { ...attrs, href, target: '_blank', rel: 'noopener noreferrer' }, content, h('span', { class: 'outward', 'aria-hidden': 'true' }, '↗'));
    return h('button', { ...attrs, type: 'button' }, content);
  },
  static_select: (e, setting) => select(e, setting, e.option_groups || [{ options: e.options }], e.initial_option?.value),
  external_select: (e, setting) => select(e, setting, [{ options: e.initial_option ? [e.initial_option] : [] }], e.initial_option?.value),
  users_select: (e, setting) => select(e, setting, [{ options: people(setting) }], e.initial_user),
  conversations_select: (e, setting) => select(e, setting, [{ options: rooms(setting) }], e.initial_conversation),
  channels_select: (e, setting) => select(e, setting, [{ options: rooms(setting) }], e.initial_channel),
  multi_static_select: (e, setting) => multi(e, setting, (e.option_groups || [{ options: e.options }]).flatMap((g) => g.options || []), (e.initial_options || []).map((o) => o.value)),
  multi_users_select: (e, setting) => multi(e, setting, people(setting), e.initial_users || []),
  overflow(e, setting) {
    const items = (e.options || []).map((o) => ({ label: emojiText(o.text?.text), run: (control) => (o.url ? window.open(safeURL(o.url), '_blank', 'noopener') : null, send(e, setting, [o.value], control)) }));
    return h('button', { type: 'button', class: 'button overflow', 'aria-label': 'More actions', 'aria-haspopup': 'menu', onclick: (event) => openMenu(event.currentTarget, items) }, '⋯');
  },
  checkboxes: (e, setting) => choices(e, setting, 'checkbox', (e.initial_options || []).map((o) => o.value)),
  radio_buttons: (e, setting) => choices(e, setting, 'radio', e.initial_option ? [e.initial_option.value] : []),
  datepicker: (e, setting) => field(e, setting, 'date', e.initial_date),
  timepicker: (e, setting) => field(e, setting, 'time', e.initial_time),
  email_text_input: (e, setting) => field(e, setting, 'email', e.initial_value),
  url_text_input: (e, setting) => field(e, setting, 'url', e.initial_value),
  number_input: (e, setting) => field(e, setting, 'number', e.initial_value),
  plain_text_input: (e, setting) => (e.multiline ? area(e, setting) : field(e, setting, 'text', e.initial_value)),
};

const people = ({ context }) => context.names.users().map((u) => ({ text: { text: u.real_name || u.name }, value: u.id }));
const rooms = ({ context }) => context.names.channels().map((c) => ({ text: { text: `#${c.name}` }, value: c.id }));

function select(e, setting, groups, initial) {
  const value = kept(e, setting)?.[0] ?? initial ?? '';
  const options = (list) => (list || []).map((o) => h('option', { value: o.value, selected: o.value === value }, plain(o) + (o.description ? ` — ${plain({ text: o.description })}` : '')));
  const el = h('select', { class: 'select', 'aria-label': setting.field ? null : e.placeholder?.text || 'Choose', ...described(setting),
    async onchange() {
      const before = el.dataset.sent || initial || '';
      if (!el.value) return;
      if (setting.live && !(await send(e, setting, [el.value], el))) el.value = before;
      else el.dataset.sent = el.value;
    } },
  h('option', { value: '', disabled: !setting.field, selected: !value }, e.placeholder?.text || 'Choose…'),
  groups.map((g) => (g.label ? h('optgroup', { label: plain({ text: g.label }) }, options(g.options)) : options(g.options))));
  return el;
}

function multi(e, setting, options, initial) {
  const on = kept(e, setting) || initial;
  return h('div', { class: 'choices scroll', role: 'group' }, options.map((o) => h('label', { class: 'choice' },
    h('input', { type: 'checkbox', value: o.value, checked: on.includes(o.value), onchange: (event) => send(e, setting, checkedIn(event.target), event.target) }), h('span', {}, emojiText(o.text?.text)))));
}

const checkedIn = (input) => [...input.closest('.choices').querySelectorAll('input:checked')].map((i) => i.value);
let groups = 0;

function choices(e, setting, type, initial) {
  const on = kept(e, setting) || initial;
  const name = `choice-${++groups}`;
  const text = (o) => (o?.type === 'mrkdwn' ? mrkdwn(o.text, setting.context.names) : emojiText(o?.text));
  return h('div', { class: 'choices', role: setting.field ? null : 'group' }, (e.options || []).map((o) => h('label', { class: 'choice' },
    h('input', { type, name, value: o.value, checked: on.includes(o.value), onchange: (event) => send(e, setting, checkedIn(event.target), event.target) }),
    h('span', {}, text(o.text), o.description ? h('small', {}, text(o.description)) : null))));
}

function field(e, setting, type, initial) {
  const el = h('input', { type, class: 'text-input', value: kept(e, setting)?.[0] ?? initial ?? '', placeholder: e.placeholder?.text, maxlength: e.max_length,
    step: e.is_decimal_allowed ? 'any' : null, 'aria-label': setting.field ? null : e.placeholder?.text || 'Value', autocomplete: 'off', ...described(setting) });
  el.addEventListener(type === 'text' ? 'keydown' : 'change', (event) => {
    if (event.key && (event.key !== 'Enter' || !setting.live)) return;
    if (event.key) event.preventDefault();
    send(e, setting, [el.value], el);
  });
  return el;
}

function area(e, setting) {
  const el = h('textarea', { class: 'text-input', rows: 4, placeholder: e.placeholder?.text, maxlength: e.max_length, ...described(setting) });
  el.value = kept(e, setting)?.[0] ?? e.initial_value ?? '';
  return el;
}

/** collect reads every control under root: {"block_id": {"action_id": {type, values}}}. */
export function collect(root) {
  const state = {};
  for (const el of root.querySelectorAll('.element[data-action-id]')) {
    const { actionId, blockId, kind } = el.dataset;
    if (kind === 'button' || kind === 'overflow') continue;
    const inputs = el.matches('.choices') ? [...el.querySelectorAll('input:checked')].map((i) => i.value) : [el.value].filter((v) => v !== '');
    (state[blockId] ||= {})[actionId] = { type: kind, values: inputs };
  }
  return state;
}
