// @ts-check
// The server's time. A device's clock may be hours off; messages written here must still be shown under the right day.

/** Answers tell the server's time in whole seconds, and take a while: less than this is no difference, in ms. */
const EXACT = 30_000;

let deviceAhead = 0;

/** @param {string|null} date the `Date` of an answer @param {number} now this device's time */
export function noteServerTime(date, now) {
  const serverTime = Date.parse(date ?? "");
  if (Number.isFinite(serverTime)) deviceAhead = Math.abs(now - serverTime) < EXACT ? 0 : now - serverTime;
}

/** @param {number} [now] this device's time @returns {number} the server's, in ms since 1970 */
export const serverNow = (now = Date.now()) => now - deviceAhead;
