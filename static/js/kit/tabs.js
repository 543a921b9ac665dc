// @ts-check
// Which room is being read in which of the browser's pages: what one of them shows, the others need not tell of.
// A lock says so, since a browser takes it back even from a page that crashes.
/** @import { State } from "../types.js" */
import { heldLocks, holdShared } from "./locks.js";
import { attentive } from "../store/state.js";

const LOCK = "chat-reading-";

/** Holds the lock of the room that is read here. */
export function readingHere() {
  /** @type {string|null} */ let held = null;
  let release = () => {};

  return (/** @type {State} */ state) => {
    const room = attentive(state) && state.current && state.timelines[state.current]?.atEnd ? state.current : null;
    if (room === held) return;
    release();
    held = room;
    release = room ? holdShared(LOCK + room) : () => {};
  };
}

/** Somebody reads the room in one of the browser's pages. @param {string} room */
export const isRead = async (room) => (await heldLocks()).includes(LOCK + room);
