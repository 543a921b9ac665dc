// @ts-check
// Logged events that change a message that was sent before: texts, reactions, pins. Each says how the message is now, so that one
// that was seen already does no harm.
/** @import { State, Handlers, Message } from "../types.js" */
import { withRoom } from "./state.js";
import { changed, remember } from "./messages.js";
import { notice } from "./notices.js";

/** @param {State} state @param {any} event @returns {State} */
const change = (state, event) => remember(changed(withRoom(state, event.room, { last_seq: event.seq, last_at: event.at }), event), event);

/** @param {State} state @param {any} event @param {1|-1} by @returns {State} */
function pinned(state, { room: id, seq, at, message_id: message, message_seq: place, user }, by) {
  const room = state.rooms[id];
  const isCounted = seq <= (state.counted[id] ?? 0);
  const counted = isCounted || !room ? state : withRoom(state, id, { pins: Math.max(0, (room.pins ?? 0) + by) });
  const others = (counted.pinned[id] ?? []).filter((other) => other !== message);
  const areKnown = counted.pinned[id] !== undefined || (room?.pins ?? 0) === 0;
  const known = areKnown ? { ...counted, pinned: { ...counted.pinned, [id]: by > 0 ? [message, ...others] : others } } : counted;
  return notice(known, id, { kind: "notice", seq, at, what: by > 0 ? "pinned" : "unpinned", user, place });
}

/** @type {Handlers} */
export const changes = {
  MessageEdited: change,
  ReactionAdded: change,
  ReactionRemoved: change,

  MessageDeleted(state, event) {
    const { message_id: id, room } = event;
    const gone = change(state, event);
    const replying = gone.replying[room] === id ? { ...gone, replying: { ...gone.replying, [room]: null } } : gone;
    return replying.editing === id ? { ...replying, editing: null } : replying;
  },

  MessagePinned: (state, event) => pinned(state, event, 1),
  MessageUnpinned: (state, event) => pinned(state, event, -1),

  /** Which messages of a room are pinned, by id. */
  "pins-loaded"(state, { room, messages }) {
    return { ...state, pinned: { ...state.pinned, [room]: messages.map((/** @type {Message} */ { id }) => id) } };
  },

  /** A message that is answered, and is not in the loaded range. */
  "quote-loaded"(state, { message }) {
    return { ...state, quoted: { ...state.quoted, [message.id]: message } };
  },
};
