// @ts-check
// When to reconnect after the socket closed, and whether to. Pure: the random number is given.

/** The first wait is a random part of this, in ms … */
const FIRST = 500;
/** … doubling up to this. */
const LONGEST = 30_000;

/** The token is no longer valid: coming back with it is in vain. */
const SIGNED_OUT = 4403;
/** Restarting, overloaded, too many connections: the close reason names the wait. */
const WITH_RETRY_AFTER = new Set([1012, 1013, 4429]);

/** @param {number} attempt failed attempts so far @param {number} random from 0 to 1 @returns {number} ms */
export const backoff = (attempt, random) => random * Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 16));

/**
 * @param {{code: number, reason: string, attempt: number, random: number}} close
 * @returns {{signedOut: boolean, wait: number, why: string|null}}
 */
export function afterClose({ code, reason, attempt, random }) {
  if (code === SIGNED_OUT) return { signedOut: true, wait: 0, why: reason || null };
  const wait = WITH_RETRY_AFTER.has(code) ? Number(/retry_after_ms=(\d+)/.exec(reason)?.[1] ?? NaN) : NaN;
  return { signedOut: false, wait: Number.isFinite(wait) ? wait : backoff(attempt, random), why: WHY[code] ?? null };
}

/** @type {Record<number, string>} */
const WHY = {
  1011: "internal server error",
  1012: "the server is restarting",
  1013: "the server is overloaded",
  4408: "the connection timed out",
  4429: "too many open pages",
};
