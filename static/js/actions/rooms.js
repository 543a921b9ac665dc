// @ts-check
// What a user can do with rooms and the people in them, over the HTTP API. Each returns a promise; its error has a message to show.
/** @import { Store } from "../store/store.js" */
import { api, request } from "../net/api.js";
import { uuid7 } from "../kit/uuid.js";

const enc = encodeURIComponent;

/** @param {Store["dispatch"]} dispatch */
export function roomActions(dispatch) {
  /** @param {string} room id */
  const path = (room) => `/api/rooms/${enc(room)}`;
  return {
    /** @param {{kind?: string, name?: string, topic?: string, members?: string[]}} wish */
    async createRoom(wish) {
      const room = await api.createRoom(wish);
      dispatch({ type: "room-wanted", room: room.id });
    },
    /** The direct room with these people, made if it is not there. @param {string[]} names @returns {Promise<string>} its id */
    async openDirect(names) {
      const room = await api.createRoom({ kind: "direct", members: names });
      // An unwritten one is told to nobody, and to its maker's page only here.
      dispatch({ type: "direct-opened", room });
      return room.id;
    },
    /** @param {string} room id @param {{name?: string, topic?: string, archived?: boolean, slow_seconds?: number, retention_days?: number|null, retention_keeps_pinned?: boolean}} changes */
    changeRoom: (room, changes) => request("PATCH", path(room), { id: uuid7(), ...changes }),
    /** For ever. @param {string} room id */
    deleteRoom: (room) => request("DELETE", path(room)),
    /** @param {string} room id @param {string} user name or id */
    addMember: (room, user) => request("PUT", `${path(room)}/members/${enc(user)}`, { id: uuid7() }),
    /** @param {string} room id @param {string} user name or id @param {string} [reason] */
    kick: (room, user, reason) => request("DELETE", `${path(room)}/members/${enc(user)}`, { id: uuid7(), ...(reason ? { reason } : {}) }),
    /** @param {string} room id @param {{action: string, user: string, until?: string, reason?: string, role?: string}} deed */
    moderate: (room, deed) => request("POST", `${path(room)}/moderation`, { id: uuid7(), ...deed }),
    /** The user's own settings of a room. @param {string} room id @param {{notify?: string, favourite?: boolean, hidden?: boolean}} settings */
    setRoom: (room, settings) => request("PATCH", `${path(room)}/settings`, settings),
    /** @param {string} user name or id @param {boolean} on */
    ignore: (user, on) => request(on ? "PUT" : "DELETE", `/api/users/me/ignored/${enc(user)}`),
    /** For administrators. @param {string} user name or id @param {{role?: string, disabled?: boolean}} changes */
    changeUser: (user, changes) => request("PATCH", `/api/users/${enc(user)}`, changes),
    invites: () => request("GET", "/api/invites"),
    /** @param {{uses?: number, expires_in?: number, rooms?: string[]}} invite */
    makeInvite: (invite) => request("POST", "/api/invites", invite),
    /** @param {number} id */
    endInvite: (id) => request("DELETE", `/api/invites/${id}`),
    /** @param {number} [before] id of the last one known */
    audit: (before) => request("GET", `/api/audit?limit=50${before ? `&before=${before}` : ""}`),
  };
}
