// @ts-check
// The cursor of a room: the last logged event that the page has. It only ever moves by one; anything else is an
// error, repaired by reconnecting and asking for what is missing.
/** @import { State, Event, Effect, Cursor } from "../types.js" */

/** A frame with `room`, `seq` and `at` is a logged event, whatever its type. @param {any} event */
export const isLogged = (event) =>
  typeof event.room === "string" && Number.isSafeInteger(event.seq) && typeof event.at === "string";

/** A place in a room; an empty room has no time yet. @param {number} seq @param {string|null} at @returns {Cursor} */
export const cursorOf = (seq, at) => (at === null ? { seq } : { seq, at });

/**
 * @param {State} state @param {Event} event
 * @returns {{state: State, effects: Effect[], refused: boolean}} refused: the event must change nothing else
 */
export function advance(state, event) {
  if (!isLogged(event)) return { state, effects: [], refused: false };
  const cursor = state.cursors[event.room];
  if (!cursor || event.seq <= cursor.seq) return { state, effects: [], refused: true };
  if (event.seq !== cursor.seq + 1) {
    const why = `room ${event.room} went from ${cursor.seq} to ${event.seq}`;
    return { state, effects: [{ do: "resync", why }], refused: true };
  }
  const { connection } = state;
  return {
    state: {
      ...state,
      cursors: { ...state.cursors, [event.room]: { seq: event.seq, at: event.at } },
      connection:
        connection.status === "catching-up"
          ? { ...connection, done: Math.min(connection.done + 1, connection.total) }
          : connection,
    },
    effects: [{ do: "snapshot" }],
    refused: false,
  };
}
