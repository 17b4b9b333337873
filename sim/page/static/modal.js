// Views that the app opens. The top of the stack is shown; an update keeps what was typed where block and action ids stay the same.
import { h, byId, fill } from './dom.js';
import { get, post } from './api.js';
import { renderBlocks } from './blocks.js';
import { collect } from './elements.js';
import { emojiText } from './emoji.js';
import { pending } from './pending.js';
import { toast } from './toast.js';
import { names, state } from './workspace.js';

let shown = null; // {id, sign}

/** syncViews fetches your open views and shows the top one, or closes the dialog when there is none. */
export async function syncViews() {
  const { views } = await get('views', { user: state.you });
  const top = views.at(-1);
  const dialog = byId('modal');
  if (!top) {
    shown = null;
    if (dialog.open) dialog.close();
    return;
  }
  const sign = JSON.stringify(top) + state.you;
  if (shown?.sign === sign) return;
  draw(dialog, top, shown?.id === top.id ? typed(dialog) : {}, {}, views.length);
  shown = { id: top.id, sign };
}

const typed = (dialog) => Object.fromEntries(Object.entries(collect(dialog)).flatMap(([block, actions]) => Object.entries(actions).map(([action, v]) => [`${block}/${action}`, v.values])));

function draw(dialog, view, keep, errors, depth) {
  const active = document.activeElement;
  const focus = dialog.contains(active) && active.dataset.actionId ? `[data-action-id="${CSS.escape(active.dataset.actionId)}"]` : null;
  const caret = active?.selectionStart;
  const context = { names, keep, errors, act: (block, action, input, control) => pending(control, () => post('view/press', { user: state.you, view: view.id, block, action, ...input, state: collect(dialog) }).then(syncViews)) };
  const hasInput = (view.blocks || []).some((b) => b.type === 'input');
  fill(dialog, h('form', { class: 'modal-form', novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(dialog, view, depth); } },
    h('header', {}, h('h2', { id: 'modal-title' }, emojiText(view.title)), h('button', { type: 'button', class: 'close', 'aria-label': 'Close', onclick: () => close(view, true) }, '×')),
    h('div', { class: 'modal-body blocks' }, renderBlocks(view.blocks, context)),
    h('footer', {},
      h('button', { type: 'button', class: 'button', 'data-testid': 'modal-close', onclick: () => close(view, false) }, emojiText(view.close || (depth > 1 ? 'Back' : 'Close'))),
      hasInput || view.submit ? h('button', { type: 'submit', class: 'button primary', 'data-testid': 'modal-submit' }, emojiText(view.submit || 'Submit')) : null)));
  dialog.setAttribute('aria-labelledby', 'modal-title');
  dialog.dataset.view = view.callback_id || '';
  dialog.oncancel = (event) => { event.preventDefault(); close(view, false); };
  if (!dialog.open) dialog.showModal();
  const target = dialog.querySelector('.input.invalid .element') || (focus && dialog.querySelector(focus)) || dialog.querySelector('.modal-body input, .modal-body textarea, .modal-body select');
  target?.focus();
  if (focus && typeof caret === 'number' && target?.setSelectionRange && target.type !== 'number') target.setSelectionRange(caret, caret);
}

async function submit(dialog, view, depth) {
  const button = dialog.querySelector('[data-testid="modal-submit"]');
  const values = collect(dialog);
  const missing = required(view, values);
  const fail = (errors) => draw(dialog, view, typed(dialog), errors, depth);
  if (Object.keys(missing).length) return fail(missing);
  const answer = await pending(button, () => post('view/submit', { user: state.you, view: view.id, state: values }));
  if (answer?.errors) return fail(answer.errors);
  return answer ? syncViews().catch((error) => toast(error.message, 'error')) : null;
}

/** required lists the inputs that Slack itself refuses before it asks the app. */
function required(view, values) {
  const errors = {};
  for (const b of view.blocks || []) {
    if (b.type !== 'input' || b.optional) continue;
    if (!values[b.block_id]?.[b.element.action_id]?.values.some((v) => v.trim())) errors[b.block_id] = 'Please complete this required field.';
  }
  return errors;
}

async function close(view, all) {
  try {
    await post('view/close', { user: state.you, view: view.id, all });
    await syncViews();
  } catch (error) {
    toast(error.message, 'error');
    byId('modal').close();
    shown = null;
  }
}
