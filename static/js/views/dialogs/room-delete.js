// @ts-check
// Deletes a room for ever. It asks twice: once whether, once for the room's name.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { dangerousForm, field, openDialog } from "./dialog.js";

/** @param {App} app */
export function openRoomDelete(app) {
  const { current, rooms } = app.state();
  if (!current) return;
  const room = rooms[current];
  const keep = h("button", { type: "button", class: "primary", on: { click: () => dialog.close() } }, "Keep it");
  const go = h("button", { type: "button", class: "danger", on: { click: () => (dialog.close(), certain(app, room)) } }, "Delete…");
  const dialog = openDialog({ name: "room-delete", label: "Delete the room?", title: `Delete #${room.name}?`, focus: keep },
    h("p", { class: "lead" }, "All that was ever said in it goes, for everyone and for ever. To keep it readable, archive it instead."),
    h("div", { class: "buttons" }, go, keep));
}

/** @param {App} app @param {import("../../types.js").Room} room */
function certain(app, room) {
  const name = field("The room's name", { name: "room-name", required: true, autocapitalize: "none", spellcheck: "false" }, `Write ${room.name} to delete it.`);
  const dialog = openDialog({ name: "room-delete", label: "Delete the room?", title: `Delete #${room.name} for ever?`, focus: name.input },
    dangerousForm("Delete for ever", async () => {
      if (name.input.value.trim().replace(/^#/, "") !== room.name) throw new Error("That is not the room's name.");
      await app.actions.deleteRoom(room.id);
      dialog.close();
    }, name.node));
}
