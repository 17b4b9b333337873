// Drawn signs on a 20 by 20 grid. Each is a list of [tag, attributes]; "p" is a path, "c" a circle [cx, cy, r], "r" a rectangle [x, y, w, h, radius].

const NS = 'http://www.w3.org/2000/svg';
const dot = (fill, edge) => [['c', [10, 10, 8], fill, edge]];
const line = (d, stroke, width = 2) => ['p', d, 'none', stroke, width];
const check = (stroke, width = 2.6) => line('M5 10.5l3.4 3.6L15 6.4', stroke, width);
const tile = (fill) => ['r', [1.5, 1.5, 17, 17, 4], fill];
const arrow = (turn) => [tile('#4a7fc1'), ['p', 'M10 4l6 6h-4v6H8v-6H4z', '#fff', null, 0, turn]];
const hourglassOf = (top, bottom) => [['p', 'M4 2h12v2.5L11.4 10l4.6 5.5V18H4v-2.5L8.6 10 4 4.5z', '#dbe4ee', '#7a5c3e', 1.3], ['p', top, '#e3a73a'], ['p', bottom, '#e3a73a']];
const page = [['p', 'M4 1.5h8l4 4v13H4z', '#f5f7fa', '#8795a6', 1.2], line('M6.5 8h7M6.5 11h7M6.5 14h5', '#8795a6', 1.2)];
const bellShape = ['p', 'M10 2c.9 0 1.4.6 1.4 1.4 2.4.7 3.6 2.7 3.6 5.2 0 3 .8 4.5 2 5.9H3c1.2-1.4 2-2.9 2-5.9C5 6.1 6.2 4.1 8.6 3.4 8.6 2.6 9.1 2 10 2z', '#f2b632', '#b67f14', 0.8];
const person = (x, fill) => [['c', [x, 7, 3.2], fill], ['p', `M${x - 6} 17.5c0-4 2.5-6 6-6s6 2 6 6z`, fill]];

function clockFace(hour, half) {
  const m = half ? Math.PI / 2 : -Math.PI / 2;
  const a = ((hour + (half ? 0.5 : 0)) * Math.PI) / 6 - Math.PI / 2;
  const at = (angle, r) => `${(10 + r * Math.cos(angle)).toFixed(2)} ${(10 + r * Math.sin(angle)).toFixed(2)}`;
  return [['c', [10, 10, 8.2], '#fdfdfd', '#5c6b7a', 1.6], line(`M${at(m, 5.8)}L10 10L${at(a, 3.8)}`, '#29333d', 1.5)];
}

