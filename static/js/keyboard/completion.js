// @ts-check
// What a half-written word may become: @people, #rooms, /commands. Pure.
/** @import { State } from "../types.js" */
import { hintsFor } from "./commands.js";
import { sortedRooms } from "../store/selectors.js";
import { displayName, match } from "../kit/text.js";

/** As many as stand above the message box without hiding the room. */
const MOST = 7;

/** The names of emojis are many, and nobody needs them before the first message is read. @type {typeof import("../kit/emoji.js").findEmojis|null} */
let findEmojis = null;

/** From then on emojis are completed. */
export async function loadEmojis() {
  ({ findEmojis } = await import("../kit/emoji.js"));
}

/** @typedef {{value: string, label: string, note: string}} Choice */
/** @typedef {{from: number, to: number, choices: Choice[]}} Completion */

/** @param {State} state @param {string} text @param {number} caret @returns {Completion|null} */
export function completionsAt(state, text, caret) {
  if (/^\/[a-z-]*$/i.test(text)) {
    const choices = hintsFor(text).map(({ name, args, does }) => ({ value: `/${name} `, label: `/${name} ${args}`.trim(), note: does }));
    return choices.length ? { from: 0, to: text.length, choices } : null;
  }
  const short = /(?:^|[\s(]):([a-z0-9_+-]{2,})$/i.exec(text.slice(0, caret));
  if (short && findEmojis) {
    const choices = findEmojis(short[1], MOST).map(({ emoji, names }) => ({ value: `${emoji} `, label: `${emoji} :${names[0]}:`, note: "" }));
    return choices.length ? { from: caret - short[1].length - 1, to: caret, choices } : null;
  }
  const found = /(?:^|[\s(])([@#])([\p{L}\p{N}_.-]*)$/u.exec(text.slice(0, caret));
  if (!found) return null;
  const [, sign, query] = found;
  const named = sign === "@" ? people(state) : rooms(state);
  const choices = named
    .map((choice) => ({ choice, rank: match(query, choice.name) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => /** @type {number} */ (a.rank) - /** @type {number} */ (b.rank))
    .slice(0, MOST)
    .map(({ choice: { name, note } }) => ({ value: `${sign}${name} `, label: `${sign}${name}`, note }));
  return choices.length ? { from: caret - query.length - 1, to: caret, choices } : null;
}

/** Members of the room, those who spoke last first. @param {State} state */
function people(state) {
  /** @type {Map<string, {name: string, note: string}>} */ const found = new Map();
  const room = state.current ?? "";
  for (const item of [...(state.timelines[room]?.items ?? [])].reverse()) {
    if (item.kind === "message") found.set(item.message.author.id, { name: item.message.author.name, note: "" });
  }
  for (const user of state.people[room]?.members ?? []) {
    const note = [displayName(user), user.online ? "online" : ""].filter(Boolean).join(" · ");
    found.set(user.id, { name: user.name, note });
  }
  found.delete(state.user?.id ?? "");
  return [...found.values()];
}

/** @param {State} state */
const rooms = (state) => sortedRooms(state).filter(({ kind }) => kind !== "direct").map(({ name, topic }) => ({ name, note: topic }));
