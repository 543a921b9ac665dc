// @ts-check
// Addresses: each room has one, `/rooms/lobby`, and each message, `/rooms/lobby/41`. Pure but for where the page came from.

/** @typedef {{name: string, seq: number|null}} Address */

/** What an address names; null: no room. Earlier ones named the room in the fragment: `/#lobby`.
 * @param {{pathname: string, hash: string}} location @returns {Address|null} */
export function readAddress({ pathname, hash }) {
  const [, first, name, seq, ...more] = pathname.split("/");
  if (first === "rooms" && name && more.length === 0) {
    const place = /^[1-9]\d{0,15}$/.test(seq ?? "") ? Number(seq) : null;
    return named(name, place);
  }
  const old = pathname === "/" ? hash.slice(1) : "";
  return old === "" || old.includes("=") ? null : named(old, null);
}

/** @param {string} encoded @param {number|null} seq @returns {Address|null} */
function named(encoded, seq) {
  try {
    const name = decodeURIComponent(encoded).replace(/^#/, "");
    return name === "" ? null : { name, seq };
  } catch {
    return null;
  }
}

/** @param {string} name of a room @param {number|null} [seq] of a message in it */
export const roomPath = (name, seq) => `/rooms/${encodeURIComponent(name)}${seq ? `/${seq}` : ""}`;

/** As it is sent to others. @param {string} name of a room @param {number|null} [seq] */
export const roomUrl = (name, seq) => location.origin + roomPath(name, seq);

/** Where the page's one WebSocket leads. */
export const socketUrl = () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
