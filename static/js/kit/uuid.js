// @ts-check
// Ids of messages: UUIDs of version 7, which sort by the time at which they were made. Own code, because a page on
// plain http has `crypto.getRandomValues` but not `crypto.randomUUID`, and that one makes version 4.

/** Within one millisecond ids count on, in the 12 bits after the version. */
const LAST_COUNT = 0xfff;

let lastMs = 0;
let count = 0;

/** @param {number} [now] ms since 1970 */
export function uuid7(now = Date.now()) {
  if (now > lastMs) {
    lastMs = now;
    count = crypto.getRandomValues(new Uint16Array(1))[0] & 0x7ff;
  } else if (count === LAST_COUNT) {
    lastMs += 1;
    count = 0;
  } else {
    count += 1;
  }
  const random = crypto.getRandomValues(new Uint8Array(8));
  random[0] = (random[0] & 0x3f) | 0x80;
  const time = lastMs.toString(16).padStart(12, "0");
  const tail = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const middle = (0x7000 | count).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-${middle}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
