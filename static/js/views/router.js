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
  /** The place on screen when the address was last written. @type {{room: string, seq: number|null}|null} */
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
    reopen: () => app.open("search"),
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
      if (seq !== null) app.dispatch({ type: "message-wanted", room: room.id, seq });
      else app.dispatch({ type: state.linked?.room === room.id && state.current === room.id ? "live-end-wanted" : "room-opened", room: room.id });
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
    const seq = state.linked?.room === room.id ? state.linked.seq : null;
    const step = written !== null && (written.room !== room.id || written.seq !== seq);
    written = { room: room.id, seq };
    browserHistory.write(roomPath(addressName(room), seq), step);
  }
  return paint;
}
