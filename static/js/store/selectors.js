// @ts-check
// What the views show, derived from the state: the rows of the timeline, the rooms in their order, the counts.
/** @import { State, Room, Item, Message, NoticeItem, Outgoing, User } from "../types.js" */
import { attentive } from "./state.js";
import { timeOfDay, dayKey, dayName } from "../kit/time.js";

/** Messages of one author closer than this stand in one group, in ms. */
const GROUP = 5 * 60_000;

/**
 * @typedef {object} Row
 * @property {string} key
 * @property {"day"|"new"|"message"|"notice"} kind
 * @property {number} seq
 * @property {string} [text]
 * @property {Message} [message]
 * @property {NoticeItem[]} [notices]
 * @property {boolean} [grouped]
 * @property {Outgoing} [outgoing]
 */

/** The lobby first, then by name. @param {State} state @returns {Room[]} */
export function sortedRooms(state) {
  return Object.values(state.rooms).sort((a, b) =>
    a.name === "lobby" ? -1 : b.name === "lobby" ? 1 : a.name.localeCompare(b.name),
  );
}

/** What is unread in a room, as shown: nothing in the room that is being read. @param {State} state @param {Room} room */
export function unreadOf(state, room) {
  const timeline = state.timelines[room.id];
  const watched = room.id === state.current && attentive(state) && timeline?.atEnd && !timeline.after && !timeline.keptUnread;
  return watched ? { unread: 0, mentions: 0 } : { unread: room.unread ?? 0, mentions: room.mentions ?? 0 };
}

/** The room that the user is reading at its live end. @param {State} state @returns {string|null} */
export const roomBeingRead = (state) => (attentive(state) && state.current && state.timelines[state.current]?.atEnd ? state.current : null);

/** @param {State} state */
export function unreadTotal(state) {
  const total = { unread: 0, mentions: 0 };
  for (const room of Object.values(state.rooms)) {
    const { unread, mentions } = unreadOf(state, room);
    total.unread += unread;
    total.mentions += mentions;
  }
  return total;
}

/** The next room with something unread, mentions first. @param {State} state @returns {Room|null} */
export function nextUnread(state) {
  const rooms = sortedRooms(state);
  const from = rooms.findIndex((room) => room.id === state.current);
  const ahead = [...rooms.slice(from + 1), ...rooms.slice(0, Math.max(from, 0))];
  return ahead.find((room) => room.mentions) ?? ahead.find((room) => room.unread) ?? null;
}

/** Online first, then by name. @param {User[]} members */
export function sortedMembers(members) {
  const byName = [...members].sort((a, b) => a.name.localeCompare(b.name));
  return { online: byName.filter((user) => user.online), offline: byName.filter((user) => !user.online) };
}

/** How many are online: those in sight where all are in sight, else what the server counts. @param {import("../types.js").People} people */
export const onlineCount = ({ members, total, online }) =>
  members.length >= total ? members.filter((user) => user.online).length : online;

/** @param {State} state */
export function outboxCounts(state) {
  const failed = state.outbox.filter((entry) => entry.status === "failed").length;
  const sent = state.outbox.filter((entry) => entry.status === "sent").length;
  return { failed, queued: state.outbox.length - failed - sent };
}

/** An outgoing message as the timeline shows it. @param {State} state @param {Outgoing} entry @returns {Message} */
const preview = (state, entry) => ({
  id: entry.id,
  room: entry.room,
  seq: Infinity,
  author: { id: entry.user, name: state.user?.name ?? "" },
  body: entry.body,
  sent_at: entry.at,
});

/** @param {State} state @param {string} room @param {number} now @returns {Row[]} */
export function rowsOf(state, room, now) {
  const timeline = state.timelines[room];
  if (!timeline) return [];
  /** @type {Row[]} */ const rows = [];
  const { divider } = timeline;
  let day = "";
  let divided = divider === null;
  /** @type {Row|null} */ let last = null;

  /** @param {string} at @param {number} seq */
  function separate(at, seq) {
    const key = dayKey(at);
    if (key !== day) {
      day = key;
      rows.push({ key: `day:${key}`, kind: "day", seq, text: dayName(at, now) });
      last = null;
    }
    if (divider && !divided && seq > divider.seq && Number.isFinite(seq)) {
      divided = true;
      rows.push({ key: "new", kind: "new", seq: divider.seq, text: `${divider.count} new since ${timeOfDay(at)}` });
      last = null;
    }
  }

  /** @param {Message} message @param {Outgoing} [outgoing] */
  function say(message, outgoing) {
    separate(message.sent_at, message.seq);
    const grouped =
      last?.message?.author.id === message.author.id &&
      Date.parse(message.sent_at) - Date.parse(last.message.sent_at) < GROUP;
    const row = { key: message.id, kind: /** @type {const} */ ("message"), seq: message.seq, message, grouped, outgoing };
    rows.push(row);
    last = row;
  }

  /** Runs of comings and goings fold to one row. @param {NoticeItem} item */
  function note(item) {
    separate(item.at, item.seq);
    if (last?.notices) last.notices.push(item);
    else rows.push((last = { key: `n:${item.seq}`, kind: "notice", seq: item.seq, notices: [item] }));
  }

  for (const item of /** @type {Item[]} */ (timeline.items)) {
    if (item.kind === "message") say(item.message);
    else note(item);
  }
  const shown = new Set(timeline.items.map((item) => (item.kind === "message" ? item.message.id : "")));
  const waiting = state.outbox.filter((entry) => entry.room === room && !shown.has(entry.id));
  // Unsent messages stand last, whatever range is loaded: they must not be lost from sight.
  if (timeline.after && waiting.length) {
    rows.push({ key: "gap", kind: "day", seq: Infinity, text: "Newer messages are not loaded" });
    last = null;
  }
  for (const entry of waiting) say(preview(state, entry), entry);
  return rows;
}
