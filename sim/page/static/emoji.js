// Emoji by Slack name. Drawn signs (glyphs.js) come first, so that the cards read the same on a machine without an emoji font.
import { h } from './dom.js';
import { glyph } from './glyphs.js';

const table = {
  rotating_light: '🚨', white_check_mark: '✅', heavy_check_mark: '✔️', ballot_box_with_check: '☑️', x: '❌', pushpin: '📌', round_pushpin: '📍',
  red_circle: '🔴', large_orange_circle: '🟠', large_yellow_circle: '🟡', large_green_circle: '🟢', large_blue_circle: '🔵', large_purple_circle: '🟣',
  white_circle: '⚪', black_circle: '⚫', bell: '🔔', no_bell: '🔕', hourglass: '⌛', hourglass_flowing_sand: '⏳', warning: '⚠️', hammer_and_wrench: '🛠️',
  memo: '📝', eyes: '👀', fire: '🔥', stopwatch: '⏱️', alarm_clock: '⏰', timer_clock: '⏲️', telephone_receiver: '📞', pager: '📟', mag: '🔍', lock: '🔒',
  unlock: '🔓', speech_balloon: '💬', page_facing_up: '📄', link: '🔗', repeat: '🔁', arrows_counterclockwise: '🔄', fast_forward: '⏩', no_entry: '⛔',
  no_entry_sign: '🚫', construction: '🚧', tada: '🎉', rocket: '🚀', zap: '⚡', bulb: '💡', bar_chart: '📊', chart_with_upwards_trend: '📈',
  chart_with_downwards_trend: '📉', clipboard: '📋', books: '📚', book: '📖', open_file_folder: '📂', file_folder: '📁', calendar: '📅', wrench: '🔧',
  gear: '⚙️', mega: '📣', loudspeaker: '📢', satellite: '📡', globe_with_meridians: '🌐', shield: '🛡️', key: '🔑', bust_in_silhouette: '👤',
  busts_in_silhouette: '👥', wave: '👋', raised_hand: '✋', raised_hands: '🙌', '+1': '👍', thumbsup: '👍', '-1': '👎', thumbsdown: '👎', pray: '🙏',
  clap: '👏', heart: '❤️', slightly_smiling_face: '🙂', smile: '😄', thinking_face: '🤔', sweat_smile: '😅', ambulance: '🚑', fire_engine: '🚒',
  first_place_medal: '🥇', checkered_flag: '🏁', triangular_flag_on_post: '🚩', mute: '🔇', speaker: '🔈', sunrise: '🌅', question: '❓', grey_question: '❔', exclamation: '❗', information_source: 'ℹ️',
  arrow_right: '➡️', arrow_left: '⬅️', arrow_up: '⬆️', arrow_down: '⬇️', leftwards_arrow_with_hook: '↩️', next_track_button: '⏭️', black_right_pointing_double_triangle_with_vertical_bar: '⏭️',
  double_vertical_bar: '⏸️', pause_button: '⏸️', arrow_forward: '▶️', stop_button: '⏹️', octagonal_sign: '🛑', email: '✉️', envelope: '✉️', inbox_tray: '📥',
  outbox_tray: '📤', package: '📦', floppy_disk: '💾', computer: '💻', robot_face: '🤖', snail: '🐌', test_tube: '🧪', drum_with_drumsticks: '🥁',
  sparkles: '✨', broom: '🧹', wastebasket: '🗑️', paperclip: '📎', label: '🏷️', sos: '🆘', new: '🆕', ok: '🆗', zzz: '💤', crown: '👑', night_with_stars: '🌃',
};
for (let i = 1; i <= 12; i++) {
  table[`clock${i}`] = String.fromCodePoint(0x1F54F + i);
  table[`clock${i}30`] = String.fromCodePoint(0x1F55B + i);
}

const byCharacter = new Map(Object.entries(table).map(([name, text]) => [text.replace('\uFE0F', ''), name]));
const pictured = /(\p{Extended_Pictographic})\uFE0F?/u;

/** The names offered by the reaction menu. */
export const reactionNames = ['pushpin', 'white_check_mark', 'eyes', '+1', 'rotating_light', 'fire', 'tada', 'raised_hands', 'thinking_face', 'x'];

/** emoji returns an element for a name, or null when the name is unknown. */
export function emoji(name) {
  if (!Object.hasOwn(table, name)) return null;
  const svg = glyph(name);
  return h('span', { class: `emoji${svg ? '' : ' font'}`, role: 'img', 'aria-label': name.replaceAll('_', ' '), title: `:${name}:` }, svg || table[name]);
}

/** emojify replaces typed emoji characters by the same elements; all other text stays a string. */
export function emojify(text) {
  return text.split(pictured).map((part, i) => {
    const name = i % 2 ? byCharacter.get(part) : null;
    return name ? emoji(name) : part;
  });
}

/** emojiText renders plain text with :names:, as headers, buttons and topics have it. */
export function emojiText(text) {
  return (text || '').split(/:([a-z0-9_+'-]+):/).map((part, i) => (i % 2 ? emoji(part) || `:${part}:` : emojify(part)));
}
