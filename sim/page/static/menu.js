// A popover menu: one at a time, arrow keys move, Escape and an outside click close, focus goes back.
import { h } from './dom.js';

let open = null;

/** closeMenu closes the open menu, if any; refocus gives the focus back to what opened it. */
export function closeMenu(refocus) {
  if (!open) return;
  const { el, anchor } = open;
  open = null;
  el.remove();
  anchor.setAttribute('aria-expanded', 'false');
  if (refocus) anchor.focus();
}

/**
 * openMenu shows items under anchor. An item: {label, hint, run(anchor), checked, testid}; "-" draws a line; {title} heads a group.
 * grid lays the items out as a small grid of signs. Opening from the same anchor again closes it.
 */
export function openMenu(anchor, items, { grid = false } = {}) {
  const again = open?.anchor === anchor;
  closeMenu(false);
  if (again) return;
  const el = h('div', { class: `menu${grid ? ' grid' : ''}`, role: 'menu' }, items.map((item) => entry(item, anchor)));
  (anchor.closest('dialog') || document.body).append(el);
  anchor.setAttribute('aria-expanded', 'true');
  open = { el, anchor };
  place(el, anchor);
  el.querySelector('[role^=menuitem]')?.focus();
  el.addEventListener('keydown', move);
}

function entry(item, anchor) {
  if (item === '-') return h('hr', {});
  if (item.title) return h('div', { class: 'menu-title' }, item.title);
  if (item.text) return h('div', { class: 'menu-text' }, item.text);
  return h('button', {
    type: 'button', role: item.checked === undefined ? 'menuitem' : 'menuitemradio', 'aria-checked': item.checked === undefined ? null : String(item.checked),
    'aria-label': item.aria, title: item.aria, 'data-testid': item.testid, ...item.data,
    onclick: () => { closeMenu(true); item.run(anchor); },
  }, h('span', { class: 'menu-label' }, item.label), item.hint ? h('small', {}, item.hint) : null);
}

function place(el, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = el;
  const left = Math.max(8, Math.min(box.left, innerWidth - width - 8));
  const below = box.bottom + 4;
  const top = below + height > innerHeight - 8 ? Math.max(8, box.top - height - 4) : below;
  el.style.left = `${left}px`;
  el.style.top = `${top}px`;
}

function move(event) {
  const items = [...open.el.querySelectorAll('[role^=menuitem]')];
  const i = items.indexOf(document.activeElement);
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  if (event.key in steps) items[(i + steps[event.key] + items.length) % items.length]?.focus();
  else if (event.key === 'Escape') closeMenu(true);
  else if (event.key === 'Tab') closeMenu(false);
  else return;
  if (event.key !== 'Tab') event.preventDefault();
  event.stopPropagation();
}

document.addEventListener('pointerdown', (event) => {
  if (open && !open.el.contains(event.target) && !open.anchor.contains(event.target)) closeMenu(false);
});
window.addEventListener('resize', () => closeMenu(false));
