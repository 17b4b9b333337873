// What a person can do to a channel: rename it, make it private, take the app out, archive it. An incident has to live with each of it.
import { h } from './dom.js';
import { openMenu } from './menu.js';
import { post } from './api.js';
import { toast } from './toast.js';
import { confirmed, editedText } from './confirm.js';
import { person, state } from './workspace.js';

const act = (path, c, extra = {}) => post(path, { user: state.you, channel: c.id, ...extra }).catch((error) => toast(error.message, 'error'));

/** channelMenu is the button that opens the menu of a channel; null where there is nothing to do. */
export function channelMenu(c) {
  if (c.direct) return null;
  const items = c.archived ? [{ label: 'Unarchive channel', testid: 'channel-unarchive', run: () => act('channel/unarchive', c) }] : openItems(c);
  return h('button', { type: 'button', class: 'head-button', 'data-testid': 'channel-menu', 'aria-haspopup': 'menu', 'aria-label': 'Channel actions', title: 'Channel actions', onclick: (event) => openMenu(event.currentTarget, items) }, h('span', { class: 'icon' }, '⋮'));
}

function openItems(c) {
  const app = state.ws.users.find((u) => u.bot);
  const inside = app && c.members.map(person).some((u) => u?.bot);
  const items = [
    { label: 'Rename channel…', testid: 'channel-rename', run: () => rename(c) },
    { label: c.private ? 'Make public' : 'Make private', testid: 'channel-convert', run: () => act(c.private ? 'channel/public' : 'channel/private', c) },
  ];
  if (app) {
    items.push({ label: inside ? `Remove ${app.name}` : `Add ${app.name}`, testid: 'channel-app', run: () => act(inside ? 'channel/kick' : 'channel/invite', c, { name: app.name }) });
  }
  items.push('-', { label: 'Archive channel…', testid: 'channel-archive', run: () => archive(c) });
  return items;
}

async function rename(c) {
  const name = await editedText(c.name, { title: 'Rename channel', label: 'Name', rows: 1 });
  if (name !== null && name !== c.name) act('channel/rename', c, { name });
}

async function archive(c) {
  const question = { title: { text: 'Archive this channel?' }, text: { text: 'Nobody can write in it until somebody unarchives it. Apps are taken out.' }, confirm: { text: 'Archive' }, style: 'danger' };
  if (await confirmed(question)) act('channel/archive', c);
}
