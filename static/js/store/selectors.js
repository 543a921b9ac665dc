// @ts-check
// What the views show, derived from the state: the rows of the timeline, the rooms in their order, the counts.
/** @import { State, Room, Item, Message, NoticeItem, Outgoing, User } from "../types.js" */
import { attentive } from "./state.js";
import { asItWillBe, commandsByMessage } from "./commands.js";
import { findMessage } from "./messages.js";
import { mentionsMe } from "./rooms.js";
import { roomName } from "./titles.js";
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
 * @property {"thread"} [place]       it stands in the open thread
 * @property {Outgoing[]} [waits]      what was refused of what should become of it
 * @property {boolean} [pending]       something is to become of it that the server does not know yet
 * @property {boolean} [undo]          it is deleted in a moment
 * @property {Message|null} [quote]    the message that it answers; where a thread is folded, the one that it began with
 * @property {boolean} [folds]         the other replies of its thread are folded into it
 */

/** @typedef {"favourites"|"rooms"|"direct"} Section */

/** Where a room stands in the list. @param {Room} room @returns {Section} */
export const sectionOf = ({ favourite, kind }) => (favourite ? "favourites" : kind === "direct" ? "direct" : "rooms");

/** @type {Record<Section, number>} */
const SECTIONS = { favourites: 0, rooms: 1, direct: 2 };

/** Favourites, rooms, people; in each the lobby first, then by name. What is hidden is left out, unless it is on screen or someone
 * wants the user there. @param {State} state @returns {Room[]} */
export function sortedRooms(state) {
  const me = state.user?.id ?? null;
  const seen = Object.values(state.rooms).filter((room) => !room.hidden || room.id === state.current || room.mentions);
  const lobbyFirst = (/** @type {Room} */ a, /** @type {Room} */ b) => (a.name === "lobby" ? -1 : b.name === "lobby" ? 1 : 0);
  return seen.sort(
    (a, b) => SECTIONS[sectionOf(a)] - SECTIONS[sectionOf(b)] || lobbyFirst(a, b) || roomName(a, me).localeCompare(roomName(b, me)),
  );
}

/** Whether the user may do what moderators may, here. @param {State} state @param {Room|null|undefined} room */
export const moderates = (state, room) =>
  Boolean(room) && room?.kind !== "direct" && (room?.role === "moderator" || state.user?.role === "admin");

/** Why nothing can be written in a room; null where it can. @param {State} state @param {Room} room @param {number} now @returns {string|null} */
export function silenced(state, room, now) {
  if (room.archived) return moderates(state, room) ? "This room is archived. Reopen it in the room's menu to write here." : "This room is archived: all of it can be read, and nothing written. A moderator can reopen it.";
  if (!(room.id in state.muted)) return null;
  const until = state.muted[room.id];
  if (until && Date.parse(until) <= now) return null;
  return `A moderator has muted you here${until ? ` until ${timeOfDay(until)}${dayKey(until) === dayKey(new Date(now).toISOString()) ? "" : `, ${dayName(until, now)}`}` : ""}. You can read on; ask them in another room if it is a mistake.`;
}

/** How long the user has to wait for the next message in a room that is in slow mode, in ms. @param {State} state @param {Room} room @param {number} now */
export function slowFor(state, room, now) {
  if (!room.slow_seconds || moderates(state, room)) return 0;
  const last = state.timelines[room.id]?.items.findLast((item) => item.kind === "message" && item.message.author.id === state.user?.id);
  return last?.kind === "message" ? Math.max(0, Date.parse(last.message.sent_at) + room.slow_seconds * 1_000 - now) : 0;
}

/** Whether the user wants a notification of a message: by the room's setting, of mentions and of replies in threads that they follow.
 * `protocol/fixtures/notify.json` has a case for each rule.
 * @param {State} state @param {Message} message */
export function isWanted(state, message) {
  const { notify = "mentions", read_seq: read = 0 } = state.rooms[message.room] ?? {};
  if (message.author.id === state.user?.id || message.deleted || message.seq <= (read ?? 0)) return false;
  if (notify === "none" || state.ignored.includes(message.author.id)) return false;
  return notify === "all" || mentionsMe(state, message) || (message.thread !== undefined && state.followed.includes(message.thread));
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
    // What the user does not want to hear of is not in the title.
    if ((room.hidden || room.notify === "none") && !mentions) continue;
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
  ...(entry.reply_to ? { reply_to: entry.reply_to } : {}),
  ...(entry.files ? { attachments: entry.files.map((file, at) => ({ ...file, id: `${entry.id}/${at}`, upload: null })) } : {}),
});

/** A message as a row shows it: as it will be, with what it answers. @param {State} state @param {Message} message @param {Outgoing[]} waits */
function rowDetails(state, message, waits) {
  const undo = message.id in state.deleting;
  const shown = waits.length ? asItWillBe(state, message, waits) : message;
  const quote = message.reply_to ? findMessage(state, message.room, message.reply_to) : undefined;
  const failed = waits.filter((entry) => entry.status === "failed");
  return { message: shown, quote, undo, waits: failed, pending: waits.length > failed.length };
}

