// @ts-check
// Small words and numbers, as they stand on the screen.

const NUMBER = new Intl.NumberFormat("en");

/** `1,240` @param {number} n */
export const number = (n) => NUMBER.format(n);

/** @param {number} n @param {string} one @param {string} [many] */
export const plural = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

/** `bob`, `bob and carol`, `bob, carol and 3 others`. @param {string[]} names */
export function nameList(names) {
  if (names.length <= 2) return names.join(" and ");
  if (names.length === 3) return `${names[0]}, ${names[1]} and ${names[2]}`;
  return `${names[0]}, ${names[1]} and ${names.length - 2} others`;
}

/** Words of the server as a sentence on the screen. @param {string} words */
export function sentence(words) {
  const text = words.trim();
  return text.charAt(0).toLocaleUpperCase("en") + text.slice(1) + (/[.!?…]$/.test(text) ? "" : ".");
}

/** A count that must fit in a badge. @param {number} n */
export const badge = (n) => (n > 99 ? "99+" : String(n));

/** The first letters of a name: `quiet-otter-42` is QO, `alice` is A. @param {string} name */
export function initials(name) {
  const parts = name.split(/[-_. ]+/u).filter((part) => /\p{L}/u.test(part));
  const letters = (parts.length ? parts : [name]).slice(0, 2).map((part) => [...part][0] ?? "");
  return letters.join("").toLocaleUpperCase("en");
}

const encoder = new TextEncoder();

/** @param {string} text */
export const byteLength = (text) => encoder.encode(text).length;

/** Does a name or id stand for this thing? @param {string} query @param {string} name @returns {number|null} lower is better */
export function match(query, name) {
  const wanted = query.toLowerCase();
  const text = name.toLowerCase();
  if (text.startsWith(wanted)) return 0;
  const at = text.indexOf(wanted);
  if (at > 0) return /[-_. #@/]/.test(text[at - 1]) ? 1 : 2;
  let from = 0;
  for (const letter of wanted) {
    from = text.indexOf(letter, from) + 1;
    if (from === 0) return null;
  }
  return 3;
}
