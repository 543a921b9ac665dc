// @ts-check
// The colour of a user: the same one as in the terminal, from the same palette (its values stand in css/colours.css
// as --user-0, --user-1 …), or the user's own, made readable on both backgrounds.

/** Colours in the palette. */
export const SLOTS = 12;

/** FNV-1a, 32 bits, over the id as it is written. @param {string} id */
export function slotOf(id) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) {
    hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0) % SLOTS;
}

/** A colour of the palette as a user's own would be written: `#rrggbb`. @param {number} slot */
export function slotColor(slot) {
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--user-${slot}`);
  return /#[0-9a-f]{6}/i.exec(value)?.[0].toLowerCase() ?? "#000000";
}

/** Text on its background needs 4.5 to 1 (WCAG AA). */
const READABLE = 4.5;
/** Everything that names stand on, in the light and in the dark: a row, one under the pointer, one with a mention, one that
 * failed, one that an address led to (css/colours.css; a test compares). */
export const GROUNDS = {
  light: [[255, 255, 255], [243, 244, 244], [253, 240, 232], [253, 236, 235], [233, 243, 243]],
  dark: [[20, 26, 35], [33, 39, 47], [44, 31, 27], [46, 27, 28], [20, 40, 46]],
};

/** @param {number[]} rgb 0–255 @returns {number} */
function luminance(rgb) {
  const [r, g, b] = rgb.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {number[]} a @param {number[]} b */
export function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** The colour nearest to a wish that can be read. @param {string} color #rrggbb @param {"light"|"dark"} theme @returns {string|null} */
export function readable(color, theme) {
  if (!/^#[0-9a-f]{6}$/i.test(color)) return null;
  const wish = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  const toward = theme === "light" ? 0 : 255;
  for (let step = 0; step <= 20; step++) {
    const rgb = wish.map((part) => Math.round(part + ((toward - part) * step) / 20));
    if (GROUNDS[theme].every((ground) => contrast(rgb, ground) >= READABLE)) return `rgb(${rgb.join(" ")})`;
  }
  return null;
}

/** Paints an element in a user's colour. @param {HTMLElement} element @param {{id: string, color?: string|null}} user */
export function paint(element, user) {
  const light = user.color ? readable(user.color, "light") : null;
  const dark = user.color ? readable(user.color, "dark") : null;
  if (light && dark) {
    element.style.setProperty("--user", `light-dark(${light}, ${dark})`);
  } else {
    element.style.setProperty("--user", `var(--user-${slotOf(user.id)})`);
  }
}
