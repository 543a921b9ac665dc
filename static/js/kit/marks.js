// @ts-check
// A text with marks in it, as pieces to show.

/** @typedef {{text: string, marked: boolean}} Piece */

/** Of what is left out before the first mark, so much is shown all the same: a part of what is shown in all. */
const BEFORE = 0.25;

/** The part of a text around its first mark. @param {string} body @param {[number, number][]} marks in Unicode scalar values: the first, one after the last
 * @param {number} most scalar values to show @returns {Piece[]} */
export function markedPieces(body, marks, most) {
  const letters = [...body];
  const first = marks[0]?.[0] ?? 0;
  const from = Math.max(0, Math.min(first - Math.floor(most * BEFORE), letters.length - most));
  const to = Math.min(letters.length, from + most);
  /** @type {Piece[]} */ const pieces = [];
  let at = from;
  const add = (/** @type {number} */ end, /** @type {boolean} */ marked) => {
    const text = letters.slice(at, end).join("");
    if (text) pieces.push({ text, marked });
    at = Math.max(at, end);
  };
  for (const [start, end] of marks) {
    if (end <= at || start >= to) continue;
    add(Math.max(at, start), false);
    add(Math.min(end, to), true);
  }
  add(to, false);
  if (from > 0) pieces.unshift({ text: "…", marked: false });
  if (to < letters.length) pieces.push({ text: "…", marked: false });
  return pieces;
}
