// @ts-check
// Asks before a room is left.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { roomTitle } from "../../store/titles.js";
import { openDialog } from "./dialog.js";

/** @param {App} app */
export function openLeave(app) {
  const { current, rooms } = app.state();
  if (!current) return;
  const room = rooms[current];
  const title = roomTitle(room, app.state().user?.id ?? null);
  const direct = room.kind === "direct";
  const stay = h("button", { type: "button", on: { click: () => dialog.close() } }, "Stay");
  const leave = h("button", { type: "button", class: "primary", on: { click: () => (dialog.close(), app.leaveRoom(current)) } }, direct ? "Put away" : "Leave");
  const dialog = openDialog({ name: "leave", label: "Leave the room?", title: direct ? `Put away ${title}?` : `Leave ${title}?`, focus: stay },
    h("p", { class: "lead" }, direct ? "It leaves your list, and comes back with the next message." : room.kind === "private" ? "You get none of its messages, and cannot come back by yourself: a member has to add you." : "You get none of its messages, and nobody can mention you there, until you join it again."),
    h("div", { class: "buttons" }, stay, leave),
  );
}
