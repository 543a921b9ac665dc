// @ts-check
// How far the user has read. The position moves only while the page is in front of someone and the message is on
// screen; it is the same on all of the user's devices.
/** @import { State, Effect, Handlers } from "../types.js" */
import { attentive, without, withRoom, withTimeline } from "./state.js";
import { focusFrame, mentionsMe } from "./rooms.js";

/** Positions are sent at most this often, in ms: reading along must not use up the connection's rate of commands. */
const SEND_AFTER = 300;

/** The positions that the server has not confirmed. @param {State} state @returns {Effect[]} */
export function readFrames(state) {
  return Object.entries(state.unconfirmedReads).map(([room, seq]) => ({ do: "send", frame: { type: "Read", room, seq } }));
}

/** Messages of others after `seq`, if the loaded range holds them all. @param {State} state @param {string} id @param {number} seq */
function countAfter(state, id, seq) {
  const timeline = state.timelines[id];
  const me = state.user?.id ?? "";
  if (!timeline?.loaded || timeline.after) return null;
  const { items, before } = timeline;
  if (before && (items.length === 0 || items[0].seq > seq + 1)) return null;
  let unread = 0;
  let mentions = 0;
  for (const item of items) {
    if (item.kind !== "message" || item.seq <= seq || item.message.author.id === me || item.message.deleted) continue;
    unread += 1;
    if (mentionsMe(state, item.message)) mentions += 1;
  }
  return { unread, mentions };
}

/** @param {State} state @param {string} id @param {number} seq @param {{unread: number, mentions: number}} otherwise */
function readTo(state, id, seq, otherwise) {
  const all = seq >= (state.rooms[id]?.last_seq ?? 0);
  const counts = all ? { unread: 0, mentions: 0 } : (countAfter(state, id, seq) ?? otherwise);
  return withRoom(state, id, { read_seq: seq, ...counts });
}

/** @type {Handlers} */
export const reading = {
  /** The view says what is on screen: `seq` is the lowest message. */
  "on-screen"(state, { room: id, seq }) {
    const room = state.rooms[id];
    const timeline = state.timelines[id];
    if (!room || !timeline || id !== state.current || !attentive(state) || timeline.keptUnread) return state;
    const last = timeline.items[timeline.items.length - 1]?.seq ?? 0;
    const upTo = !timeline.after && seq >= last ? Math.max(room.last_seq, seq) : seq;
    if (upTo <= (room.read_seq ?? 0)) return state;
    const { unread = 0, mentions = 0 } = room;
    const read = readTo(state, id, upTo, { unread, mentions });
    return [
      { ...read, unconfirmedReads: { ...read.unconfirmedReads, [id]: upTo } },
      [{ do: "wake-in", ms: SEND_AFTER, event: { type: "reads-due" } }],
    ];
  },

  "reads-due"(state) {
    return [state, state.connection.status === "connected" ? readFrames(state) : []];
  },

  /** A rate limit dropped them: send them again. */
  "position-due"(state) {
    return [state, state.connection.status === "connected" ? [...focusFrame(state), ...readFrames(state)] : []];
  },

  ReadMarker(state, { room, seq, unread, mentions }) {
    const isConfirmed = (state.unconfirmedReads[room] ?? Infinity) <= seq;
    const confirmed = isConfirmed ? { ...state, unconfirmedReads: without(state.unconfirmedReads, room) } : state;
    // We have read further since.
    return !isConfirmed && room in state.unconfirmedReads ? confirmed : readTo(confirmed, room, seq, { unread, mentions });
  },

  /** From this message on, all is unread again, until the room is left. */
  "marked-unread"(state, { room, seq }) {
    const back = readTo(state, room, seq - 1, { unread: 1, mentions: 0 });
    const count = back.rooms[room]?.unread ?? 1;
    return [
      withTimeline({ ...back, unconfirmedReads: without(back.unconfirmedReads, room) }, room, {
        divider: { seq: seq - 1, count: Math.max(count, 1) },
        keptUnread: true,
      }),
      [{ do: "send", frame: { type: "Read", room, seq: seq - 1, back: true } }],
    ];
  },

  /** Marks the whole room read. */
  "marked-read"(state, { room: id }) {
    const room = state.rooms[id];
    if (!room) return state;
    const read = readTo(state, id, room.last_seq, { unread: 0, mentions: 0 });
    const clean = withTimeline(read, id, { divider: null, below: 0, keptUnread: false });
    return [
      { ...clean, unconfirmedReads: { ...clean.unconfirmedReads, [id]: room.last_seq } },
      [{ do: "wake-in", ms: 0, event: { type: "reads-due" } }],
    ];
  },
};
