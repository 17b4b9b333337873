// Talks to the simulator: JSON requests under /sim/ and one event stream.
import { follow } from './stream.js';

/** get fetches JSON; params become the query. Throws Error(message) with the server's own words. */
export async function get(path, params = {}) {
  return answer(await fetch(`/sim/${path}?${new URLSearchParams(params)}`, { cache: 'no-store' }));
}

/** post sends JSON and returns JSON; throws Error(message) like get. */
export async function post(path, body) {
  return answer(await fetch(`/sim/${path}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  }));
}

async function answer(response) {
  const body = await response.json().catch(() => ({ error: `The simulator answered ${response.status}.` }));
  if (!response.ok || body.error) throw new Error(body.error || `The simulator answered ${response.status}.`);
  return body;
}

/** listen calls onEvent for each change and onState(true|false) as the stream opens or breaks; it reconnects by itself. */
export function listen(onEvent, onState) {
  const hear = (news) => (news.event ? onEvent(news.event) : onState(news.open));
  if (typeof SharedWorker === 'undefined') {
    window.addEventListener('pagehide', follow(hear));
    window.addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
    return;
  }
  const worker = new SharedWorker('/stream.js', { type: 'module', name: 'events' });
  worker.port.onmessage = (message) => hear(message.data);
}
