// Starts the page, follows the address (#/CHANNEL[/THREAD], #/start, #/home, #/issues[/NUMBER]) and the event stream, and draws what changed.
import { byId, fill, h } from './dom.js';
import { get, listen, post } from './api.js';
import { composer, hintBar } from './composer.js';
import { example } from './commands.js';
import { closeMenu } from './menu.js';
import { drawHeader } from './header.js';
import { drawHome, openHome } from './home.js';
import { drawIssues } from './issues.js';
import { drawSidebar, drawYou, here } from './sidebar.js';
import { drawThread, atEnd, stayAtEnd, toEnd } from './thread.js';
import { pending } from './pending.js';
import { refreshAgo } from './dates.js';
import { renderList, repliesOf } from './messages.js';
import { drawDemoMenu, drawGuide, drawStart, saw } from './start.js';
import { syncViews } from './modal.js';
import { toast } from './toast.js';
import { loadWorkspace, markRead, remember, remembered, startReading, state } from './workspace.js';

const list = byId('list');
let main;
let reply;
let drawn = '';

function parseAddress() {
  const [first, second] = location.hash.replace(/^#\/?/, '').split('/');
  const newcomer = !first && !state.view.channel && state.ws.controls.stories.length > 0;
  if (first === 'start' || newcomer) return { ...state.view, panel: 'start', thread: '' };
  if (first === 'home') return { ...state.view, panel: 'home', thread: '' };
  if (first === 'issues') return { ...state.view, panel: 'issues', thread: '', issue: second || '' };
  const known = state.ws.channels.find((c) => first && (c.id === first || c.name === first));
  const fallback = state.ws.channels.find((c) => c.id === state.view.channel) || state.ws.channels.find((c) => c.name === 'incidents') || state.ws.channels[0];
  return { panel: 'channel', channel: (known || fallback).id, thread: known ? second || '' : '', issue: '' };
}

/** follow shows what the address says. */
async function follow() {
  const before = state.view;
  state.view = parseAddress();
  const { panel, channel } = state.view;
  closeMenu(false);
  document.body.classList.remove('drawer-open');
  for (const name of ['channel', 'start', 'home', 'issues']) byId(name).hidden = name !== panel;
  saw(location.hash.replace(/^#\/?/, ''));
  drawSidebar();
  if (panel === 'start') {
    document.title = state.ws.title;
    drawThread(reply);
    return drawStart(become);
  }
  if (panel === 'home') {
    drawThread(reply);
    return openHome();
  }
  if (panel === 'issues') {
    drawThread(reply);
    return drawIssues(state.view.issue);
  }
  remember(`place.${state.you}`, channel);
  if (before.channel !== channel || !drawn) return loadMessages();
  return drawChannel();
}

async function loadMessages() {
  const { you } = state;
  const { channel } = state.view;
  const { messages } = await get('messages', { user: you, channel });
  if (you !== state.you || channel !== state.view.channel) return;
  state.messages = messages;
  drawChannel();
}

function drawChannel() {
  const c = here();
  if (!c || state.view.panel !== 'channel') return;
  const fresh = drawn !== `${state.you}/${c.id}`;
  drawn = `${state.you}/${c.id}`;
  document.title = `${c.direct ? state.ws.app : `#${c.name}`} · ${state.ws.title}`;
  drawHeader(c, jump);
  if (fresh) list.replaceChildren();
  const stick = fresh || atEnd(list);
  const top = state.messages.filter((m) => !m.thread || m.thread === m.ts || m.broadcast);
  const before = list.lastElementChild?.dataset.key;
  renderList(list, top, repliesOf(state.messages));
  if (!list.childElementCount) fill(list, h('p', { class: 'empty', 'data-key': 'empty' }, emptiness(c)));
  if (stick) toEnd(list);
  else if (before !== list.lastElementChild?.dataset.key) byId('newer').hidden = false;
  const latest = state.messages.reduce((ts, m) => (m.ts > ts ? m.ts : ts), '');
  if (!document.hidden) markRead(c.id, latest);
  drawSidebar();
  drawThread(reply);
  drawComposer(c, top);
}

/** emptiness says what a channel without messages is for. */
function emptiness(c) {
  if (c.direct) return `Nothing yet. When ${state.ws.app} calls you, its message stands here with the button Acknowledge.`;
  if (c.name === 'incidents') return 'Nothing is broken. When somebody declares an incident it is announced here.';
  return `Nothing here yet. Write the first message, or declare an incident: ${state.ws.commands[0]} p0.`;
}

function drawComposer(c, top) {
  const member = c.members.includes(state.you);
  const silent = c.direct && state.ws.read_only;
  byId('main-composer').hidden = c.archived || !member || silent;
  const foot = byId('outside');
  foot.hidden = !c.archived && member && !silent;
  byId('keys').hidden = byId('main-composer').hidden;
  if (silent) fill(foot, `${state.ws.app} sends messages here and reads none, as its manifest says. Use its buttons, or type /incident in a channel.`);
  else if (c.archived) fill(foot, 'This channel is archived.');
  else if (!member) fill(foot, `You are not in #${c.name}. `, h('button', { type: 'button', class: 'button primary', 'data-testid': 'join', onclick: (event) => pending(event.currentTarget, () => post('join', { user: state.you, channel: c.id })) }, 'Join'));
  main.refresh(c.direct ? `Message ${state.ws.app}` : `Message #${c.name}`);
  drawGuide(become);
  hintBar(!state.ws.controls.stories.length && member && ['general', 'incidents'].includes(c.name) && !top.some((m) => m.bot), example, main.set);
}

/** jump scrolls to a message and marks it for a moment; a reply opens its thread. */
function jump(ts) {
  const el = list.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  if (el) {
    el.scrollIntoView({ block: 'center' });
    el.classList.add('found');
    setTimeout(() => el.classList.remove('found'), 2000);
    return;
  }
  const m = state.messages.find((x) => x.ts === ts);
  if (m?.thread) location.hash = `#/${state.view.channel}/${m.thread}`;
}

/** become plays another person. */
async function become(user) {
  state.you = user;
  sessionStorage.setItem('slacksim.you', user);
  remember('you', user);
  await loadWorkspace();
  startReading();
  drawYou((id) => run(become(id)));
  const address = new URL(location);
  if (address.searchParams.has('as')) {
    address.searchParams.set('as', user);
    history.replaceState(null, '', address); // so that a reload is the same person
  }
  drawn = '';
  await Promise.all([follow(), syncViews()]);
}

const run = (promise) => Promise.resolve(promise).catch((error) => toast(error.message, 'error'));

// Events arrive in bursts (a message, its pin, the topic): they are gathered for a moment, then everything they touch is fetched once.
const gathered = new Set();
let timer = 0;
let busy = Promise.resolve();

function onEvent(event) {
  if (event.kind === 'view' && event.user !== state.you) return;
  gathered.add(event.kind === 'view' || event.kind === 'home' || event.kind === 'issue' ? event.kind : 'workspace');
  if (event.channel === state.view.channel) gathered.add('messages');
  if (timer) return;
  timer = setTimeout(() => {
    timer = 0;
    const kinds = new Set(gathered);
    gathered.clear();
    busy = busy.then(() => run(update(kinds)));
  }, 40);
}

/** refresh fetches the workspace and draws what stands on every screen. */
async function refresh() {
  await loadWorkspace();
  drawDemoMenu();
  drawYou((id) => run(become(id)));
  if (state.view.panel === 'start') drawStart(become);
}

async function update(kinds) {
  if (kinds.has('workspace') || kinds.has('issue')) await refresh();
  if (kinds.has('view')) await syncViews();
  if (state.view.panel === 'home' && kinds.has('home')) await drawHome();
  if (state.view.panel === 'issues' && kinds.has('issue')) await drawIssues(state.view.issue);
  if (state.view.panel === 'channel' && kinds.has('messages')) await loadMessages();
  else if (state.view.panel === 'channel' && kinds.has('workspace')) drawChannel();
  else drawSidebar();
}

const everything = ['workspace', 'messages', 'view', 'home', 'issue'];

/** catchUp draws what happened before the stream opened; where nothing did, nothing is drawn anew under somebody's finger. */
async function catchUp() {
  const shown = JSON.stringify([state.ws, state.messages]);
  await loadWorkspace();
  const { panel, channel } = state.view;
  const { messages } = panel === 'channel' ? await get('messages', { user: state.you, channel }) : state;
  if (JSON.stringify([state.ws, messages]) !== shown) await update(new Set(everything));
}

function onStream(open) {
  const was = state.online;
  state.online = open;
  byId('offline').hidden = open;
  if (open && !was) busy = busy.then(() => run(was === null ? catchUp() : update(new Set(everything))));
}

function wire() {
  main = composer(byId('main-composer'), () => ({ channel: state.view.channel }), { sent: () => toEnd(list) });
  reply = composer(byId('thread-foot'), () => ({ channel: state.view.channel, thread: state.view.thread }), { prefix: 'thread-', sent: () => toEnd(byId('thread-list')) });
  stayAtEnd(list);
  stayAtEnd(byId('thread-list'));
  list.addEventListener('scroll', () => { if (atEnd(list)) byId('newer').hidden = true; });
  byId('newer').onclick = () => toEnd(list);
  byId('drawer').onclick = () => document.body.classList.toggle('drawer-open');
  byId('shade').onclick = () => document.body.classList.remove('drawer-open');
  byId('channels').addEventListener('click', (event) => { if (event.target.closest('a')) document.body.classList.remove('drawer-open'); });
  document.addEventListener('redraw', () => drawChannel());
  const again = () => run(refresh().then(drawChannel));
  document.addEventListener('reload-workspace', again);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) again(); }); // the shop may have changed meanwhile, and tells nobody
  window.addEventListener('hashchange', () => run(follow()));
  setInterval(refreshAgo, 1000);
}

async function start() {
  state.you = new URLSearchParams(location.search).get('as') || sessionStorage.getItem('slacksim.you') || remembered('you', '');
  await loadWorkspace();
  startReading();
  byId('workspace-name').textContent = state.ws.title;
  drawDemoMenu();
  state.view.channel = remembered(`place.${state.you}`, '');
  wire();
  drawYou((id) => run(become(id)));
  listen(onEvent, onStream);
  await Promise.all([follow(), syncViews()]);
  main.el.focus({ preventScroll: true });
  document.body.dataset.ready = 'true';
}

run(start());
