// The list above a composer: commands after "/", people after "@", channels after "#".
import { h, fill } from './dom.js';
import { commands } from './commands.js';
import { names, state } from './workspace.js';

/** suggestions for a text with the caret at its given place: [{insert, from, label, usage, text}], at most eight. */
export function suggestions(value, caret) {
  const before = value.slice(0, caret);
  const slash = state.ws.commands.find((c) => before === c || before.startsWith(`${c} `));
  if (slash) return subcommands(slash, before);
  if (/^\/\S*$/.test(before)) return state.ws.commands.filter((c) => c.startsWith(before)).map((c) => ({ insert: `${c} `, from: 0, label: c, usage: '', text: `A command of ${state.ws.app}` }));
  return mentions(before);
}

function subcommands(slash, before) {
  const typed = before.slice(slash.length).trimStart();
  const at = /(^|\s)[@#]\S*$/.test(typed) ? mentions(before) : [];
  if (at.length) return at;
  const fits = commands.filter(([name]) => name.startsWith(typed.toLowerCase()) && name !== typed);
  return fits.slice(0, 8).map(([name, usage, text]) => ({ insert: `${slash} ${name}${usage ? ' ' : ''}`, from: 0, label: `${slash} ${name}`, usage, text }));
}

function mentions(before) {
  const m = /(?:^|\s)([@#])([\w.-]*)$/.exec(before);
  if (!m) return [];
  const word = m[2].toLowerCase();
  const from = before.length - m[2].length - 1;
  if (m[1] === '#') return names.channels().filter((c) => c.name.startsWith(word)).slice(0, 8).map((c) => ({ insert: `#${c.name} `, from, label: `#${c.name}`, usage: '', text: '' }));
  return names.users().filter((u) => u.name.startsWith(word) || u.real_name.toLowerCase().startsWith(word)).slice(0, 8)
    .map((u) => ({ insert: `@${u.name} `, from, label: `@${u.name}`, usage: '', text: `${u.real_name}${u.title ? `, ${u.title}` : ''}` }));
}

/** suggestBox is the list itself, tied to a textarea. It returns {update, key(event) → handled, hide}. */
export function suggestBox(input, box) {
  let items = [];
  let active = -1;
  const hide = () => {
    items = [];
    active = -1;
    box.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const accept = (item) => {
    const rest = input.value.slice(input.selectionStart);
    input.value = input.value.slice(0, item.from) + item.insert + rest;
    const caret = item.from + item.insert.length;
    input.setSelectionRange(caret, caret);
    input.focus();
    input.dispatchEvent(new Event('input'));
  };
  const draw = () => {
    box.hidden = items.length === 0;
    input.setAttribute('aria-expanded', String(items.length > 0));
    fill(box, items.map((item, i) => h('div', {
      role: 'option', id: `${box.id}-${i}`, class: 'suggestion', 'aria-selected': String(i === active),
      onpointerdown: (event) => { event.preventDefault(); accept(item); },
    }, h('span', {}, h('strong', {}, item.label), item.usage ? h('code', {}, item.usage) : null), h('small', {}, item.text))));
    if (active < 0) input.removeAttribute('aria-activedescendant');
    else {
      input.setAttribute('aria-activedescendant', `${box.id}-${active}`);
      box.children[active].scrollIntoView({ block: 'nearest' });
    }
  };
  return {
    hide,
    update() {
      items = suggestions(input.value, input.selectionStart);
      active = -1;
      draw();
    },
    key(event) {
      if (!items.length) return false;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        active = active < 0 ? (step > 0 ? 0 : items.length - 1) : (active + step + items.length) % items.length;
        draw();
      } else if (event.key === 'Tab' && !event.shiftKey) accept(items[Math.max(active, 0)]);
      else if (event.key === 'Enter' && active >= 0) accept(items[active]);
      else if (event.key === 'Escape') hide();
      else return false;
      event.preventDefault();
      return true;
    },
  };
}
