// @ts-check
// The user's own settings of a room: what notifies, and where it stands in the list.
/** @import { App } from "../../app.js" */
import { roomTitle } from "../../store/titles.js";
import { choice, form, openDialog, select } from "./dialog.js";

const NOTIFY = { all: "Every message", mentions: "Mentions, and replies in your threads", none: "Nothing" };

/** @param {App} app */
export function openRoomSettings(app) {
  const { current, rooms, user } = app.state();
  if (!current) return;
  const room = rooms[current];
  const notify = select("Notify me of", "notify", NOTIFY, room.notify ?? "mentions");
  const favourite = choice("Keep it among my favourites", { name: "favourite", checked: room.favourite ?? false });
  const hidden = choice("Hide it from the list until somebody mentions me", { name: "hidden", checked: room.hidden ?? false });
  const dialog = openDialog({ name: "room-settings", label: "Notifications", title: roomTitle(room, user?.id ?? null), focus: notify.input },
    form("Save", async () => {
      await app.actions.setRoom(room.id, { notify: notify.input.value, favourite: favourite.input.checked, hidden: hidden.input.checked });
      dialog.close();
    }, notify.node, favourite.node, hidden.node));
}
