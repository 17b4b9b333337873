// The first screen: short stories to click through, and what else a demo offers. In a channel, one line says what the story's next step is.
import { add, byId, fill, h, link } from './dom.js';
import { post } from './api.js';
import { openMenu } from './menu.js';
import { pending } from './pending.js';
import { toast } from './toast.js';
import { confirmed } from './confirm.js';
import { called, names, remember, remembered, state } from './workspace.js';

/** saw notes that somebody looked at an address of the page, for the steps that ask no more. */
export function saw(place) {
  const seen = remembered('seen', []);
  if (place && !seen.includes(place)) remember('seen', [...seen, place]);
}

const ticked = (step) => step.done || Boolean(step.look && step.place && remembered('seen', []).includes(step.place));

/** nextOf is the index of a story's first step that is still to do; -1 when there is none. */
const nextOf = (story) => story.steps.findIndex((step) => !ticked(step));

/** drawStart fills the first screen. become(user) plays somebody. */
export function drawStart(become) {
  const { stories } = state.ws.controls;
  const sign = JSON.stringify([state.you, state.ws.controls, remembered('seen', []), besides()]);
  if (byId('start').dataset.sign === sign) return; // a button that is drawn anew under the pointer loses the click
  byId('start').dataset.sign = sign;
  const focused = document.activeElement?.dataset.step;
  fill(byId('start'), h('div', { class: 'start-body', 'data-testid': 'start' },
    h('h1', {}, 'Something is broken. See what happens next.'),
    h('p', { class: 'muted' }, 'This is a whole workspace on your computer, with the real bot in it. Nothing reaches Slack. Click through a story, or do what you like: the ticks follow what really happens.'),
    stories.length ? h('div', { class: 'stories' }, stories.map((story, i) => card(story, i, become))) : h('p', { class: 'empty' }, `${state.ws.app} is starting. The stories come in a moment.`),
    h('div', { class: 'start-tools' }, speedSwitch(), alertButtons(), sideBySide(), resetButton())));
  if (focused) byId('start').querySelector(`[data-step="${focused}"]`)?.focus({ preventScroll: true });
}

function card(story, i, become) {
  const next = nextOf(story);
  return h('section', { class: `story${next < 0 ? ' told' : ''}`, 'data-story': i, 'aria-labelledby': `story-${i}` },
    h('h2', { id: `story-${i}` }, story.title), h('p', { class: 'muted' }, story.about),
    h('ol', {}, story.steps.map((step, n) => h('li', { class: ticked(step) ? 'done' : n === next ? 'next' : null, 'aria-current': n === next ? 'step' : null },
      h('span', { class: 'tick', role: 'img', 'aria-label': ticked(step) ? 'done' : 'to do' }, ticked(step) ? '✓' : String(n + 1)),
      h('div', {}, h('p', {}, step.text), n === next ? stepButton(step, i, n, become) : null)))),
    next < 0 ? h('p', { class: 'muted' }, 'That was it. The stories follow the newest incident: declare another, or start over.') : null);
}

/** stepButton does what a step says, or shows where it is done; null while it is too early. */
function stepButton(step, story, n, become) {
  if (!step.button) return h('p', { class: 'muted' }, 'Waiting for the step before…');
  const marks = { class: 'button primary', 'data-step': `${story}-${n}` };
  if (step.site) return add(Object.assign(link(step.site), { className: 'button primary', onclick: () => remember('story', story) }), [step.button, ' ', h('span', { class: 'outward', 'aria-hidden': 'true' }, '↗')]);
  return h('button', { type: 'button', ...marks, onclick: (event) => pending(event.currentTarget, () => perform(step, story, become)) }, step.button);
}

async function perform(step, story, become) {
  remember('story', story);
  if (step.as && step.as !== state.you) await become(step.as);
  if (step.place) location.hash = `#/${step.place}`;
  const where = { user: state.you, channel: step.place };
  if (step.type) await post(step.type.startsWith('/') ? 'command' : 'say', { ...where, text: step.type });
  if (step.shortcut) await post('message-shortcut', { ...where, ts: step.message, callback_id: step.shortcut });
}

/** drawGuide shows the next step of the story that the visitor began, above the composer. */
export function drawGuide(become) {
  const bar = byId('guide');
  const chosen = remembered('story', -1);
  const story = state.ws.controls.stories[chosen];
  bar.hidden = !story;
  if (!story) return;
  const next = nextOf(story);
  const step = story.steps[next];
  const button = step && step.place !== state.view.channel || step?.type || step?.shortcut || step?.site ? stepButton(step, chosen, next, become) : null;
  const sign = JSON.stringify([chosen, next, step, state.view.channel]);
  if (bar.dataset.sign === sign) return;
  bar.dataset.sign = sign;
  fill(bar, h('div', { class: 'guide-text' }, h('a', { href: '#/start' }, step ? `${story.title}, ${next + 1} of ${story.steps.length}` : story.title), ' ', step ? step.text : 'That was it. See the other stories.'),
    step?.button ? button : null,
    h('button', { type: 'button', class: 'hint-close', 'aria-label': 'Leave the story', onclick: () => { remember('story', -1); bar.dataset.sign = ''; bar.hidden = true; } }, '×'));
}

