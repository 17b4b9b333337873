// A data visualization block, drawn as Slack does: bars, lines and areas with their legend, and a pie as a list of shares.
import { h, svg } from './dom.js';
import { emojiText } from './emoji.js';

const colours = ['var(--chart-1)', 'var(--chart-2)', 'var(--chart-3)', 'var(--chart-4)', 'var(--chart-5)', 'var(--chart-6)'];
const box = { width: 560, height: 220, left: 46, right: 12, top: 10, bottom: 26 };

/** chart renders the block; its figures are there for screen readers too. */
export function chart(block) {
  const c = block.chart || {};
  const series = c.type === 'pie' ? [] : c.series || [];
  const title = h('figcaption', {}, emojiText(block.title));
  if (c.type === 'pie') {
    const whole = (c.segments || []).reduce((sum, s) => sum + s.value, 0) || 1;
    return h('figure', { class: 'chart' }, title, h('ul', { class: 'legend' }, (c.segments || []).map((s, i) => h('li', {}, swatch(i), `${s.label} ${Math.round((100 * s.value) / whole)} %`))));
  }
  const labels = c.axis_config?.categories || [];
  const value = (s, label) => s.data.find((p) => p.label === label)?.value ?? 0;
  const all = series.flatMap((s) => labels.map((l) => value(s, l)));
  const [low, high, step] = scale(Math.min(0, ...all), Math.max(...all, 0), c.type, all);
  const x0 = box.left, x1 = box.width - box.right, y0 = box.height - box.bottom, y1 = box.top;
  const y = (v) => y0 - ((v - low) / (high - low)) * (y0 - y1);
  const band = (x1 - x0) / Math.max(labels.length, 1);
  const parts = [];
  for (let v = low; v <= high + step / 2; v += step) {
    parts.push(svg('line', { x1: x0, x2: x1, y1: y(v), y2: y(v), class: 'grid' }), svg('text', { x: x0 - 6, y: y(v) + 4, class: 'tick end' }, short(v)));
  }
  const every = Math.ceil(labels.length / 10);
  labels.forEach((l, i) => {
    if (i % every === 0) parts.push(svg('text', { x: x0 + band * (i + 0.5), y: box.height - 8, class: 'tick middle' }, l));
  });
  series.forEach((s, n) => {
    const at = labels.map((l, i) => [x0 + band * (i + 0.5), y(value(s, l))]);
    if (c.type === 'bar') {
      const width = (band * 0.72) / series.length;
      at.forEach(([x, top]) => parts.push(svg('rect', { x: x - band * 0.36 + n * width, y: Math.min(top, y(0)), width: Math.max(width - 1, 1), height: Math.abs(y(0) - top), fill: colours[n] })));
      return;
    }
    const points = at.map((p) => p.map((v) => v.toFixed(1)).join(',')).join(' ');
    if (c.type === 'area') parts.push(svg('polygon', { points: `${at[0][0]},${y0} ${points} ${at.at(-1)[0]},${y0}`, fill: colours[n], opacity: 0.25 }));
    parts.push(svg('polyline', { points, fill: 'none', stroke: colours[n], 'stroke-width': 2 }));
    at.forEach(([x, top]) => parts.push(svg('circle', { cx: x, cy: top, r: 2.5, fill: colours[n] })));
  });
  const said = series.map((s) => `${s.name}: ${labels.map((l) => `${l} ${value(s, l)}`).join(', ')}`).join('. ');
  return h('figure', { class: 'chart' }, title,
    svg('svg', { viewBox: `0 0 ${box.width} ${box.height}`, role: 'img', 'aria-label': `${block.title}. ${said}` }, parts),
    h('ul', { class: 'legend' }, series.map((s, i) => h('li', {}, swatch(i), s.name))));
}

function swatch(i) {
  return svg('svg', { viewBox: '0 0 10 10', class: 'swatch', 'aria-hidden': 'true' }, svg('rect', { width: 10, height: 10, rx: 2, fill: colours[i % colours.length] }));
}

/** scale gives round bounds and a step; lines and areas far from zero do not begin there. */
function scale(low, high, type, all) {
  const least = Math.min(...all);
  if (type !== 'bar' && least > 0 && least > high / 2) low = least;
  const span = high - low || Math.abs(high) || 1;
  const rough = span / 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  let step = [1, 2, 5, 10].map((m) => m * size).find((s) => s >= rough);
  if (all.every(Number.isInteger)) step = Math.max(1, step);
  return [Math.floor(low / step) * step, Math.ceil((high || 1) / step) * step || step, step];
}

function short(v) {
  const n = Number(v.toPrecision(6));
  if (Math.abs(n) >= 1e6) return `${Number((n / 1e6).toPrecision(3))}M`;
  if (Math.abs(n) >= 1e4) return `${Number((n / 1e3).toPrecision(3))}k`;
  return String(n);
}
