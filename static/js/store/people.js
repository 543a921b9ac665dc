// @ts-check
// Who is here: members, who of them is online, who is typing. All of it is ephemeral: none of it is in the log.
/** @import { State, Handlers, User, Effect } from "../types.js" */
import { without } from "./state.js";

/** The server wants to hear of typing again every 3 s at most; it ends it after 6 s of silence. */
const TYPING_EVERY = 3_000;

/** @param {State} state @param {string} room @param {string} user */
export function dropTyping(state, room, user) {
  const typing = state.typing[room] ?? [];
  if (!typing.some((person) => person.id === user)) return state;
  return { ...state, typing: { ...state.typing, [room]: typing.filter((person) => person.id !== user) } };
}

/** Takes back our typing notice. @param {State} state @returns {[State, Effect[]]} */
export function stopTyping(state) {
  if (!state.typed) return [state, []];
  const frame = { type: "UserStoppedTyping", room: state.typed.room };
  return [{ ...state, typed: null }, [{ do: "send", frame }]];
}

/** @type {Handlers} */
export const people = {
  Members(state, { room, total, online, members, moderators = [] }) {
    return {
      ...state,
      people: { ...state.people, [room]: { total, online, members, moderators } },
      users: withUsers(state.users, members),
    };
  },

  Presence(state, { room, online, changes }) {
    const known = state.people[room];
    if (!known) return state;
    /** @type {Map<string, {online: boolean, away: boolean}>} */
    const changed = new Map(changes.map((/** @type {any} */ { user, online: here, away = false }) => [user.id, { online: here, away }]));
    const members = known.members.map((member) => ({ ...member, ...changed.get(member.id) }));
    return { ...state, people: { ...state.people, [room]: { ...known, online, members } } };
  },

  UserUpdated(state, { user }) {
    const own = state.user?.id === user.id ? { ...state.user, ...user } : state.user;
    /** @type {State["people"]} */ const known = {};
    for (const [room, there] of Object.entries(state.people)) {
      known[room] = { ...there, members: there.members.map((member) => (member.id === user.id ? { ...member, ...user } : member)) };
    }
    return { ...state, rooms: withPerson(state.rooms, user), user: own, people: known, users: withUsers(state.users, [user]) };
  },

  /** Nobody is at this device any more, or somebody is again. */
  "away-changed"(state, { away }) {
    return [state, state.connection.status === "connected" ? [{ do: "send", frame: { type: "Away", away } }] : []];
  },

  UserTyping(state, { room, user }) {
    if (user.id === state.user?.id) return state;
    const others = (state.typing[room] ?? []).filter((person) => person.id !== user.id);
    return { ...state, typing: { ...state.typing, [room]: [...others, user] } };
  },

  UserStoppedTyping(state, { room, user }) {
    return dropTyping(state, room, user.id);
  },

  /** Another page of this browser changed a draft. In the room on screen the writer's own text stays. */
  "draft-changed-elsewhere"(state, { room, text }) {
    if (room === state.current || (state.drafts[room] ?? "") === text) return state;
    return { ...state, drafts: text === "" ? without(state.drafts, room) : { ...state.drafts, [room]: text } };
  },

  /** The writer changed the draft. */
  typed(state, { room, text, now }) {
    const drafts = text === "" ? without(state.drafts, room) : { ...state.drafts, [room]: text };
    const drafted = text === (state.drafts[room] ?? "") ? state : { ...state, drafts };
    const saved = drafted === state ? [] : [{ do: "draft", room, text }];
    if (text.trim() === "" || text.startsWith("/")) {
      const [quiet, stop] = stopTyping(drafted);
      return [quiet, [...saved, ...stop]];
    }
    const { typed } = state;
    const sentLately = typed !== null && typed.room === room && now - typed.at < TYPING_EVERY;
    if (sentLately || state.connection.status !== "connected") return [drafted, saved];
    return [
      { ...drafted, typed: { room, at: now } },
      [...saved, { do: "send", frame: { type: "UserTyping", room } }],
    ];
  },
};

/** Somebody moderates the room from now on, or no longer. @param {State} state @param {string} room @param {string} user @param {boolean} does @returns {State} */
export function moderatorChanged(state, room, user, does) {
  const known = state.people[room];
  if (!known) return state;
  const others = known.moderators.filter((id) => id !== user);
  return { ...state, people: { ...state.people, [room]: { ...known, moderators: does ? [...others, user] : others } } };
}

/** Direct rooms are named by their people. @param {State["rooms"]} rooms @param {User} user */
function withPerson(rooms, { id, name }) {
  const renamed = Object.values(rooms).filter(({ people = [] }) => people.some((person) => person.id === id && person.name !== name));
  if (!renamed.length) return rooms;
  const changed = renamed.map((room) => [room.id, { ...room, people: (room.people ?? []).map((person) => (person.id === id ? { id, name } : person)) }]);
  return { ...rooms, ...Object.fromEntries(changed) };
}

/** @param {State["users"]} users @param {User[]} updated */
function withUsers(users, updated) {
  return { ...users, ...Object.fromEntries(updated.map((user) => [user.id, user])) };
}

