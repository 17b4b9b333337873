// Channels, the conversation with the app, the app's Home, and who you are.
import { h, fill, byId } from './dom.js';
import { avatar } from './avatar.js';
import { openMenu } from './menu.js';
import { bot, called, channel, names, person, state, unread } from './workspace.js';

/** drawSidebar lists everything that you can open; select(user) switches the person. */
export function drawSidebar() {
  const all = state.ws.channels;
  const rooms = all.filter((c) => !c.direct);
  const joined = rooms.filter((c) => !c.archived && c.members.includes(state.you));
  const others = rooms.filter((c) => !c.archived && !c.members.includes(state.you));
  const archived = rooms.filter((c) => c.archived);
  const direct = all.find((c) => c.direct);
  const folded = new Map([...document.querySelectorAll('#channels details')].map((d) => [d.dataset.fold, d.open]));
  const focused = document.activeElement?.closest('#channels a')?.getAttribute('href');
  fill(byId('channels'),
    group('Channels', joined.map(room)),
    fold('others', 'Other channels', others, folded), fold('archived', 'Archived', archived, folded),
    group('Direct messages', direct ? [entry(`#/${direct.id}`, avatar(bot(), bot()?.id, 'tiny'), state.ws.app, direct, { 'data-channel': direct.id, 'data-testid': 'direct' })] : []),
    group('Apps', [entry('#/home', avatar(bot(), bot()?.id, 'tiny'), `${state.ws.app} home`, null, { 'data-testid': 'app-home' })]),
    group('Elsewhere', [entry('#/issues', h('span', { class: 'sign' }, '◉'), `GitHub issues (${state.ws.open_issues})`, null, { 'data-testid': 'issues-link' })]));
  if (focused) document.querySelector(`#channels a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

const group = (title, items) => (items.length ? h('section', {}, h('h2', {}, title), h('ul', {}, items)) : null);

function fold(key, title, list, folded) {
  if (!list.length) return null;
  return h('details', { 'data-fold': key, open: folded.get(key) || list.some((c) => c.id === state.view.channel) }, h('summary', {}, `${title} (${list.length})`), h('ul', {}, list.map(room)));
}

function room(c) {
  return entry(`#/${c.id}`, h('span', { class: 'sign' }, c.private ? lock() : '#'), c.name, c, { 'data-channel': c.id, class: c.archived ? 'archived' : null, 'aria-label': c.private ? `${c.name}, private` : null });
}

/** lock is the sign of a private channel. */
export function lock() {
  return h('span', { class: 'lock', role: 'img', 'aria-label': 'private' });
}

function entry(href, sign, label, c, attrs) {
  const { panel } = state.view;
  const current = panel === 'channel' ? href === `#/${state.view.channel}` : href === `#/${panel}`;
  const news = c && !current && !c.archived ? unread(c) : { any: false, mention: false };
  const classes = [attrs.class, news.any && 'unread'].filter(Boolean).join(' ');
  return h('li', {}, h('a', { ...attrs, href, class: classes || null, 'aria-current': current ? 'page' : null }, sign, h('span', { class: 'entry-label' }, label),
    news.mention ? h('span', { class: 'pill', 'aria-label': 'mentions you' }, '@') : news.any ? h('span', { class: 'dot', 'aria-label': 'unread' }) : null));
}

/** drawYou shows the switcher at the top. */
export function drawYou(select) {
  const you = person(state.you);
  const button = byId('you');
  const waiting = names.users().filter((u) => u.id !== you.id && called(u));
  fill(button, waiting.length ? h('span', { class: 'switch-mark' }) : null, avatar(you, you.id, 'tiny'), h('span', { class: 'you-label' }, 'You are:'), h('strong', {}, you.real_name.split(' ')[0] || you.name), h('span', { 'aria-hidden': 'true' }, '▾'),
    h('span', { class: 'unseen' }, `. Switch person.${waiting.length ? ` ${state.ws.app} wrote to ${waiting.map((u) => u.real_name).join(', ')}.` : ''}`));
  button.onclick = () => openMenu(button, [{ title: 'Play as' }, ...names.users().map((u) => ({
    label: [avatar(u, u.id, 'tiny'), u.real_name, u.id !== you.id && called(u) ? h('span', { class: 'switch-mark', role: 'img', 'aria-label': `unread message of ${state.ws.app}` }) : null], hint: u.title, checked: u.id === state.you, testid: `as-${u.name}`, data: { 'data-as': u.id }, run: () => select(u.id),
  }))]);
}

/** here returns the channel that you look at. */
export const here = () => channel(state.view.channel);
