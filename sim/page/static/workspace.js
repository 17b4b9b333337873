// What the page knows: the workspace as the simulator tells it, who you are, and where you look. Other modules read it; app.js changes it.
import { get } from './api.js';

/** state is the page's only mutable store. view: {panel: "channel"|"start"|"home"|"issues", channel, thread, issue}. */
export const state = { ws: null, you: '', view: { panel: 'channel' }, messages: [], online: null };

/** names answers look-ups for the renderers. */
export const names = {
  get you() { return state.you; },
  user: (id) => person(id)?.name || '',
  group: (id) => state.ws.groups.find((g) => g.id === id)?.handle || id,
  channel: (id) => channel(id)?.name || '',
  users: () => state.ws.users.filter((u) => !u.bot && !u.deleted),
  channels: () => state.ws.channels.filter((c) => !c.direct && !c.archived),
  openChannel: (id) => { location.hash = `#/${id}`; },
};

export const person = (id) => state.ws.users.find((u) => u.id === id);
export const channel = (id) => state.ws.channels.find((c) => c.id === id);
export const bot = () => state.ws.users.find((u) => u.bot);

/** nameVersion changes when a name changes, so that mentions are drawn again. */
export const nameVersion = () => state.ws.channels.map((c) => c.name).join() + state.ws.users.length + state.you;

/** loadWorkspace fetches the workspace as one person sees it. */
export async function loadWorkspace() {
  const ws = await get('state', { user: state.you });
  const known = remembered('born', '');
  if (ws.born !== known) {
    forget();
    remember('born', ws.born);
  }
  if (state.ws && state.ws.born !== ws.born) {
    location.replace('/');
    return new Promise(() => {}); // nothing is drawn any more: the page is loaded anew
  }
  state.ws = ws;
  state.you = ws.you;
}

/** forget drops everything that was remembered, of another workspace. */
function forget() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith('slacksim.')) localStorage.removeItem(key);
    sessionStorage.removeItem('slacksim.you');
  } catch {
    return;
  }
}

/** remembered and remember keep small settings of this browser; a browser that forbids storage only forgets. */
export function remembered(key, fallback) {
  try {
    return JSON.parse(localStorage.getItem(`slacksim.${key}`)) ?? fallback;
  } catch {
    return fallback;
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(`slacksim.${key}`, JSON.stringify(value));
  } catch {
    return;
  }
}

/** markRead notes that you have seen a channel up to ts; unread says whether something newer is there, and whether it mentions you. */
export function markRead(id, ts) {
  if (!ts) return;
  const read = remembered(`read.${state.you}`, {});
  if ((read[id] || '') >= ts) return;
  read[id] = ts;
  remember(`read.${state.you}`, read);
}

export function unread(c) {
  const read = remembered(`read.${state.you}`, {});
  const since = read[c.id] || read.start || '';
  return { any: c.latest > since, mention: c.mention > since };
}

/** called says whether the app wrote to a person since somebody looked as that person. */
export function called(u) {
  const read = remembered(`read.${u.id}`, {});
  return Boolean(u.called) && u.called > (read[u.direct] || read.start || '');
}

/** startReading makes everything that exists at the first visit count as read, for everybody. */
export function startReading() {
  const newest = state.ws.channels.reduce((ts, c) => (c.latest > ts ? c.latest : ts), '0');
  for (const u of state.ws.users) {
    if (!remembered(`read.${u.id}`)) remember(`read.${u.id}`, { start: newest });
  }
}
