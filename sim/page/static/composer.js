// Where you type. One in the channel, one in the thread panel; each keeps a draft for every person and place.
import { h, byId } from './dom.js';
import { post } from './api.js';
import { toast } from './toast.js';
import { openMenu } from './menu.js';
import { suggestBox } from './suggest.js';
import { globalItems } from './actions.js';
import { remember, remembered, state } from './workspace.js';

const drafts = new Map();

/**
 * composer builds the form in root. place() tells where it sends: {channel, thread}; prefix starts the test ids ("" or "thread-");
 * sent is called when something is sent.
 * It returns {refresh(placeholder), set(text), el}: refresh swaps drafts when the place or the person has changed.
 */
export function composer(root, place, { prefix = '', sent = () => {} } = {}) {
  const box = h('div', { class: 'suggestions', id: `${prefix}suggestions`, role: 'listbox', 'aria-label': 'Suggestions', hidden: true });
  const input = h('textarea', {
    rows: 1, 'data-testid': `${prefix}composer`, id: `${prefix}composer`, role: 'combobox', 'aria-label': 'Message', 'aria-autocomplete': 'list', 'aria-controls': box.id, 'aria-expanded': 'false', autocomplete: 'off', spellcheck: 'true',
  });
  const sendButton = h('button', { type: 'submit', class: 'send', 'data-testid': `${prefix}send`, 'aria-label': 'Send', title: 'Send (Enter)' }, '➤');
  const shortcuts = prefix ? null : h('button', { type: 'button', class: 'plus', 'data-testid': 'shortcuts', 'aria-label': 'Shortcuts', title: 'Shortcuts', 'aria-haspopup': 'menu', onclick: (event) => openMenu(event.currentTarget, globalItems()) }, '+');
  const form = h('form', { class: 'composer', onsubmit: (event) => { event.preventDefault(); submit(); } }, box, h('div', { class: 'composer-row' }, shortcuts, input, sendButton));
  root.append(form);
  const suggest = suggestBox(input, box);
  const history = sentHistory(input);
  let at = '';
  const key = () => `${state.you}/${place().channel}/${place().thread || ''}`;
  const grow = () => {
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight, 180)}px`;
    sendButton.disabled = !input.value.trim();
  };
  input.addEventListener('input', () => { drafts.set(at, input.value); grow(); suggest.update(); });
  input.addEventListener('blur', () => setTimeout(suggest.hide, 100));
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || suggest.key(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) { event.preventDefault(); submit(); } else if (history.key(event)) { grow(); event.preventDefault(); }
  });
  const set = (text) => { input.value = text; drafts.set(at, text); grow(); input.focus(); };

  async function submit() {
    const text = input.value.trim();
    const from = at;
    if (!text) return;
    suggest.hide();
    history.add(text);
    input.value = '';
    drafts.delete(from);
    grow();
    sent();
    if (!(await send(text, place())) && at === from && !input.value) set(text);
  }

  return {
    el: input, set,
    refresh(placeholder) {
      input.placeholder = placeholder;
      input.setAttribute('aria-label', placeholder);
      if (at === key()) return;
      at = key();
      input.value = drafts.get(at) || '';
      suggest.hide();
      grow();
    },
  };
}

/** send posts a message or a command; false when it did not arrive and the text should be given back. */
async function send(text, { channel, thread }) {
  const where = { user: state.you, channel, text };
  try {
    if (!text.startsWith('/')) await post('say', { ...where, thread: thread || '' });
    else if (thread) throw new Error(`${text.split(/\s/)[0]} is not supported in threads. Type it in the channel instead.`);
    else await post('command', where);
    return true;
  } catch (error) {
    toast(error.message, 'error');
    return false;
  }
}

/** sentHistory walks through what was sent with arrow up and down, starting from an empty field. */
function sentHistory(input) {
  let i = -1;
  const list = () => remembered(`sent.${state.you}`, []);
  return {
    add(text) {
      i = -1;
      remember(`sent.${state.you}`, [text, ...list().filter((t) => t !== text)].slice(0, 50));
    },
    key(event) {
      const all = list();
      const walking = i >= 0 && input.value === all[i];
      if (event.key === 'ArrowUp' && (input.value === '' || walking)) i = Math.min(walking ? i + 1 : 0, all.length - 1);
      else if (event.key === 'ArrowDown' && walking) i -= 1;
      else return false;
      input.value = i >= 0 ? all[i] : '';
      return all.length > 0;
    },
  };
}

/** hintBar shows the first thing to try; it fills the composer, and goes for good when dismissed. */
export function hintBar(show, example, fillIn) {
  const bar = byId('hint');
  bar.hidden = !show || remembered('hint', true) === false;
  if (bar.childElementCount) return;
  bar.append(
    h('button', { type: 'button', class: 'hint-text', 'data-testid': 'hint', onclick: () => fillIn(example) }, 'Try: ', h('code', {}, example)),
    h('button', { type: 'button', class: 'hint-close', 'aria-label': 'Hide the hint', onclick: () => { remember('hint', false); bar.hidden = true; } }, '×'));
}
