// Short notices in the corner. Errors stay longer and are announced at once.
import { h, byId } from './dom.js';

const words = {
  operation_timeout: 'The app did not answer in time (operation_timeout). Slack shows the same when a command is not acknowledged within 3 seconds.',
  dispatch_failed: 'The app is not connected (dispatch_failed). Start it, or wait until it has reconnected.',
  dispatch_unknown_error: 'The app answered something that Slack cannot use (dispatch_unknown_error).',
};

/** toast shows a text; kind is "info" or "error". Slack's error codes get a sentence. */
export function toast(text, kind = 'info') {
  const code = String(text).split(':').pop().trim();
  const el = h('div', { class: `toast ${kind}`, role: kind === 'error' ? 'alert' : 'status', 'data-testid': 'toast' }, h('span', {}, words[code] || words[text] || text),
    h('button', { type: 'button', 'aria-label': 'Dismiss', onclick: () => el.remove() }, '×'));
  byId('toasts').append(el);
  setTimeout(() => el.remove(), kind === 'error' ? 9000 : 4000);
}
