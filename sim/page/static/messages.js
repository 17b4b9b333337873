// One message, and a list of them that is patched in place: scroll, focus and half-typed input survive an update.
import { h, link } from './dom.js';
import { renderBlocks } from './blocks.js';
import { emoji, emojiText } from './emoji.js';
import { mrkdwn } from './mrkdwn.js';
import { ago, dateOf, dayKey, dayLabel, fullTime, shortTime } from './dates.js';
import { post } from './api.js';
import { pending } from './pending.js';
import { avatar } from './avatar.js';
import { dismiss, toolbar, toggleReaction } from './actions.js';
import { names, nameVersion, person, state } from './workspace.js';

/** repliesOf groups the replies of a channel by their parent. */
export function repliesOf(messages) {
  const replies = new Map();
  for (const m of messages) {
    if (!m.thread || m.thread === m.ts) continue;
    if (!replies.has(m.thread)) replies.set(m.thread, []);
    replies.get(m.thread).push(m);
  }
  return replies;
}

/** renderList makes list show messages, touching only those that changed. threads is a Map from repliesOf, or null inside a thread. */
export function renderList(list, messages, threads) {
  const rows = rowsOf(messages, threads);
  const wanted = new Set(rows.map((row) => row.key));
  for (const el of [...list.children]) if (!wanted.has(el.dataset.key)) el.remove();
  const old = new Map([...list.children].map((el) => [el.dataset.key, el]));
  const first = old.size === 0;
  let last = null;
  for (const row of rows) {
    const el = keep(old.get(row.key), row, first);
    const place = last ? last.nextElementSibling : list.firstElementChild;
    if (el !== place) list.insertBefore(el, place);
    last = el;
  }
}

/** rowsOf plans a list: what each row is called, what it depends on, and how it is made. */
function rowsOf(messages, threads) {
  const rows = [];
  let previous = null;
  for (const m of messages) {
    if (!previous || dayKey(previous.ts) !== dayKey(m.ts)) rows.push({ key: `day-${dayKey(m.ts)}`, sign: dayLabel(m.ts), make: () => h('div', { class: 'day', role: 'separator' }, h('span', {}, dayLabel(m.ts))) });
    const compact = follows(previous, m);
    const replies = threads?.get(m.ts) || [];
    rows.push({ key: `${m.ephemeral ? 'e' : 'm'}-${m.ts}`, content: JSON.stringify(m), sign: JSON.stringify([m, compact, replies.length, replies.at(-1)?.ts, nameVersion()]), make: () => message(m, { compact, replies, inThread: !threads }) });
    previous = m;
  }
  return rows;
}

/** keep returns the row's element: the one that is there, or a new one in its place. */
function keep(have, row, first) {
  if (have && (have.sign === row.sign || holdsOpenSelect(have))) return have;
  const el = row.make();
  el.dataset.key = row.key;
  Object.assign(el, { sign: row.sign, content: row.content });
  if (have) {
    if (have.content !== row.content) el.classList.add('changed');
    replaceKeepingInput(have, el);
  } else if (!first) el.classList.add('arrived');
  return el;
}

/** A menu that the person has open must not vanish under the pointer; the list is drawn again when it loses focus. */
function holdsOpenSelect(el) {
  const active = document.activeElement;
  if (active?.localName !== 'select' || !el.contains(active) || active.getAttribute('aria-busy') === 'true') return false;
  active.addEventListener('blur', () => document.dispatchEvent(new Event('redraw')), { once: true });
  return true;
}

function replaceKeepingInput(before, after) {
  const active = document.activeElement;
  const selector = (el) => `[data-action-id="${CSS.escape(el.dataset.actionId)}"][data-block-id="${CSS.escape(el.dataset.blockId)}"]`;
  const typed = [...before.querySelectorAll('.text-input')].map((el) => [selector(el), el.value, el.selectionStart]);
  const focused = before.contains(active) ? (active.dataset.actionId !== undefined ? selector(active) : active.className && `.${active.className.trim().split(/\s+/)[0]}`) : null;
  before.replaceWith(after);
  for (const [where, value] of typed) {
    const el = after.querySelector(where);
    if (el) el.value = value;
  }
  if (focused) (after.querySelector(focused) || after).focus({ preventScroll: true });
}

