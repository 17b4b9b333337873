// The app's page: its Home tab as the app published it for you.
import { h, fill, byId } from './dom.js';
import { get, post } from './api.js';
import { renderBlocks } from './blocks.js';
import { collect } from './elements.js';
import { pending } from './pending.js';
import { avatar } from './avatar.js';
import { bot, names, state } from './workspace.js';

/** openHome tells the app that you opened its Home tab, then shows it. */
export async function openHome() {
  await post('home', { user: state.you });
  await drawHome();
}

/** drawHome shows the tab without telling the app. */
export async function drawHome() {
  const { view } = await get('home', { user: state.you });
  const direct = state.ws.channels.find((c) => c.direct);
  const root = byId('home');
  const context = { names, act: (block, action, input, control) => pending(control, () => post('view/press', { user: state.you, view: view.id, block, action, ...input, state: collect(root) })) };
  const body = view
    ? h('div', { class: 'blocks home-blocks' }, renderBlocks(view.blocks, context))
    : h('p', { class: 'empty' }, `${state.ws.app} has not published its Home tab yet. It does so once it is connected.`);
  fill(root,
    h('div', { class: 'home-head' }, avatar(bot(), bot()?.id), h('h1', {}, state.ws.app), h('span', { class: 'badge' }, 'APP')),
    h('nav', { class: 'tabs', 'aria-label': 'Tabs of the app' }, h('a', { href: '#/home', 'aria-current': 'page' }, 'Home'), direct ? h('a', { href: `#/${direct.id}` }, 'Messages') : null),
    h('div', { class: 'home-body', 'data-testid': 'home' }, body));
}
