// Slack's date tokens and message times, in the viewer's own zone and language.

// Twenty-four hours whatever the language: at night nobody wants to ask which half of the day is meant.
const fmt = (options) => new Intl.DateTimeFormat(undefined, { ...options, ...(options.hour && { hourCycle: 'h23' }) });
const clock = fmt({ hour: '2-digit', minute: '2-digit' });
const clockSeconds = fmt({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
const long = fmt({ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' });
const plain = fmt({ year: 'numeric', month: 'long', day: 'numeric' });
const short = fmt({ year: 'numeric', month: 'short', day: 'numeric' });
const numeric = fmt({ year: 'numeric', month: '2-digit', day: '2-digit' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

const dayNumber = (date) => Math.floor((date.getTime() - date.getTimezoneOffset() * 60000) / 86400000);

function pretty(date, format) {
  const days = dayNumber(date) - dayNumber(new Date());
  if (Math.abs(days) > 1) return format.format(date);
  return relative.format(days, 'day');
}

/** ago says how far a date is from now: "3 minutes ago", "in 2 hours". */
export function ago(date) {
  const seconds = Math.round((date.getTime() - Date.now()) / 1000);
  for (const [unit, size] of [['day', 86400], ['hour', 3600], ['minute', 60]]) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(seconds, 'second');
}

const tokens = {
  date_num: (d) => numeric.format(d), date: (d) => plain.format(d), date_short: (d) => short.format(d), date_long: (d) => long.format(d),
  date_pretty: (d) => pretty(d, plain), date_short_pretty: (d) => pretty(d, short), date_long_pretty: (d) => pretty(d, long),
  time: (d) => clock.format(d), time_secs: (d) => clockSeconds.format(d), ago,
};

/** tokenDate fills Slack's {tokens} for a moment in Unix seconds; the fallback answers for a moment that is no number. */
function tokenDate(seconds, format, fallback) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  const text = format.replace(/\{(\w+)\}/g, (whole, name) => (tokens[name] ? tokens[name](date) : whole));
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** timeElement shows a token date and keeps {ago} true as time passes (refreshAgo). */
export function timeElement(seconds, format, fallback) {
  const el = document.createElement('time');
  el.textContent = tokenDate(seconds, format, fallback);
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return el;
  el.dateTime = date.toISOString();
  el.title = `${long.format(date)}, ${clockSeconds.format(date)}`;
  if (format.includes('{ago}')) Object.assign(el.dataset, { seconds, format });
  return el;
}

/** refreshAgo rewrites every {ago} on the page. */
export function refreshAgo() {
  for (const el of document.querySelectorAll('time[data-format]')) {
    const text = tokenDate(el.dataset.seconds, el.dataset.format, el.textContent);
    if (text !== el.textContent) el.textContent = text;
  }
}

/** dateOf turns a message ts ("1764000000.000100") into a Date. */
export const dateOf = (ts) => new Date(parseFloat(ts) * 1000);

/** shortTime is the clock beside a message; fullTime its tooltip; dayLabel the divider between days. */
export const shortTime = (ts) => clock.format(dateOf(ts));
export const fullTime = (ts) => `${long.format(dateOf(ts))}, ${clockSeconds.format(dateOf(ts))}`;
/** dateTime is a moment of GitHub's, given in its text form. */
export const dateTime = (text) => `${short.format(new Date(text))}, ${clock.format(new Date(text))}`;
export const dayKey = (ts) => dayNumber(dateOf(ts));
export function dayLabel(ts) {
  const text = pretty(dateOf(ts), long);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
