// @ts-check
// Logged events: what happened in a room, in its order. The cursor has already moved when these are called.
/** @import { State, Effect, Handlers, UserRef } from "../types.js" */
import { withRoom, without } from "./state.js";
import { messageItem } from "./timeline.js";
import { append, notice } from "./notices.js";
import { countReply } from "./messages.js";
import { countUnread, countInDivider } from "./rooms.js";
import { dropTyping, moderatorChanged } from "./people.js";
import { receivedOwn, slowModeChanged } from "./outbox.js";

/** Someone of whom only the name is known. */
const STRANGER = { display_name: null, color: null, role: /** @type {const} */ ("member") };

/** @type {Handlers} */
export const log = {
  Message(state, { room, seq, at, message, now }) {
    const own = message.author.id === state.user?.id;
    /** @type {[State, Effect[]]} */
    const [received, effects] = own ? receivedOwn(state, message.id, now) : [state, []];
    const updated = withRoom(dropTyping(received, room, message.author.id), room, { last_seq: seq, last_at: at });
    const quiet = own || message.deleted;
    const counted = quiet ? countUnread(updated, message) : countInDivider(countUnread(updated, message), room, seq);
    const shown = countReply(append(counted, room, messageItem(message), own), message);
    const news = !quiet && state.connection.status !== "catching-up";
    return [shown, news ? [...effects, { do: "notify", message }] : effects];
  },

  UserJoined(state, { room, seq, at, user, by }) {
    return notice(membersChanged(state, room, seq, 1, user, !by), room, { kind: "notice", seq, at, what: "joined", user, ...(by ? { by } : {}) });
  },

  UserLeft(state, { room, seq, at, user }) {
    return notice(membersChanged(state, room, seq, -1, user), room, { kind: "notice", seq, at, what: "left", user });
  },

  RoomUpdated(state, { room, seq, at, changes, user, now }) {
    // `Welcome` and REST tell the room as it is after this.
    const changed = seq <= (state.counted[room] ?? 0) ? state : withRoom(state, room, changes);
    if (Object.keys(changes).length === 0) return withRoom(changed, room, { last_seq: seq, last_at: at });
    const told = notice(changed, room, { kind: "notice", seq, at, what: "changed", user, changes });
    return changes.slow_seconds === undefined ? told : slowModeChanged(told, room, now);
  },

  Moderated(state, { room, seq, at, user, by, action, until, reason, role, removed }) {
    const left = removed ? membersChanged(state, room, seq, -1, user) : state;
    const ruled = user.id === state.user?.id && !(seq <= (state.counted[room] ?? 0)) ? ownRights(left, room, { action, until, role }) : left;
    const listed = action === "role" || removed ? moderatorChanged(ruled, room, user.id, role === "moderator") : ruled;
    const word = { kind: /** @type {const} */ ("notice"), seq, at, what: /** @type {const} */ ("moderated"), user, by, action, until, reason, role };
    return notice(listed, room, word);
  },
};

/** What a moderator lets the user do from now on. @param {State} state @param {string} room @param {{action: string, until?: string, role?: "moderator"|"member"}} ruling */
function ownRights(state, room, { action, until, role }) {
  if (action === "role") return withRoom(state, room, { role });
  if (action === "mute") return { ...state, muted: { ...state.muted, [room]: until ?? null } };
  return action === "unmute" ? { ...state, muted: without(state.muted, room) } : state;
}

/**
 * Someone came or went. Who came by themselves is here; whether someone is who was added, `Presence` says.
 * @param {State} state @param {string} id @param {number} seq @param {1|-1} by @param {UserRef} user @param {boolean} [here]
 */
function membersChanged(state, id, seq, by, user, here = false) {
  const room = state.rooms[id];
  const people = state.people[id];
  if (!room) return state;
  // Welcome counts those whose events are still to come. RoomAdded counts the own joining, and its read position is that.
  const isCounted = seq <= (state.counted[id] ?? 0) || (user.id === state.user?.id && seq <= (room.read_seq ?? 0));
  const updated = isCounted ? state : withRoom(state, id, { members: Math.max(0, room.members + by) });
  if (!people) return updated;
  const others = people.members.filter((member) => member.id !== user.id);
  const known = people.members.find((member) => member.id === user.id) ?? state.users[user.id];
  const joined = { ...(known ?? { ...STRANGER, online: here }), ...user };
  const change = others.length === people.members.length ? Math.max(by, 0) : Math.min(by, 0);
  return {
    ...updated,
    people: {
      ...updated.people,
      [id]: {
        ...people,
        total: people.total + change,
        online: people.online + (change > 0 && joined.online ? 1 : change < 0 && known?.online ? -1 : 0),
        members: by > 0 ? [...others, joined] : others,
      },
    },
  };
}
