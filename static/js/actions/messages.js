// @ts-check
// What a user can do with a message. What changes it waits in the outbox; what only asks goes over the HTTP API.
/** @import { Store } from "../store/store.js" */
import { api, request } from "../net/api.js";
import { uuid7 } from "../kit/uuid.js";

const enc = encodeURIComponent;

/** @param {Store["dispatch"]} dispatch */
export function messageActions(dispatch) {
  /** @param {string} type @param {string} room @param {string} message_id @param {object} [more] */
  const command = (type, room, message_id, more) => dispatch({ type, id: uuid7(), room, message_id, ...more });
  return {
    /** @param {string} room id @param {string} id @param {string} body */
    edit: (room, id, body) => command("message-edited", room, id, { body }),
    /** It goes after a moment in which it can be taken back. @param {string} room id @param {string} id */
    deleteMessage: (room, id) => command("delete-wanted", room, id),
    /** @param {string} room id @param {string} id @param {string} emoji @param {boolean} on */
    react: (room, id, emoji, on) => command("reaction-toggled", room, id, { emoji, on }),
    /** @param {string} room id @param {string} id @param {boolean} on */
    pin: (room, id, on) => command("pin-toggled", room, id, { on }),
    /** @param {string} room id @returns {Promise<any[]>} */
    async pins(room) {
      const messages = await api.pins(room);
      dispatch({ type: "pins-loaded", room, messages });
      return messages;
    },
    /** @param {string} id */
    message: api.message,
    /** Who answered a message with what, all of them. @param {string} id */
    reactions: (id) => request("GET", `/api/messages/${enc(id)}/reactions`),
    /** Its earlier texts. @param {string} id */
    edits: (id) => request("GET", `/api/messages/${enc(id)}/edits`),
    /** Whether replies in its thread notify. @param {string} id @param {boolean} on */
    followThread: (id, on) => request(on ? "PUT" : "DELETE", `/api/messages/${enc(id)}/follow`),
    /** @param {string} id @param {string} reason */
    report: (id, reason) => request("POST", `/api/messages/${enc(id)}/report`, reason ? { reason } : {}),
    reports: () => request("GET", "/api/reports"),
    /** @param {number} id */
    endReport: (id) => request("DELETE", `/api/reports/${id}`),
  };
}
