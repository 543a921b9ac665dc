// @ts-check
// The server's time. A device's clock may be hours off; what is written here must still stand under the right day.

/** Answers tell the server's time in whole seconds, and take a while: less than this is no difference, in ms. */
const EXACT = 30_000;

let ahead = 0;

/** @param {string|null} date the `Date` of an answer @param {number} now this device's time */
export function heardTime(date, now) {
  const told = Date.parse(date ?? "");
  if (Number.isFinite(told)) ahead = Math.abs(now - told) < EXACT ? 0 : now - told;
}

/** @param {number} [now] this device's time @returns {number} the server's, in ms since 1970 */
export const serverNow = (now = Date.now()) => now - ahead;