function speedSwitch() {
  const { speeds, speed } = state.ws.controls;
  if (!speeds.length) return null;
  return h('div', { class: 'speeds', role: 'group', 'aria-label': 'How fast the clocks run' }, h('span', {}, 'Clocks'),
    speeds.map((x) => h('button', { type: 'button', class: 'head-button', 'aria-pressed': String(x === speed), 'data-speed': x, 'data-step': `speed-${x}`, onclick: () => setSpeed(x) }, `${x}×`)),
    h('small', { class: 'muted' }, 'for incidents declared from now on'));
}

async function setSpeed(speed) {
  try {
    await post('speed', { speed });
    document.dispatchEvent(new Event('reload-workspace'));
    toast(`The clocks of incidents declared from now on run ${speed === 1 ? 'as the runbook says' : `${speed} times faster`}.`);
  } catch (error) {
    toast(error.message, 'error');
  }
}

function alertButtons() {
  const { alerts } = state.ws.controls;
  if (!alerts.length) return null;
  return h('div', { class: 'speeds', role: 'group', 'aria-label': 'Make an alert, as a monitor would' }, h('span', {}, 'Make an alert'),
    alerts.map((a) => h('button', { type: 'button', class: 'head-button', 'data-alert': a.name, 'data-step': `alert-${a.name}`, onclick: () => makeAlert(a) }, a.label)));
}

async function makeAlert(alert) {
  try {
    await post('alert', { name: alert.name });
    const incidents = state.ws.channels.find((c) => c.name === 'incidents');
    if (incidents) location.hash = `#/${incidents.id}`;
    toast('Posted, as a monitor would. mayday offers it in #incidents.');
  } catch (error) {
    toast(error.message, 'error');
  }
}

/** besides is the address of two people side by side: you, and the next one. */
function besides() {
  const people = names.users().filter((u) => u.id !== state.you);
  const other = people.find(called) || people.find((u) => u.called) || people[0];
  if (!other) return '';
  const left = state.view.channel || state.ws.channels[0].id;
  return `/two.html?${new URLSearchParams({ left: state.you, right: other.id, at: left, beside: other.called ? other.direct : left })}`;
}

function sideBySide() {
  const address = besides();
  return address && top === window ? h('a', { class: 'head-button', href: address, target: '_blank', 'data-testid': 'two' }, 'Be two people side by side ↗') : null;
}

function resetButton() {
  return state.ws.controls.reset ? h('button', { type: 'button', class: 'head-button', 'data-testid': 'reset', onclick: reset }, 'Start over…') : null;
}

async function reset() {
  const question = { title: { text: 'Start over?' }, text: { text: 'Every incident, message and issue of this demo is deleted, and everything is as at the first start.' }, confirm: { text: 'Delete and start over' }, style: 'danger' };
  if (!(await confirmed(question))) return;
  try {
    await post('reset', {});
    toast('Starting over. The page comes back by itself in a few seconds.');
  } catch (error) {
    toast(error.message, 'error');
  }
}

/** drawDemoMenu shows the same at the top of every screen; nothing where there is nothing to offer. */
export function drawDemoMenu() {
  const { stories, speeds, speed, alerts, reset: mayReset } = state.ws.controls;
  const button = byId('demo');
  button.hidden = !stories.length && !speeds.length && !mayReset;
  button.textContent = speeds.length ? `Demo ${speed}× ▾` : 'Demo ▾';
  const items = [
    { label: 'The stories', testid: 'stories', run: () => { location.hash = '#/start'; } },
    ...(speeds.length ? ['-', { title: 'Clocks of new incidents' }, ...speeds.map((x) => ({ label: x === 1 ? 'As the runbook says' : `${x} times faster`, checked: x === speed, testid: `speed-${x}`, run: () => setSpeed(x) }))] : []),
    ...(alerts.length ? ['-', { title: 'Make an alert' }, ...alerts.map((a) => ({ label: a.label, testid: `alert-${a.name}`, run: () => makeAlert(a) }))] : []),
    '-',
    ...(top === window ? [{ label: 'Two people side by side', run: () => window.open(besides(), '_blank', 'noopener') }] : []),
    ...(mayReset ? [{ label: 'Start over…', run: reset }] : []),
  ];
  button.onclick = () => openMenu(button, items);
}
