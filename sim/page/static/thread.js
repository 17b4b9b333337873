// The panel on the right: one message and its replies.
import { h, fill, byId } from './dom.js';
import { renderList } from './messages.js';
import { state } from './workspace.js';

let shown = '';

/** drawThread shows the thread of state.view.thread, or hides the panel. composer is the panel's composer. */
export function drawThread(composer) {
  const panel = byId('thread');
  const { channel, thread } = state.view;
  const parent = thread && state.messages.find((m) => m.ts === thread);
  panel.hidden = !parent || state.view.panel !== 'channel';
  byId('app').classList.toggle('with-thread', !panel.hidden);
  if (panel.hidden) {
    shown = '';
    return;
  }
  const list = byId('thread-list');
  const fresh = shown !== `${state.you}/${channel}/${thread}`;
  if (fresh) list.replaceChildren();
  const stick = fresh || atEnd(list);
  const replies = state.messages.filter((m) => m.thread === thread && m.ts !== thread);
  renderList(list, [parent, ...replies], null);
  if (stick) toEnd(list);
  composer.refresh('Reply…');
  if (fresh) {
    shown = `${state.you}/${channel}/${thread}`;
    const c = state.ws.channels.find((x) => x.id === channel);
    fill(byId('thread-head'), h('h2', {}, 'Thread ', h('small', {}, c.direct ? state.ws.app : `#${c.name}`)), h('button', { type: 'button', class: 'close', 'aria-label': 'Close the thread', 'data-testid': 'thread-close', onclick: () => { location.hash = `#/${channel}`; } }, '×'));
  }
}

/** stayAtEnd keeps a list at its end while its room changes (a panel opens, the window is resized), unless the person has scrolled up. */
export function stayAtEnd(list) {
  let stuck = true;
  list.addEventListener('scroll', () => { stuck = atEnd(list); });
  new ResizeObserver(() => { if (stuck) list.scrollTop = list.scrollHeight; }).observe(list);
}

/** toEnd scrolls a list to its end. */
export function toEnd(list) {
  list.scrollTop = list.scrollHeight;
}

/** atEnd says whether a list is scrolled to its end, give or take a line. */
export const atEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 60;
