// @ts-check
// Whether a text is probably code that was pasted without a fence, and the text in one. The terminal has the same rule
// (protocol/src/code.rs), and both are tested with protocol/fixtures/code.json.

/** Fewer lines than this are hardly worth a block. */
const LEAST_LINES = 2;
/** Indented, or ends as prose seldom does. */
const CODE_LINE = /^(?: {2}|\t)|(?:[{};(\\]|\);|\},|=>)\s*$/;
/** A text with a fence, a quote or a list in it is left as it is. */
const MARKUP = /^\s*(?:```|[>*-] )/;
const FENCE = 3;

/** Do several lines look like code: at least half of them? @param {string} text */
export function looksLikeCode(text) {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length < LEAST_LINES || lines.some((line) => MARKUP.test(line))) return false;
  return lines.filter((line) => CODE_LINE.test(line)).length * 2 >= lines.length;
}

/** The text as a block of code; its fence is longer than any row of back-ticks in it. @param {string} text */
export function fenced(text) {
  const longest = (text.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 0);
  const fence = "`".repeat(Math.max(FENCE, longest + 1));
  return `${fence}\n${text.replace(/^\n+/, "").trimEnd()}\n${fence}`;
}
