// Small dialogs of the page itself: a confirmation, and the editing of a message or a name.
import { h } from './dom.js';
import { emojiText } from './emoji.js';
import { mrkdwn } from './mrkdwn.js';

/** confirmed shows the dialog of a confirm object and resolves to true when the person agrees. */
export function confirmed(object, names) {
  return new Promise((resolve) => {
    const text = object.text?.type === 'mrkdwn' ? mrkdwn(object.text.text, names) : emojiText(object.text?.text);
    const close = (answer) => () => { dialog.close(); dialog.remove(); resolve(answer); };
    const dialog = h('dialog', { class: 'modal confirm', 'aria-labelledby': 'confirm-title', oncancel: (event) => { event.preventDefault(); close(false)(); } },
      h('header', {}, h('h2', { id: 'confirm-title' }, emojiText(object.title?.text || 'Are you sure?'))),
      h('div', { class: 'modal-body' }, text),
      h('footer', {},
        h('button', { type: 'button', class: 'button', 'data-testid': 'confirm-deny', onclick: close(false) }, emojiText(object.deny?.text || 'Cancel')),
        h('button', { type: 'button', class: `button ${object.style || 'primary'}`, 'data-testid': 'confirm-yes', onclick: close(true) }, emojiText(object.confirm?.text || 'Yes'))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** editedText lets the person change a text; null when they gave up. */
export function editedText(text, { title = 'Edit message', label = 'Message', rows = 5 } = {}) {
  return new Promise((resolve) => {
    const close = (answer) => { dialog.close(); dialog.remove(); resolve(answer); };
    const area = h('textarea', { class: 'text-input', rows, 'aria-label': label, 'data-testid': 'edit-text' });
    area.value = text;
    const form = h('form', { onsubmit: (event) => { event.preventDefault(); close(area.value.trim() || null); } },
      h('header', {}, h('h2', { id: 'edit-title' }, title)), h('div', { class: 'modal-body input' }, area),
      h('footer', {}, h('button', { type: 'button', class: 'button', onclick: () => close(null) }, 'Cancel'), h('button', { type: 'submit', class: 'button primary', 'data-testid': 'edit-save' }, 'Save')));
    const dialog = h('dialog', { class: 'modal confirm', 'aria-labelledby': 'edit-title', oncancel: (event) => { event.preventDefault(); close(null); } }, form);
    document.body.append(dialog);
    dialog.showModal();
    area.focus();
  });
}