/** @param {State} state @param {string} room @param {number} now @returns {Row[]} */
export function rowsOf(state, room, now) {
  const timeline = state.timelines[room];
  if (!timeline) return [];
  /** @type {Row[]} */ const rows = [];
  const { divider } = timeline;
  const waits = commandsByMessage(state);
  const folded = state.folding ? foldedReplies(state, timeline.items) : null;
  let day = "";
  let divided = divider === null;
  /** @type {Row|null} */ let last = null;

  /** What the user wrote is not new to them. @param {string} at @param {number} seq @param {boolean} own */
  function separate(at, seq, own) {
    const key = dayKey(at);
    if (key !== day) {
      day = key;
      rows.push({ key: `day:${key}`, kind: "day", seq, text: dayName(at, now) });
      last = null;
    }
    if (divider && !divided && !own && seq > divider.seq && Number.isFinite(seq)) {
      divided = true;
      rows.push({ key: "new", kind: "new", seq: divider.seq, text: `${divider.count} new since ${timeOfDay(at)}` });
      last = null;
    }
  }

  /** @param {Message} message @param {Outgoing} [outgoing] */
  function say(message, outgoing) {
    if (folded?.has(message.id)) return;
    separate(message.sent_at, message.seq, message.author.id === state.user?.id);
    const grouped =
      last?.message?.author.id === message.author.id &&
      !message.reply_to &&
      Date.parse(message.sent_at) - Date.parse(last.message.sent_at) < GROUP;
    const details = rowDetails(state, message, waits.get(message.id) ?? []);
    const row = { key: message.id, kind: /** @type {const} */ ("message"), seq: message.seq, grouped, outgoing, ...details };
    if (folded && message.thread) Object.assign(row, { folds: true, quote: findMessage(state, room, message.thread) });
    rows.push(row);
    last = row;
  }

  /** Runs of comings and goings fold to one row. @param {NoticeItem} item */
  function note(item) {
    separate(item.at, item.seq, false);
    if (last?.notices) last.notices.push(item);
    else rows.push((last = { key: `n:${item.seq}`, kind: "notice", seq: item.seq, notices: [item] }));
  }

  for (const item of /** @type {Item[]} */ (timeline.items)) {
    if (item.kind === "message") say(item.message);
    else note(item);
  }
  const shown = new Set(timeline.items.map((item) => (item.kind === "message" ? item.message.id : "")));
  const waiting = state.outbox.filter((entry) => entry.room === room && !entry.command && !shown.has(entry.id));
  // Unsent messages stand last, whatever range is loaded: they must not be lost from sight.
  if (timeline.after && waiting.length) {
    rows.push({ key: "gap", kind: "day", seq: Infinity, text: "Newer messages are not loaded" });
    last = null;
  }
  for (const entry of waiting) say(preview(state, entry), entry);
  return rows;
}

/** The replies that do not stand in the timeline: of each thread all but the newest, what an address led to, and what is being
 * changed. @param {State} state @param {Item[]} items @returns {Set<string>} ids */
function foldedReplies(state, items) {
  /** @type {Set<string>} */ const newest = new Set();
  /** @type {Set<string>} */ const folded = new Set();
  const isWanted = (/** @type {Message} */ { id, room, seq }) =>
    state.editing === id || id in state.deleting || (state.linked?.room === room && state.linked.seq === seq);
  for (const item of items.toReversed()) {
    if (item.kind !== "message" || !item.message.thread || isWanted(item.message)) continue;
    const { id, thread, deleted } = item.message;
    if (deleted || newest.has(thread)) folded.add(id);
    else newest.add(thread);
  }
  return folded;
}

/** The rows of the open thread: what was said in it, and what waits to be. @param {State} state @returns {Row[]} */
export function threadRows(state) {
  const { thread } = state;
  if (!thread) return [];
  const waits = commandsByMessage(state);
  const known = new Set(thread.messages.map(({ id }) => id));
  const unsent = state.outbox.filter(({ id, command, reply_to: to }) => !command && to !== undefined && known.has(to) && !known.has(id));
  const row = (/** @type {Message} */ message, /** @type {Outgoing} */ outgoing) =>
    ({ key: message.id, kind: /** @type {const} */ ("message"), place: /** @type {const} */ ("thread"), seq: message.seq, grouped: false, outgoing, ...rowDetails(state, message, waits.get(message.id) ?? []) });
  // What a reply answers is said where it is not the message above it, or the first.
  const shown = thread.messages.map((message, at) => {
    const made = row(message, /** @type {any} */ (undefined));
    const isNear = message.reply_to === thread.first || message.reply_to === thread.messages[at - 1]?.id;
    return isNear ? { ...made, quote: undefined } : made;
  });
  return [
    ...shown,
    ...unsent.map((entry) => ({ ...row(preview(state, entry), entry), quote: undefined })),
  ];
}
