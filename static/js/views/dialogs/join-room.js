// @ts-check
// An address led to a room that the user is not a member of: it can be joined, or there is none by that name.
/** @import { App } from "../../app.js" */
/** @import { Room } from "../../types.js" */
import { h } from "../../kit/dom.js";
import { plural } from "../../kit/text.js";
import { openDialog } from "./dialog.js";

/** @param {App} app @param {string} name @returns {Promise<boolean>} whether the user joined it */
export async function askToJoinRoom(app, name) {
  try {
    return await confirmJoin(app, await app.actions.room(name));
  } catch (error) {
    const { status, message } = /** @type {Error & {status?: number}} */ (error);
    // What cannot be a name is not the name of a room.
    if (status === 404 || status === 400) tellUnknown(app, name);
    else app.toast(message);
    return false;
  }
}

/** @param {App} app @param {Room} room @returns {Promise<boolean>} */
function confirmJoin(app, room) {
  return new Promise((resolve) => {
    const refusal = h("p", { class: "refusal", role: "alert" });
    const join = h("button", { type: "button", class: "primary", on: { click: joinRoom } }, "Join");
    async function joinRoom() {
      try {
        await app.actions.join(room.name);
        resolve(true);
        dialog.close();
      } catch (error) {
        refusal.textContent = /** @type {Error} */ (error).message;
      }
    }
    const dialog = openDialog(
      { name: "join-room", label: `Join #${room.name}?`, title: `Join #${room.name}?`, focus: join },
      h("p", { class: "lead" }, [plural(room.members ?? 0, "member"), room.topic].filter(Boolean).join(" · ")),
      refusal,
      h("div", { class: "buttons" }, h("button", { type: "button", on: { click: () => dialog.close() } }, "Not now"), join),
    );
    dialog.addEventListener("close", () => resolve(false));
  });
}

/** @param {App} app @param {string} name */
function tellUnknown(app, name) {
  const find = h("button", { type: "button", class: "primary", on: { click: () => (dialog.close(), app.open("room-directory")) } }, "Find a room");
  const dialog = openDialog(
    { name: "join-room", label: "No such room", title: "No such room", focus: find },
    h("p", { class: "lead" }, "There is no room ", h("strong", null, "#", h("bdi", null, name)), " here. It may have another name by now, or the address is incomplete."),
    h("div", { class: "buttons" }, find),
  );
}
