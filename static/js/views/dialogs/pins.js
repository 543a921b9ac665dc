// @ts-check
// What is pinned to the room, the newest pin first.
/** @import { App } from "../../app.js" */
/** @import { Message } from "../../types.js" */
import { serverNow } from "../../kit/server-clock.js";
import { h } from "../../kit/dom.js";
import { fullTime } from "../../kit/time.js";
import { silenced } from "../../store/selectors.js";
import { roomTitle } from "../../store/titles.js";
import { blockNodes, plainNodes } from "../timeline/blocks.js";
import { filesOf } from "../timeline/files.js";
import { openDialog } from "./dialog.js";

/** @param {App} app */
export async function openPins(app) {
  const { current, rooms, user } = app.state();
  if (!current) return;
  const room = rooms[current];
  const list = h("ul", { class: "pin-list", role: "list", "aria-label": "Pinned messages" });
  const note = h("p", { class: "help", role: "status" }, "Asking the server…");
  const dialog = openDialog({ name: "pins", label: "Pinned messages", title: `Pinned to ${roomTitle(room, user?.id ?? null)}`, focus: "title" }, list, note);
  try {
    const messages = /** @type {Message[]} */ (await app.actions.pins(room.id));
    list.replaceChildren(...messages.map((message) => entry(app, message, () => dialog.close())));
    note.textContent = messages.length ? "" : "Nothing is pinned here yet. Pin a message from its menu.";
  } catch (error) {
    note.textContent = /** @type {Error} */ (error).message;
  }
}

/** @param {App} app @param {Message} message @param {() => void} done */
function entry(app, message, done) {
  const { room: id, seq, author, sent_at: at, body, blocks } = message;
  const { rooms, user } = app.state();
  const mayWrite = rooms[id] && silenced(app.state(), rooms[id], serverNow()) === null;
  const go = h("button", { type: "button", class: "small", on: { click: () => (done(), app.dispatch({ type: "message-wanted", room: id, seq })) } }, "Go there");
  const unpin = h("button", { type: "button", class: "small", on: { click: () => (app.actions.pin(id, message.id, false), item.remove()) } }, "Unpin");
  const item = h("li", { class: "pin" }, h("p", { class: "note" }, h("bdi", { class: "quote-who" }, author.name), ` · ${fullTime(at)}`),
    h("div", { class: "body" }, ...(blocks ? blockNodes(blocks, user?.id ?? null) : plainNodes(body))), filesOf(app, message), h("div", { class: "pin-foot" }, go, mayWrite ? unpin : null));
  return item;
}
