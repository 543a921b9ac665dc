// @ts-check
// For moderators: the room's name, and how fast one may write.
/** @import { App } from "../../app.js" */
import { field, form, openDialog, select } from "./dialog.js";

const SLOW = { 0: "Off", 5: "5 seconds", 10: "10 seconds", 30: "30 seconds", 60: "1 minute", 300: "5 minutes", 900: "15 minutes", 3600: "1 hour" };

/** @param {App} app */
export function openRoomEdit(app) {
  const { current, rooms } = app.state();
  if (!current) return;
  const room = rooms[current];
  const name = field("Name", { name: "room-name", value: room.name, required: true, maxlength: 48, autocapitalize: "none", spellcheck: "false" }, "Links with the old name stop working.");
  const seconds = room.slow_seconds ?? 0;
  const slow = select("Time between two messages of a member", "slow", seconds in SLOW ? SLOW : { ...SLOW, [seconds]: `${seconds} seconds` }, String(seconds));
  const dialog = openDialog({ name: "room-edit", label: "The room", title: `#${room.name}`, focus: name.input },
    form("Save", async () => {
      const wish = { name: name.input.value.trim().replace(/^#/, ""), slow_seconds: Number(slow.input.value) };
      await app.actions.changeRoom(room.id, { ...(wish.name !== room.name ? { name: wish.name } : {}), ...(wish.slow_seconds !== seconds ? { slow_seconds: wish.slow_seconds } : {}) });
      dialog.close();
    }, name.node, slow.node));
}
