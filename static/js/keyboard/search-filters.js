// @ts-check
// The filters of a search: which there are, and what a half-written one may become. Pure.
/** @import { State, Room } from "../types.js" */
/** @import { Completion } from "./completion.js" */
import { sortedRooms } from "../store/selectors.js";
import { displayName, match } from "../kit/text.js";
import { roomTitle } from "../store/titles.js";

/** As many as stand above the results without hiding them. */
const MOST = 6;
const A_DAY = 24 * 60 * 60 * 1000;

/** Those that want a value, and those that are whole. @type {{value: string, label: string, does: string}[]} */
export const FILTERS = [
  { value: "from:", label: "From…", does: "said by somebody" },
  { value: "in:", label: "In…", does: "said in a room" },
  { value: "after:", label: "After…", does: "said on a day or later" },
  { value: "before:", label: "Before…", does: "said before a day" },
  { value: "has:link", label: "Links", does: "with a link" },
  { value: "has:code", label: "Code", does: "with code" },
  { value: "has:file", label: "Files", does: "with a file" },
  { value: "is:pinned", label: "Pinned", does: "pinned messages" },
];

/** How a search names a room; null: it has no name that a search knows. @param {Room} room @param {string|null} me */
export function roomFilter(room, me) {
  if (room.kind === "direct" && (room.people ?? []).length > 2) return null;
  if (room.kind === "direct" && !(room.people ?? []).some(({ id }) => id !== me)) return null;
  return `in:${roomTitle(room, me)}`;
}

/** What the filter before the caret may become. @param {State} state @param {string} text @param {number} caret @param {number} now @returns {Completion|null} */
export function filtersAt(state, text, caret, now) {
  const found = /(?:^|\s)(-?)(from|in|before|after|has|is):(\S*)$/i.exec(text.slice(0, caret));
  if (!found || /^\S/.test(text.slice(caret))) return null;
  const [, minus, name, begun] = found;
  const filter = `${minus}${name.toLowerCase()}:`;
  const values = VALUES[name.toLowerCase()](state, now);
  // A whole one is asked for as it stands.
  if (values.some(({ value }) => value.toLowerCase() === begun.toLowerCase())) return null;
  const choices = values
    .map((choice) => ({ ...choice, rank: begun === "" ? 0 : (match(begun.replace(/^[#@]/, ""), choice.value.replace(/^[#@]/, "")) ?? match(begun, choice.note)) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => Number(a.rank) - Number(b.rank))
    .slice(0, MOST)
    .map(({ value, note }) => ({ value: `${filter}${value} `, label: `${filter}${value}`, note }));
  return choices.length ? { from: caret - filter.length - begun.length, to: caret, choices } : null;
}

/** What is asked for while a filter is being written: all else. @param {string} text @param {Completion|null} completion */
export function askedOf(text, completion) {
  return (completion ? text.slice(0, completion.from).trimEnd() + text.slice(completion.to) : text).trim();
}

/** A text with a filter more, or without it where it is there. @param {string} text @param {string} filter */
export function toggleFilter(text, filter) {
  const words = text.split(/\s+/).filter(Boolean);
  const left = words.filter((word) => word.toLowerCase() !== filter.toLowerCase());
  return [...(left.length < words.length ? left : [...words, filter]), ""].join(" ").trimStart();
}

/** @param {string} text @param {string} filter */
export const hasFilter = (text, filter) => text.toLowerCase().split(/\s+/).includes(filter.toLowerCase());

/** @type {Record<string, (state: State, now: number) => {value: string, note: string}[]>} */
const VALUES = {
  from(state) {
    const here = new Map((state.people[state.current ?? ""]?.members ?? []).map((user) => [user.id, user]));
    const others = [...here.values(), ...Object.values(state.users).filter(({ id }) => !here.has(id))].filter(({ id }) => id !== state.user?.id);
    return [{ value: "me", note: "what you said" }, ...others.map((user) => ({ value: user.name, note: displayName(user) ?? "" }))];
  },
  in: (state) =>
    sortedRooms(state).flatMap((room) => {
      const filter = roomFilter(room, state.user?.id ?? null);
      return filter ? [{ value: filter.slice("in:".length), note: room.topic }] : [];
    }),
  before: (_, now) => days(now),
  after: (_, now) => days(now),
  has: () => [{ value: "link", note: "a link" }, { value: "code", note: "code" }, { value: "file", note: "an attached file" }],
  is: () => [{ value: "pinned", note: "pinned messages" }],
};

/** The server counts days as UTC does. @param {number} now */
function days(now) {
  const day = (/** @type {number} */ ago) => new Date(now - ago * A_DAY).toISOString().slice(0, "2026-01-01".length);
  return [[0, "today"], [1, "yesterday"], [7, "a week ago"], [30, "30 days ago"], [365, "a year ago"]].map(([ago, note]) => ({ value: day(Number(ago)), note: String(note) }));
}
