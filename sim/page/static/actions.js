// What can be done to a message: react, reply in its thread, run one of the app's message shortcuts.
import { h } from './dom.js';
import { emoji, reactionNames } from './emoji.js';
import { openMenu } from './menu.js';
import { post } from './api.js';
import { toast } from './toast.js';
import { editedText } from './confirm.js';
import { unescape } from './mrkdwn.js';
import { names, person, state } from './workspace.js';

const report = (promise) => promise.catch((error) => toast(error.message, 'error'));

/** toggleReaction adds or takes back your reaction. */
export function toggleReaction(m, name) {
  const mine = m.reactions?.some((r) => r.name === name && r.users.includes(state.you));
  return report(post(mine ? 'unreact' : 'react', { user: state.you, channel: state.view.channel, ts: m.ts, name }));
}

/** dismiss hides a message that only you see. */
export const dismiss = (m) => report(post('delete', { user: state.you, channel: state.view.channel, ts: m.ts }));

/** toolbar floats over a message while the pointer or the focus is on it. */
export function toolbar(m, inThread) {
  const quick = (name) => h('button', { type: 'button', 'data-react': name, 'aria-label': `React with ${name.replaceAll('_', ' ')}`, title: `:${name}:`, onclick: () => toggleReaction(m, name) }, emoji(name));
  return h('div', { class: 'toolbar', role: 'toolbar', 'aria-label': 'Message actions' },
    quick('pushpin'), quick('white_check_mark'), quick('eyes'),
    h('button', { type: 'button', 'aria-label': 'Add a reaction', title: 'Add a reaction', 'aria-haspopup': 'menu', 'data-testid': 'add-reaction', onclick: (event) => openMenu(event.currentTarget, reactionItems(m), { grid: true }) }, h('span', { class: 'icon smile' }, '☺')),
    inThread ? null : h('button', { type: 'button', 'aria-label': 'Reply in thread', title: 'Reply in thread', 'data-testid': 'reply-in-thread', onclick: () => { location.hash = `#/${state.view.channel}/${m.thread || m.ts}`; } }, emoji('speech_balloon')),
    h('button', { type: 'button', 'aria-label': 'More actions', title: 'More actions', 'aria-haspopup': 'menu', 'data-testid': 'message-menu', onclick: (event) => openMenu(event.currentTarget, menuItems(m)) }, h('span', { class: 'icon' }, '⋮')));
}

function reactionItems(m) {
  return reactionNames.map((name) => ({ label: emoji(name), aria: name.replaceAll('_', ' '), run: () => toggleReaction(m, name) }));
}

function menuItems(m) {
  const where = { user: state.you, channel: state.view.channel, ts: m.ts };
  const shortcuts = state.ws.shortcuts.filter((s) => s.message).map((s) => ({
    label: s.name, testid: `shortcut-${s.callback_id}`, run: () => report(post('message-shortcut', { ...where, callback_id: s.callback_id })),
  }));
  const items = [{ label: m.pinned ? 'Unpin from channel' : 'Pin to channel', testid: 'pin', run: () => report(post(m.pinned ? 'unpin' : 'pin', where)) }];
  if (m.user === state.you) items.push({ label: 'Edit message', testid: 'edit', run: () => editMessage(m, where) });
  if (m.user === state.you || person(state.you)?.admin) items.push({ label: 'Delete message', testid: 'delete', run: () => report(post('delete', where)) });
  return shortcuts.length ? [{ title: state.ws.app }, ...shortcuts, '-', ...items] : items;
}

async function editMessage(m, where) {
  const text = await editedText(typedText(m.text));
  if (text !== null) report(post('edit', { ...where, text }));
}

/** typedText turns stored text back into what its author typed. */
function typedText(text) {
  return unescape(text.replace(/<([@#!])([^>|]+)(?:\|[^>]*)?>/g, (whole, sign, id) => ({ '@': `@${names.user(id)}`, '#': `#${names.channel(id)}`, '!': `@${id}` })[sign]).replace(/<(https?:[^>|]+)(?:\|[^>]*)?>/g, '$1'));
}

/** globalItems are the entries of the composer's shortcut menu. */
export function globalItems() {
  const shortcuts = state.ws.shortcuts.filter((s) => !s.message);
  if (!shortcuts.length) return [{ text: 'The app has no shortcuts.' }];
  return [{ title: state.ws.app }, ...shortcuts.map((s) => ({
    label: s.name, testid: `shortcut-${s.callback_id}`, run: () => report(post('shortcut', { user: state.you, callback_id: s.callback_id })),
  }))];
}
