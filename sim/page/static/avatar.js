// Avatars made from initials; the colour comes from the id, so it stays the same everywhere.
import { h } from './dom.js';

/** avatar draws a person's or the app's initials. size: "", "tiny". */
export function avatar(user, id, size = '') {
  const name = user?.real_name || user?.name || id || '?';
  const short = user?.bot || size === 'tiny'; // two letters do not fit into twenty pixels
  const initials = short ? name.slice(0, 1).toUpperCase() : name.split(/[\s._-]+/).filter(Boolean).slice(0, 2).map((w) => w[0].toUpperCase()).join('');
  let sum = 0;
  for (const c of id || '') sum = (sum * 31 + c.charCodeAt(0)) % 9973;
  return h('span', { class: `avatar ${size} ${user?.bot ? 'app' : `hue-${sum % 8}`}`, 'aria-hidden': 'true' }, initials);
}