const drawings = {
  red_circle: dot('#dd2e44'), large_orange_circle: dot('#f4900c'), large_yellow_circle: dot('#f5c83c'), large_green_circle: dot('#3fa45b'),
  large_blue_circle: dot('#3b88c3'), large_purple_circle: dot('#9266cc'), white_circle: dot('#f4f6f8', '#9aa7b4'), black_circle: dot('#2b3036', '#7b8794'),
  white_check_mark: [tile('#3fa45b'), check('#fff')], heavy_check_mark: [check('#3fa45b', 3)], ballot_box_with_check: [tile('#3b88c3'), check('#fff')],
  x: [line('M4.5 4.5l11 11M15.5 4.5l-11 11', '#dd2e44', 3.2)],
  warning: [['p', 'M10 2l8.5 15.5h-17z', '#f5c83c', '#c78f10', 1], line('M10 7.5v5', '#29333d', 2), ['c', [10, 15, 1.1], '#29333d']],
  rotating_light: [['p', 'M5 13V9.5a5 5 0 0 1 10 0V13z', '#dd2e44'], ['r', [3, 13.5, 14, 3.5, 1], '#5c6b7a'], line('M10 1v1.8M3.2 3.8l1.3 1.3M16.8 3.8l-1.3 1.3M1.2 9h1.8M17 9h1.8', '#f4900c', 1.6), ['p', 'M8 13V9.8a2 2 0 0 1 4 0V13z', '#ff9aa6']],
  pushpin: [line('M8 12l-5.5 5.5', '#6b7885', 1.6), ['p', 'M11.5 2l6.5 6.5-1.5 1-1-.3-3 3 .2 3.3-1.5 1.2L4.5 10l1.2-1.5 3.3.2 3-3-.3-1z', '#dd2e44']],
  round_pushpin: [line('M10 9v9.5', '#6b7885', 1.8), ['c', [10, 6, 4.6], '#dd2e44'], ['c', [8.6, 4.6, 1.3], '#ff9aa6']],
  bell: [bellShape, ['p', 'M7.8 15.5h4.4a2.2 2.2 0 0 1-4.4 0z', '#b67f14']],
  no_bell: [bellShape, line('M3 3l14 14', '#dd2e44', 2.2)],
  hourglass: hourglassOf('M9 9h2l-1 1z', 'M5.5 16.8l4.5-4.5 4.5 4.5z'),
  hourglass_flowing_sand: hourglassOf('M6 5.8h8L10 10z', 'M6.5 16.8L10 14l3.5 2.8z'),
  stopwatch: [['r', [8.2, 0.8, 3.6, 2.6, 0.8], '#5c6b7a'], ['c', [10, 11.3, 7.2], '#fdfdfd', '#5c6b7a', 1.8], line('M10 6.8v4.5l3 1.8', '#dd2e44', 1.6)],
  alarm_clock: [['c', [4.5, 4.5, 2.5], '#dd2e44'], ['c', [15.5, 4.5, 2.5], '#dd2e44'], ['c', [10, 11, 7.2], '#fdfdfd', '#dd2e44', 1.8], line('M10 7v4l3 1.5', '#29333d', 1.5)],
  memo: [...page, ['p', 'M9 14.5l7.5-9 2.3 1.9-7.5 9-2.9 1z', '#f2b632', '#b67f14', 0.7]],
  page_facing_up: page, clipboard: [['r', [3, 2.5, 14, 16, 2], '#b98955'], ['r', [5, 4.5, 10, 12, 0.5], '#f5f7fa'], ['r', [7, 1.2, 6, 3, 1], '#8795a6'], line('M6.8 8h6.4M6.8 10.8h6.4M6.8 13.6h4', '#8795a6', 1.2)],
  eyes: [['p', 'M1.2 10c0-3.8 1.7-6 4-6s4 2.2 4 6-1.7 6-4 6-4-2.2-4-6z', '#fdfdfd', '#8795a6', 1], ['p', 'M10.8 10c0-3.8 1.7-6 4-6s4 2.2 4 6-1.7 6-4 6-4-2.2-4-6z', '#fdfdfd', '#8795a6', 1], ['c', [4.2, 10.5, 2], '#29333d'], ['c', [13.8, 10.5, 2], '#29333d']],
  fire: [['p', 'M10.5 1c.5 3.5 5.5 5 5.5 10.5 0 4-2.7 7-6 7s-6-2.7-6-6.5C4 8.5 6 7.5 6.5 5c1.3.7 1.8 1.7 2 3C10 6 11 4 10.5 1z', '#f4900c'], ['p', 'M10.2 9.5c.3 2 2.8 2.6 2.8 5.4 0 2-1.3 3.3-3 3.3s-3-1.2-3-3c0-2 1.6-2.5 1.8-4 .7.3 1 1 1.1 1.5.3-1 .5-2 .3-3.2z', '#ffd54d']],
  mag: [line('M12.5 12.5l5.5 5.5', '#5c6b7a', 3), ['c', [8, 8, 5.6], '#cfe6f7', '#5c6b7a', 2]],
  lock: [['p', 'M6 9V6.5a4 4 0 0 1 8 0V9', 'none', '#8795a6', 2], ['r', [3.5, 8.5, 13, 9.5, 2], '#f2b632'], ['c', [10, 12.5, 1.5], '#6b4a08'], line('M10 13v2.3', '#6b4a08', 1.4)],
  unlock: [['p', 'M6 9V5.5a4 4 0 0 1 7.5-1.8', 'none', '#8795a6', 2], ['r', [3.5, 8.5, 13, 9.5, 2], '#f2b632'], ['c', [10, 13, 1.5], '#6b4a08']],
  key: [['c', [6, 6.5, 4], 'none', '#e3a73a', 2.4], line('M9 9.5l8 8M14 14.5l2-2', '#e3a73a', 2.2)],
  speech_balloon: [['p', 'M3 2.5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-8l-4.5 4v-4H3a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2z', '#dbe9f5', '#7d97ad', 1.2], ['c', [6, 8.5, 1.2], '#5c6b7a'], ['c', [10, 8.5, 1.2], '#5c6b7a'], ['c', [14, 8.5, 1.2], '#5c6b7a']],
  link: [line('M8.5 11.5a3.5 3.5 0 0 0 5 0l3-3a3.5 3.5 0 0 0-5-5l-1.2 1.2M11.5 8.5a3.5 3.5 0 0 0-5 0l-3 3a3.5 3.5 0 0 0 5 5l1.2-1.2', '#5f7f9f', 2)],
  repeat: [tile('#3b88c3'), line('M5 9.5V8a2 2 0 0 1 2-2h6.5M11.5 3.8L14 6l-2.5 2.2M15 10.5V12a2 2 0 0 1-2 2H6.5M8.5 16.2L6 14l2.5-2.2', '#fff', 1.6)],
  arrows_counterclockwise: [tile('#3b88c3'), line('M14.5 8A5 5 0 0 0 5.4 8.4M5 5v3.5h3.5M5.5 12a5 5 0 0 0 9.1-.4M15 15v-3.5h-3.5', '#fff', 1.6)],
  fast_forward: [tile('#3b88c3'), ['p', 'M4 5l6 5-6 5zM10 5l6 5-6 5z', '#fff']], arrow_forward: [tile('#3b88c3'), ['p', 'M7 5l8 5-8 5z', '#fff']],
  double_vertical_bar: [tile('#3b88c3'), ['p', 'M6 5h3v10H6zM11 5h3v10h-3z', '#fff']], next_track_button: [tile('#3b88c3'), ['p', 'M4 5l5 5-5 5zM9 5l5 5-5 5zM14 5h2v10h-2z', '#fff']],
  no_entry: [['c', [10, 10, 8.5], '#dd2e44'], ['r', [4.5, 8.3, 11, 3.4, 0.8], '#fff']],
  no_entry_sign: [['c', [10, 10, 7.4], 'none', '#dd2e44', 2.4], line('M5 5l10 10', '#dd2e44', 2.4)],
  octagonal_sign: [['p', 'M6.5 1.5h7l5 5v7l-5 5h-7l-5-5v-7z', '#dd2e44', '#fff', 1]],
  construction: [['r', [1, 5, 18, 6, 1], '#f2b632'], ['p', 'M4 5h3.5l-3 6H1.5zM10 5h3.5l-3 6H7zM16 5h3v1.5L16.5 11H13z', '#29333d'], line('M4.5 11v7M15.5 11v7', '#8795a6', 2)],
  tada: [['p', 'M2 18l4.5-11.5L13.5 13z', '#f2b632'], line('M10.5 7.5c2-1 2-3.5.5-5.5M12.5 9.5c1.5-2 3.5-2.2 5.5-1.2', '#dd2e44', 1.5), ['c', [16, 3.5, 1.3], '#3b88c3'], ['c', [6.5, 3, 1.2], '#3fa45b'], ['c', [17, 13, 1.2], '#9266cc']],
  hammer_and_wrench: [line('M4 16.5L13 7.5', '#a0703c', 2.8), ['p', 'M10.5 2.5l7 7-2 2-7-7z', '#5c6b7a'], line('M5.5 6L15 16', '#8795a6', 2.8), ['p', 'M2 3.5l2.6 2.6 1.5-1.5L3.5 2A4 4 0 1 1 2 3.5z', '#8795a6']],
  wrench: [line('M4 16l8-8', '#8795a6', 3.4), ['p', 'M18 5.5a4.5 4.5 0 1 1-3.5-3.4L12.5 4.5l.6 2.4 2.4.6z', '#8795a6']],
  gear: [line('M10 1v18M1 10h18M3.6 3.6l12.8 12.8M16.4 3.6L3.6 16.4', '#7b8794', 2.6), ['c', [10, 10, 6], '#7b8794'], ['c', [10, 10, 2.6], '#f4f6f8']],
  telephone_receiver: [['p', 'M4.5 2l3.2 4.2-1.8 2c1 2.3 3.1 4.6 5.5 5.8l2-1.8L17.8 15.5c-1 2-2.6 2.8-4.3 2.3C8 16.2 3.3 11 2.2 6.2 1.9 4.4 2.8 2.9 4.5 2z', '#dd2e44']],
  bar_chart: [['r', [1.5, 1.5, 17, 17, 2], '#f5f7fa', '#8795a6'], ['r', [4, 10, 3, 6.5], '#3fa45b'], ['r', [8.5, 5, 3, 11.5], '#dd2e44'], ['r', [13, 8, 3, 8.5], '#3b88c3']],
  chart_with_upwards_trend: [['r', [1.5, 1.5, 17, 17, 2], '#f5f7fa', '#8795a6'], line('M4 15l4-4 3 2 5-8', '#dd2e44', 1.8)],
  chart_with_downwards_trend: [['r', [1.5, 1.5, 17, 17, 2], '#f5f7fa', '#8795a6'], line('M4 5l4 4 3-2 5 8', '#3b88c3', 1.8)],
  zap: [['p', 'M12 1L3.5 11.5h5L7 19l9.5-11h-5.5z', '#f5c83c', '#c78f10', 0.8]],
  bulb: [['p', 'M10 1.5a6 6 0 0 1 3.5 10.9V15h-7v-2.6A6 6 0 0 1 10 1.5z', '#ffd95e', '#c78f10', 0.8], ['r', [7, 15.5, 6, 3, 1], '#8795a6']],
  mega: [['p', 'M2 8l12-5v13L2 12z', '#dd2e44'], ['p', 'M14 3c2.5 1 4 3.5 4 6.5S16.5 15 14 16z', '#f2b632'], line('M5 13v4h3v-3', '#5c6b7a', 1.6)],
  loudspeaker: [['p', 'M2 7h4l7-5v16l-7-5H2z', '#dd2e44'], line('M15.5 6.5a5 5 0 0 1 0 7', '#5c6b7a', 1.8)],
  bust_in_silhouette: person(10, '#5f7f9f'), busts_in_silhouette: [...person(14, '#8fa9c2'), ...person(7, '#5f7f9f')],
  information_source: [tile('#3b88c3'), ['c', [10, 5.8, 1.5], '#fff'], line('M10 9v6.5', '#fff', 2.4)],
  question: [line('M6.5 6.5a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.6', '#dd2e44', 2.4), ['c', [10, 16.2, 1.5], '#dd2e44']],
  exclamation: [line('M10 2.5v9.5', '#dd2e44', 3), ['c', [10, 16.2, 1.7], '#dd2e44']],
  arrow_up: arrow(0), arrow_right: arrow(90), arrow_down: arrow(180), arrow_left: arrow(270),
  leftwards_arrow_with_hook: [tile('#4a7fc1'), line('M8 5L4.5 8.5 8 12M5 8.5h7a3 3 0 0 1 0 6H9', '#fff', 1.8)],
  checkered_flag: [line('M3.5 1.5v17', '#8795a6', 1.6), ['r', [4.5, 2, 13, 9], '#fdfdfd', '#29333d'], ['p', 'M4.5 2h3.2v3H4.5zM11 2h3.2v3H11zM7.7 5H11v3H7.7zM14.2 5h3.3v3h-3.3zM4.5 8h3.2v3H4.5zM11 8h3.2v3H11z', '#29333d']],
  triangular_flag_on_post: [line('M4.5 1.5v17', '#8795a6', 1.6), ['p', 'M5.5 2.5l11 4.5-11 4.5z', '#dd2e44']],
  calendar: [['r', [2, 3, 16, 15, 2], '#f5f7fa', '#8795a6'], ['p', 'M2 8V5a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v3z', '#dd2e44'], line('M5.5 11h2M9 11h2M12.5 11h2M5.5 14.5h2M9 14.5h2', '#5c6b7a', 1.6)],
  rocket: [['p', 'M18 2c-5 0-9 3-10.5 7.5L10.5 12.5C15 11 18 7 18 2z', '#dbe4ee', '#5c6b7a', 1], ['p', 'M8 8L3.5 9.5l3 2zM12 12l-1.5 4.5-2-3z', '#dd2e44'], ['p', 'M6.5 12L3 17l5-3.5z', '#f4900c'], ['c', [13.2, 6.8, 1.7], '#3b88c3']],
  '+1': [['p', 'M7 9l3-7c2 0 2.6 1.3 2.2 3L11.7 7.5H17c1.2 0 1.6 1 1.4 2l-1.3 6.5c-.2 1-.9 1.5-1.8 1.5H7z', '#f2b632', '#b67f14', 0.8], ['r', [2, 8.5, 4, 9.5, 1], '#3b88c3']],
  raised_hands: [['p', 'M3 18c-1-3-1.5-6-1-9l1.5-6 1.2.3L5 8l1.2-5 1.3.3L8 9c1 3 .5 6-1 9zM17 18c1-3 1.5-6 1-9l-1.5-6-1.2.3L15 8l-1.2-5-1.3.3L12 9c-1 3-.5 6 1 9z', '#f2b632', '#b67f14', 0.7]],
  thinking_face: [['c', [10, 10, 8.4], '#f5c83c'], ['c', [7, 8, 1.2], '#29333d'], ['c', [13, 8, 1.2], '#29333d'], line('M5.5 5l3 .5M11.5 4.8l3-.8M7.5 13.5l5-1', '#29333d', 1.3)],
  slightly_smiling_face: [['c', [10, 10, 8.4], '#f5c83c'], ['c', [7, 8, 1.2], '#29333d'], ['c', [13, 8, 1.2], '#29333d'], line('M6 12c2 3 6 3 8 0', '#29333d', 1.4)],
  robot_face: [['r', [3, 5, 14, 12, 3], '#9fb3c8'], ['c', [7, 10, 1.6], '#29333d'], ['c', [13, 10, 1.6], '#29333d'], line('M7 14h6M10 5V2', '#29333d', 1.4), ['c', [10, 2, 1.2], '#dd2e44']],
};
drawings.thumbsup = drawings['+1'];

/** glyph draws a sign by emoji name, or returns null when it has no drawing. */
export function glyph(name) {
  const clock = /^clock(\d{1,2}?)(30)?$/.exec(name);
  const shapes = clock ? clockFace(Number(clock[1]), Boolean(clock[2])) : Object.hasOwn(drawings, name) ? drawings[name] : null;
  if (!shapes) return null;
  const svg = document.createElementNS(NS, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(...shapes.map(shape));
  return svg;
}

function shape([kind, where, fill, stroke, width, turn]) {
  const tag = { p: 'path', c: 'circle', r: 'rect' }[kind];
  const names = { c: ['cx', 'cy', 'r'], r: ['x', 'y', 'width', 'height', 'rx'], p: ['d'] }[kind];
  const el = document.createElementNS(NS, tag);
  [where].flat().forEach((value, i) => el.setAttribute(names[i], value));
  el.setAttribute('fill', fill);
  if (stroke) {
    for (const [key, value] of Object.entries({ stroke, 'stroke-width': width || 1, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' })) el.setAttribute(key, value);
  }
  if (turn) el.setAttribute('transform', `rotate(${turn} 10 10)`);
  return el;
}