function follows(previous, m) {
  return Boolean(previous && previous.user === m.user && !previous.subtype && !m.subtype && !m.ephemeral && !previous.ephemeral && !m.pinned && !previous.pinned
    && dayKey(previous.ts) === dayKey(m.ts) && dateOf(m.ts) - dateOf(previous.ts) < 300000);
}

/** What Slack itself writes (somebody joined, the topic changed) is one quiet line. */
function notice(m, author, time) {
  return h('article', { class: 'message system', 'data-ts': m.ts, 'data-user': m.user }, h('div', { class: 'gutter' }, avatar(author, m.user, 'tiny')), h('div', { class: 'message-body text' }, mrkdwn(m.text, names), ' ', time));
}

/** message draws one message. */
export function message(m, { compact, replies = [], inThread = false }) {
  const author = person(m.user);
  const name = author?.real_name || author?.name || m.user || 'Slack';
  const time = h('time', { class: 'stamp', datetime: dateOf(m.ts).toISOString(), title: fullTime(m.ts) }, shortTime(m.ts));
  if (m.subtype) return notice(m, author, time);
  const mine = m.mentions?.some((who) => who === state.you || ['here', 'channel', 'everyone'].includes(who));
  const classes = ['message', compact && 'compact', m.pinned && 'pinned', m.ephemeral && 'ephemeral', mine && 'mentions-you'].filter(Boolean).join(' ');
  return h('article', { class: classes, 'data-ts': m.ts, 'data-user': m.user, tabindex: -1, 'aria-label': `${name}, ${shortTime(m.ts)}` },
    h('div', { class: 'gutter' }, compact ? time : avatar(author, m.user)),
    h('div', { class: 'message-body' },
      m.pinned ? h('p', { class: 'note' }, emoji('pushpin'), ' Pinned') : null,
      m.ephemeral ? h('p', { class: 'note' }, emoji('eyes'), ' Only visible to you · ', h('button', { type: 'button', class: 'dismiss', onclick: () => dismiss(m) }, 'Dismiss')) : null,
      compact ? null : h('div', { class: 'byline' }, h('strong', { class: 'name' }, name), m.bot ? h('span', { class: 'badge' }, 'APP') : null, time, m.edited && m.blocks ? edited() : null),
      content(m),
      m.files?.map(file),
      reactions(m),
      !inThread && replies.length ? threadLink(m, replies) : null),
    m.ephemeral ? null : toolbar(m, inThread));
}

function content(m) {
  if (!m.blocks?.length) return m.text ? h('div', { class: 'text' }, mrkdwn(m.text, names), m.edited ? edited() : null) : null;
  const context = { names, act: (blockID, actionID, input, control) => press(m, blockID, actionID, input, control) };
  return h('div', { class: 'blocks' }, renderBlocks(m.blocks, context));
}

const edited = () => h('span', { class: 'edited', title: 'This message was edited' }, ' (edited)');

async function press(m, block, action, input, control) {
  await pending(control, () => post('press', { user: state.you, channel: m.channel || state.view.channel, ts: m.ts, block, action, ...input }));
}

function file(f) {
  const size = f.size >= 1024 ? `${(f.size / 1024).toFixed(1)} kB` : `${f.size} bytes`;
  return h('div', { class: 'file' }, emoji('page_facing_up'), h('span', {}, f.url ? link(f.url, f.title || f.name) : f.title || f.name, h('small', {}, `${f.name} · ${size}`)));
}

function reactions(m) {
  if (!m.reactions?.length) return null;
  return h('div', { class: 'reactions' }, m.reactions.map((r) => {
    const mine = r.users.includes(state.you);
    const who = r.users.map((id) => names.user(id) || id).join(', ');
    return h('button', { type: 'button', class: `reaction${mine ? ' mine' : ''}`, 'aria-pressed': String(mine), 'data-reaction': r.name, title: `${who} reacted with :${r.name}:`, onclick: () => toggleReaction(m, r.name) },
      emojiText(`:${r.name}:`), h('span', {}, String(r.users.length)));
  }));
}

function threadLink(m, replies) {
  const people = [...new Set(replies.map((r) => r.user))].slice(0, 4);
  const count = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
  return h('button', { type: 'button', class: 'thread-link', 'data-thread': m.ts, onclick: () => { location.hash = `#/${state.view.channel}/${m.ts}`; } },
    people.map((id) => avatar(person(id), id, 'tiny')), h('strong', {}, count), h('span', {}, `last ${ago(dateOf(replies.at(-1).ts))}`));
}
