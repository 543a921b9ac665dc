// @ts-check
// Names, numbers and short texts, as they are shown.

/** Where a comma stands. A formatter of `Intl` would do the same, and take 10 ms of the first second to be made. */
const THOUSANDS = /\B(?=(?:\d{3})+$)/g;

/** `1,240` @param {number} n a whole one */
export const number = (n) => String(n).replace(THOUSANDS, ",");

/** @param {number} n @param {string} one @param {string} [many] */
export const plural = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

/** `bob`, `bob and carol`, `bob, carol and 3 others`. @param {string[]} names */
export function nameList(names) {
  if (names.length <= 2) return names.join(" and ");
  if (names.length === 3) return `${names[0]}, ${names[1]} and ${names[2]}`;
  return `${names[0]}, ${names[1]} and ${names.length - 2} others`;
}

/** Begins with something quoted, a filter of a search for example: `in:#ops`. */
const QUOTING = /^\w+:\S/;

/** Words of the server as a sentence on the screen. @param {string} words */
export function sentence(words) {
  const text = words.trim();
  if (QUOTING.test(text)) return text + (/[.!?…]$/.test(text) ? "" : ".");
  return text.charAt(0).toLocaleUpperCase("en") + text.slice(1) + (/[.!?…]$/.test(text) ? "" : ".");
}

/** The units of sizes, each a thousand of the one before. */
const SIZES = ["bytes", "KB", "MB", "GB", "TB"];

/** `512 bytes`, `48 KB`, `1.2 MB`. @param {number} bytes */
export function byteSize(bytes) {
  const power = Math.min(SIZES.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const size = bytes / 1000 ** power;
  return power === 0 ? plural(bytes, "byte") : `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${SIZES[power]}`;
}

/** What a message says: its text, or the names of its files. @param {{body: string, attachments?: {name: string}[]}} message */
export const wordsOf = ({ body, attachments = [] }) => body || attachments.map(({ name }) => `📎 ${name}`).join(", ");

/** A count that must fit in a badge. @param {number} n */
export const badge = (n) => (n > 99 ? "99+" : String(n));

/** Turns the direction of what follows, or is nothing to see. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/gu;
/** What a family or a flag is joined with. */
const JOINERS = /[\u200d\ufe0f]/;

/** The name that a user has given themselves, if there is something to see of it. It cannot turn the line it stands in.
 * @param {{display_name?: string|null}} user @returns {string|null} */
export function displayName({ display_name: wish }) {
  const seen = (wish ?? "").replace(HIDDEN, (sign) => (JOINERS.test(sign) ? sign : "")).trim();
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(seen) ? seen : null;
}

/** What a user is called. @param {{name: string, display_name?: string|null}} user */
export const calledName = (user) => displayName(user) ?? user.name;

/** A called name with the name that nobody else can have. @param {{name: string, display_name?: string|null}} user */
export function fullName(user) {
  const shown = displayName(user);
  return shown ? `${shown} (@${user.name})` : user.name;
}

/** @type {Intl.Segmenter|undefined} */
let segmenter;

/** The letters of a text. What tells them apart takes 10 ms to be made, so it is made when it is first needed. @param {string} text */
const graphemes = (text) => (segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" })).segment(text);

/** The beginning of a text, at most so many letters; none is cut in half. @param {string} text @param {number} most */
export function excerpt(text, most) {
  // A letter has one unit at least: what is shorter needs no counting.
  if (text.length <= most) return text;
  let at = 0;
  let letters = 0;
  for (const { index, segment } of graphemes(text.slice(0, most * LONGEST_LETTER))) {
    if (letters === most) return `${text.slice(0, index)}…`;
    letters += 1;
    at = index + segment.length;
  }
  return at < text.length ? `${text.slice(0, at)}…` : text;
}

/** Units of a family with four skin tones; what is longer is no letter. */
const LONGEST_LETTER = 32;

/** The first letters of a name: `quiet-otter-42` is QO, `alice` is A. @param {string} name */
export function initials(name) {
  const parts = name.split(/[-_. ]+/u).filter((part) => /\p{L}/u.test(part));
  const letters = (parts.length ? parts : [name]).slice(0, 2).map((part) => excerptOne(part));
  return letters.join("").toLocaleUpperCase("en");
}

/** The first letter with all that stands on it. @param {string} part */
const excerptOne = (part) =>
  PLAIN.test(part) ? part[0] : (graphemes(part)[Symbol.iterator]().next().value?.segment ?? "");

/** Nothing stands on the first letter, and it is not part of a picture. */
const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e]|$)/;

const encoder = new TextEncoder();

/** @param {string} text */
export const byteLength = (text) => encoder.encode(text).length;

/** From so many letters on, a query may stand inside a word, or leave letters out. */
const LOOSE = 3;

/** Does a query mean this name? @param {string} query @param {string} name @returns {number|null} lower is better */
export function match(query, name) {
  const wanted = query.toLowerCase();
  const text = name.toLowerCase();
  if (text.startsWith(wanted)) return 0;
  if (new RegExp(`[-_. #@/]${escaped(wanted)}`, "u").test(text)) return 1;
  if ([...wanted].length < LOOSE) return null;
  if (text.includes(wanted)) return 2;
  // Each letter begins a word, or follows the one before it: "qo42" is quiet-otter-42.
  const hops = [...wanted].map(escaped).join("(?:.*?[-_. ])?");
  return new RegExp(`(?:^|[-_. #@/])${hops}`, "u").test(text) ? 3 : null;
}

/** @param {string} text */
const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
