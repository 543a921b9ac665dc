// @ts-check
// The rooms that the user is a member of: which there are, which one is on screen, what is unread in them.
/** @import { State, Room, Effect, Handlers } from "../types.js" */
import { attentive, emptyTimeline, without, withRoom, withTimeline } from "./state.js";
import { cursorOf } from "./cursor.js";
import { ensurePage, loadPage } from "./timeline.js";
import { stopTyping } from "./people.js";
import { dropHits } from "./search.js";
import { roomTitle } from "./titles.js";

/** How many recently opened rooms are remembered: what fits in an empty palette. */
const RECENT = 20;

/** Tells the server which room is on screen, so that its typing and presence come. @param {State} state @returns {Effect[]} */
export function focusFrame(state) {
  return state.current ? [{ do: "send", frame: { type: "Focus", rooms: [state.current] } }] : [];
}

/** @param {State} state @param {string|null} name a name, with or without #, or an id @returns {Room|null} */
export function findRoom(state, name) {
  if (name === null) return null;
  if (state.rooms[name]) return state.rooms[name];
  const rooms = Object.values(state.rooms);
  if (name.startsWith("@")) {
    const person = name.slice(1).toLowerCase();
    const isWith = (/** @type {Room} */ { kind, people = [] }) =>
      kind === "direct" && people.length <= 2 && people.some((one) => one.name.toLowerCase() === person && (people.length === 1 || one.id !== state.user?.id));
    return rooms.find(isWith) ?? null;
  }
  const wanted = name.replace(/^#/, "").toLowerCase();
  const named = rooms.filter((room) => room.kind !== "direct" && room.name.toLowerCase() === wanted);
  return named.find((room) => room.kind === "public") ?? named[0] ?? null;
}

/** Keeps the room on screen if it is still ours, else goes to the wanted one or the lobby. @param {State} state @returns {[State, Effect[]]} */
export function roomToOpen(state) {
  if (state.current && state.rooms[state.current]) return ensurePage(state, state.current);
  const room = findRoom(state, state.wanted) ?? findRoom(state, "lobby") ?? Object.values(state.rooms)[0];
  return room ? openRoom(state, room.id) : [{ ...state, current: null }, []];
}

/** @param {State} state @param {string} id @returns {[State, Effect[]]} */
export function openRoom(state, id) {
  const room = state.rooms[id];
  if (!room) return [state, []];
  const [quiet, stop] = stopTyping(state);
  const timeline = quiet.timelines[id] ?? emptyTimeline();
  const unread = room.unread ?? 0;
  const fresh = id !== state.current && unread > 0;
  const opened = withTimeline(
    {
      ...quiet,
      current: id,
      wanted: null,
      wantedSeq: null,
      linked: null,
      drawer: quiet.drawer === "rooms" ? null : quiet.drawer,
      editing: id === quiet.current ? quiet.editing : null,
      thread: quiet.thread?.room === id ? quiet.thread : null,
      recent: [id, ...quiet.recent.filter((other) => other !== id)].slice(0, RECENT),
    },
    id,
    fresh ? { divider: { seq: room.read_seq ?? 0, count: unread } } : { divider: timeline.divider },
  );
  const [ready, loads] = fresh ? showUnread(opened, id) : ensurePage(opened, id);
  return [ready, [...stop, ...focusFrame(ready), ...loads, ...pinsToLoad(ready, id), { do: "snapshot" }]];
}

/** Which messages are pinned, where some are and the page does not know them. @param {State} state @param {string} id @returns {Effect[]} */
const pinsToLoad = (state, id) => (state.rooms[id]?.pins && !state.pinned[id] ? [{ do: "load-pins", room: id }] : []);

/** Brings the first unread message into the loaded range. @param {State} state @param {string} id @returns {[State, Effect[]]} */
export function showUnread(state, id) {
  const { items, loaded, divider, jump } = state.timelines[id];
  if (!divider) return ensurePage(state, id);
  const seq = divider.seq;
  const there = withTimeline(state, id, { jump: { seq, n: jump.n + 1 } });
  const loadedAlready = loaded && items.length > 0 && items[0].seq <= seq + 1;
  return loadedAlready ? [there, []] : loadPage(there, id, "around", Math.max(seq, 1));
}

/** Whether a message counts as a mention of the user: any of a direct room does, none of someone who is ignored. @param {State} state @param {import("../types.js").Message} message */
export function mentionsMe(state, message) {
  const me = state.user?.id;
  if (!me || message.author.id === me || state.ignored.includes(message.author.id)) return false;
  return state.rooms[message.room]?.kind === "direct" || Boolean(message.mentions_room) || (message.mentions ?? []).includes(me);
}

/** The room as it is after one more message. @param {State} state @param {import("../types.js").Message} message */
export function countUnread(state, message) {
  const room = state.rooms[message.room];
  if (!room || message.seq <= (state.counted[room.id] ?? 0)) return state;
  const counted = { ...state, counted: { ...state.counted, [room.id]: message.seq } };
  if (message.author.id === state.user?.id || message.deleted || message.seq <= (room.read_seq ?? 0)) return counted;
  const mentioned = mentionsMe(state, message);
  return withRoom(counted, room.id, {
    unread: (room.unread ?? 0) + 1,
    mentions: (room.mentions ?? 0) + (mentioned ? 1 : 0),
  });
}

/** Where "new since" begins for someone who was not looking. @param {State} state @param {string} id @param {number} seq of the new message */
export function countInDivider(state, id, seq) {
  const timeline = state.timelines[id];
  if (!timeline || id !== state.current || attentive(state)) return state;
  const { divider } = timeline;
  const kept = divider ?? { seq: seq - 1, count: 0 };
  return withTimeline(state, id, { divider: { ...kept, count: kept.count + 1 } });
}

/** @type {Handlers} */
export const rooms = {
  "room-opened"(state, { room }) {
    const found = findRoom(state, room);
    if (!found) return state;
    const left = state.current !== found.id ? leaveCurrent(state) : state;
    return openRoom(left, found.id);
  },

  /** An address led to this message, or to the place where it was. */
  "message-wanted"(state, { room, seq }) {
    const found = findRoom(state, room);
    if (!found) return state;
    const [opened, effects] = openRoom(leaveCurrent(state), found.id);
    const { items, loaded, jump } = opened.timelines[found.id];
    const linked = { room: found.id, seq };
    const there = withTimeline({ ...opened, linked }, found.id, { divider: null, jump: { seq: seq - 1, n: jump.n + 1 } });
    const loadedAlready = loaded && items.length > 0 && items[0].seq <= seq && seq <= items[items.length - 1].seq;
    const [ready, loads] = loadedAlready ? [there, []] : loadPage(there, found.id, "around", seq);
    return [ready, [...effects.filter((effect) => loadedAlready || effect.do !== "load"), ...loads]];
  },

  /** Open it as soon as the server has made us a member, at a message perhaps. */
  "room-wanted"(state, { room, seq = null }) {
    const found = findRoom(state, room);
    return found ? enter(state, found.id, seq) : { ...state, wanted: room, wantedSeq: seq };
  },

  /** The page's own wish made it, or found it: the server tells of it by an event only with its first message. */
  "direct-opened"(state, { room }) {
    const [known, effects] = state.rooms[room.id] ? [state, []] : /** @type {[State, Effect[]]} */ (rooms.RoomAdded(state, { room }));
    const [opened, more] = openRoom(leaveCurrent(known), room.id);
    return [opened, [...effects, ...more]];
  },

  RoomAdded(state, { room }) {
    // Its maker's page has it already.
    if (state.rooms[room.id] && state.cursors[room.id]?.seq >= room.last_seq) return withRoom(state, room.id, room);
    const added = {
      ...state,
      rooms: { ...state.rooms, [room.id]: room },
      cursors: { ...state.cursors, [room.id]: cursorOf(room.last_seq, room.last_at) },
      counted: { ...state.counted, [room.id]: room.last_seq },
      timelines: { ...state.timelines, [room.id]: emptyTimeline() },
    };
    const wanted = findRoom(added, state.wanted);
    const [opened, effects] = wanted?.id === room.id ? enter(added, room.id, state.wantedSeq) : [added, []];
    return [opened, [...effects, { do: "snapshot" }]];
  },

  RoomRemoved(state, { room_id: id, why, by, reason }) {
    const told = state.rooms[id] && by ? [{ do: "toast", text: farewell(roomTitle(state.rooms[id], state.user?.id ?? null), { why, by, reason }) }] : [];
    const removed = {
      ...state,
      rooms: without(state.rooms, id),
      cursors: without(state.cursors, id),
      counted: without(state.counted, id),
      unconfirmedReads: without(state.unconfirmedReads, id),
      timelines: without(state.timelines, id),
      people: without(state.people, id),
      pinned: without(state.pinned, id),
      quoted: Object.fromEntries(Object.entries(state.quoted).filter(([, message]) => message.room !== id)),
      thread: state.thread?.room === id ? null : state.thread,
      typing: without(state.typing, id),
      recent: state.recent.filter((room) => room !== id),
    };
    const [opened, effects] = state.current === id ? roomToOpen({ ...dropHits(removed, id), current: null }) : [dropHits(removed, id), []];
    return [opened, [...effects, ...told, { do: "snapshot" }]];
  },

  /** The user's own settings of a room, from whichever device. */
  RoomSettings(state, { room, notify, favourite, hidden }) {
    return [withRoom(state, room, { notify, favourite, hidden }), [{ do: "snapshot" }]];
  },

  /** Whom the user ignores. */
  Ignored(state, { users }) {
    return [{ ...state, ignored: users }, [{ do: "snapshot" }]];
  },

  /** The room as REST tells it: its counts are fresh up to its `last_seq`. */
  "room-fetched"(state, { room }) {
    if (!state.rooms[room.id]) return state;
    const counted = Math.max(state.counted[room.id] ?? 0, room.last_seq);
    return { ...withRoom(state, room.id, room), counted: { ...state.counted, [room.id]: counted } };
  },
};

/** @param {State} state @param {string} id @param {number|null} seq of a message @returns {[State, Effect[]]} */
const enter = (state, id, seq) =>
  seq === null ? openRoom(leaveCurrent(state), id) : /** @type {[State, Effect[]]} */ (rooms["message-wanted"](state, { room: id, seq }));

/** Why a room is gone. @param {string} title @param {{why: string, by: {name: string}, reason?: string}} how */
function farewell(title, { why, by, reason }) {
  const words = { kicked: `${by.name} removed you from ${title}`, banned: `${by.name} banned you from ${title}`, deleted: `${by.name} deleted ${title}` }[why] ?? `You are no longer in ${title}`;
  return reason ? `${words}: ${reason}` : `${words}.`;
}

/** The divider of a room stays only until its reader leaves. @param {State} state @returns {State} */
function leaveCurrent(state) {
  return state.current && state.timelines[state.current]
    ? withTimeline(state, state.current, { divider: null, keptUnread: false })
    : state;
}

