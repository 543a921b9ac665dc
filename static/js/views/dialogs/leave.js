// @ts-check
// Asks before a room is left.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { openDialog } from "./dialog.js";

/** @param {App} app */
export function openLeave(app) {
  const { current, rooms } = app.state();
  if (!current) return;
  const { name } = rooms[current];
  const stay = h("button", { type: "button", on: { click: () => dialog.close() } }, "Stay");
  const leave = h("button", { type: "button", class: "primary", on: { click: () => (dialog.close(), app.leaveRoom(current)) } }, "Leave");
  const dialog = openDialog({ name: "leave", label: "Leave the room?", title: `Leave #${name}?`, focus: stay },
    h("p", { class: "lead" }, "You get none of its messages, and nobody can mention you there, until you join it again."),
    h("div", { class: "buttons" }, stay, leave),
  );
}
