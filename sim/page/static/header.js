// The top of a channel: name, topic, members, pins, bookmarks.
import { h, fill, byId, link, safeURL } from './dom.js';
import { avatar } from './avatar.js';
import { channelMenu } from './channelmenu.js';
import { emoji, emojiText } from './emoji.js';
import { openMenu } from './menu.js';
import { lock } from './sidebar.js';
import { fullTime } from './dates.js';
import { person, state } from './workspace.js';

/** drawHeader shows the channel's head; jump(ts) scrolls to a message. */
export function drawHeader(c, jump) {
  const sign = c.direct ? avatar(person(c.members.find((id) => person(id)?.bot)), 'app', 'tiny') : c.private ? lock() : '#';
  const title = c.direct ? state.ws.app : c.name;
  const topic = c.topic || c.purpose;
  fill(byId('channel-head'),
    h('h1', { 'data-testid': 'channel-name' }, h('span', { class: 'sign' }, sign), ' ', h('span', { class: 'title' }, title), c.direct ? h('span', { class: 'badge' }, 'APP') : null, c.archived ? h('span', { class: 'badge grey' }, 'ARCHIVED') : null),
    topic ? h('p', { class: 'topic', title: topic, 'data-testid': 'topic' }, emojiText(topic)) : null,
    h('div', { class: 'head-tools' }, pins(c, jump), c.direct ? null : members(c), channelMenu(c)));
  const marks = byId('bookmarks');
  marks.hidden = !c.bookmarks.length;
  fill(marks, c.bookmarks.map((b) => bookmark(b)));
}

function bookmark(b) {
  const sign = emojiText(b.emoji || '');
  return safeURL(b.link) ? link(b.link, b.emoji ? sign : emoji('link'), ' ', b.title) : h('span', {}, b.title);
}

function pins(c, jump) {
  if (!c.pins.length) return null;
  const items = [...c.pins].reverse().map((p) => ({ label: [emoji('pushpin'), ' ', p.text.slice(0, 70) || 'Message'], hint: fullTime(p.ts), run: () => jump(p.ts) }));
  return h('button', { type: 'button', class: 'head-button', 'data-testid': 'pins', 'aria-haspopup': 'menu', 'aria-label': `${c.pins.length} pinned`, title: 'Pinned messages', onclick: (event) => openMenu(event.currentTarget, [{ title: 'Pinned' }, ...items]) }, emoji('pushpin'), ` ${c.pins.length}`);
}

function members(c) {
  const people = c.members.map(person).filter(Boolean);
  return h('button', { type: 'button', class: 'head-button members', 'data-testid': 'members', 'aria-haspopup': 'menu', title: 'Members', onclick: (event) => openMenu(event.currentTarget, [{ title: `${people.length} members` }, ...people.map((u) => ({ label: [avatar(u, u.id, 'tiny'), u.real_name || u.name], hint: u.bot ? 'app' : u.title, run: () => {} }))]) },
    h('span', { class: 'stack' }, people.slice(0, 3).map((u) => avatar(u, u.id, 'tiny'))), String(people.length), h('span', { class: 'unseen' }, ' members'));
}
