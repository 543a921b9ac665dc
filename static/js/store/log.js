// @ts-check
// Logged events: what happened in a room, in its order. The cursor has already moved when these are called.
/** @import { State, Effect, Handlers, Item, UserRef } from "../types.js" */
import { attentive, withRoom, withTimeline } from "./state.js";
import { messageItem, trim } from "./timeline.js";
import { countUnread, countInDivider } from "./rooms.js";
import { dropTyping } from "./people.js";
import { receivedOwn } from "./outbox.js";

/** Someone of whom only the name is known, who must be here since they just joined. */
const STRANGER = { display_name: null, color: null, role: /** @type {const} */ ("member"), online: true };

/** @type {Handlers} */
export const log = {
  Message(state, { room, seq, at, message, now }) {
    const own = message.author.id === state.user?.id;
    /** @type {[State, Effect[]]} */
    const [received, effects] = own ? receivedOwn(state, message.id, now) : [state, []];
    const updated = withRoom(dropTyping(received, room, message.author.id), room, { last_seq: seq, last_at: at });
    const counted = own ? countUnread(updated, message) : countInDivider(countUnread(updated, message), room, seq);
    const shown = append(counted, room, messageItem(message), own);
    const news = !own && state.connection.status !== "catching-up";
    return [shown, news ? [...effects, { do: "notify", message }] : effects];
  },

  UserJoined(state, { room, seq, at, user }) {
    return notice(membersChanged(state, room, seq, 1, user), room, { kind: "notice", seq, at, what: "joined", user });
  },

  UserLeft(state, { room, seq, at, user }) {
    return notice(membersChanged(state, room, seq, -1, user), room, { kind: "notice", seq, at, what: "left", user });
  },

  RoomUpdated(state, { room, seq, at, changes, user }) {
    const changed = withRoom(state, room, changes);
    if (typeof changes.topic !== "string") return withRoom(changed, room, { last_seq: seq, last_at: at });
    return notice(changed, room, { kind: "notice", seq, at, what: "topic", user, topic: changes.topic });
  },
};

/** @param {State} state @param {string} room @param {import("../types.js").NoticeItem} item */
function notice(state, room, item) {
  return append(withRoom(state, room, { last_seq: item.seq, last_at: item.at }), room, item, false);
}

/** Adds to the live end, if it is loaded. @param {State} state @param {string} id @param {Item} item @param {boolean} own */
function append(state, id, item, own) {
  const timeline = state.timelines[id];
  if (!timeline) return state;
  const spoken = item.kind === "message";
  const latest = spoken ? item.seq : timeline.latest;
  const unseen = !timeline.atEnd || timeline.after || (id === state.current && !attentive(state));
  const below = timeline.below + (spoken && !own && unseen ? 1 : 0);
  if (timeline.after) return withTimeline(state, id, { latest, below });
  const longer = { ...timeline, items: [...timeline.items, item], latest, below };
  return withTimeline(state, id, trim(longer, timeline.atEnd ? "start" : "end"));
}

/** Someone came or went. @param {State} state @param {string} id @param {number} seq @param {1|-1} by @param {UserRef} user */
function membersChanged(state, id, seq, by, user) {
  const room = state.rooms[id];
  const people = state.people[id];
  if (!room) return state;
  // Welcome counts those whose events are still to come. RoomAdded counts the own joining, and its read position is that.
  const isCounted = seq <= (state.counted[id] ?? 0) || (user.id === state.user?.id && seq <= (room.read_seq ?? 0));
  const updated = isCounted ? state : withRoom(state, id, { members: Math.max(0, room.members + by) });
  if (!people) return updated;
  const others = people.members.filter((member) => member.id !== user.id);
  const known = people.members.find((member) => member.id === user.id) ?? state.users[user.id];
  const joined = { ...(known ?? STRANGER), ...user };
  const change = others.length === people.members.length ? Math.max(by, 0) : Math.min(by, 0);
  return {
    ...updated,
    people: {
      ...updated.people,
      [id]: {
        total: people.total + change,
        online: people.online + (change > 0 && joined.online ? 1 : change < 0 && known?.online ? -1 : 0),
        members: by > 0 ? [...others, joined] : others,
      },
    },
  };
}
