// @ts-check
// Keeps the address of the page and the room on screen the same, whichever of them changes.
/** @import { App } from "../app.js" */
/** @import { State } from "../types.js" */
import { readAddress, roomPath } from "../kit/address.js";
import { History } from "./history.js";
import { findRoom } from "../store/rooms.js";
import { addressName } from "../store/titles.js";

/** @param {App} app */
export function addressView(app) {
  /** An address that is not on screen yet. */
  let pending = readAddress(location);
  /** The room on screen when the address was last written. @type {string|null} */
  let written = null;
  /** It was joined just now and is on its way. */
  let joined = false;

  const browserHistory = new History({
    hasDrawer: () => app.state().drawer !== null,
    closeDrawer: () => app.dispatch({ type: "drawer-closed" }),
    navigated() {
      pending = readAddress(location);
      paint(app.state());
    },
    sync: () => paint(app.state()),
  });

  /** @param {State} state */
  function open(state) {
    if (!pending) return;
    const address = pending;
    const room = findRoom(state, address.name);
    if (room) {
      pending = null;
      joined = false;
      const { seq } = address;
      app.dispatch(seq === null ? { type: "room-opened", room: room.id } : { type: "message-wanted", room: room.id, seq });
    } else if (state.connection.status === "connected" && !joined) {
      pending = null;
      ask(address);
    }
  }

  /** The user is not a member of the room: perhaps it can be joined. @param {import("../kit/address.js").Address} address */
  async function ask(address) {
    joined = await app.askToJoinRoom(address.name);
    // Joining opens the room by itself; what is left is the way to a message in it.
    if (joined && address.seq !== null) pending = address;
    else joined = false;
    paint(app.state());
  }

  /** @param {State} before */
  function paint(before) {
    open(before);
    if (pending) return;
    const state = app.state();
    const room = state.current ? state.rooms[state.current] : null;
    if (!room) return;
    const step = written !== null && written !== room.id;
    written = room.id;
    browserHistory.write(roomPath(addressName(room), state.linked?.room === room.id ? state.linked.seq : null), step);
  }
  return paint;
}
