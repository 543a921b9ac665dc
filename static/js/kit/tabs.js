// @ts-check
// Which room is being read in which of the browser's tabs: of what one of them shows, the others need not notify. A lock says
// so, since a browser releases it even when a tab crashes.
import { heldLocks, holdShared } from "./locks.js";

const LOCK = "chat-reading-";

/** Tells the browser's other tabs which room is being read in this one. */
export function announceReading() {
  /** @type {string|null} */ let announced = null;
  let release = () => {};

  return (/** @type {string|null} */ room) => {
    if (room === announced) return;
    release();
    announced = room;
    release = room ? holdShared(LOCK + room) : () => {};
  };
}

/** Whether the room is being read in one of the browser's tabs. @param {string} room */
export const isReadInSomeTab = async (room) => (await heldLocks()).includes(LOCK + room);
