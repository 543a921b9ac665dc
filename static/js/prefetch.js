// @ts-check
// Prefetches for a first visit. There is nothing to show before the server has made a guest. So this small script asks for one,
// opens the socket, and asks for the newest messages of the room that opens first, while the page's own script is still on its
// way. It stays a script of its own in a release.
import { socketUrl } from "./kit/address.js";
import { requestGuest, isFirstVisit } from "./net/first-visit.js";

/** The room that opens first, and what is asked of it: as many messages as the page asks for itself. */
const FIRST_ROOM = /^\/(?:rooms\/lobby)?$/;
const NEWEST = "/api/messages?room=lobby&limit=50&blocks=true";
/** As for any request, in ms. */
const TIMEOUT = 20_000;

/**
 * What was asked for, where this is a first visit. The socket is given away once.
 * @type {{guest: Promise<Response|null>, newest: Promise<any>, takeSocket: () => WebSocket|null}|null}
 */
export const prefetched = isFirstVisit() ? prefetch() : null;

function prefetch() {
  const guest = requestGuest();
  /** @type {WebSocket|null} */ let socket = null;
  async function go() {
    if (!(await guest)?.ok) return null;
    socket = new WebSocket(socketUrl());
    return FIRST_ROOM.test(location.pathname) ? page() : null;
  }

  function takeSocket() {
    const taken = socket;
    socket = null;
    return taken;
  }
  // The page asks again for what failed, and tells of it then.
  return { guest, newest: go().catch(() => null), takeSocket };
}

async function page() {
  const answer = await fetch(NEWEST, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT) });
  return answer.ok ? answer.json() : null;
}
