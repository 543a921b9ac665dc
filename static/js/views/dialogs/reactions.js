// @ts-check
// Who reacted to a message with what, all of them.
/** @import { App } from "../../app.js" */
/** @import { Message, Reaction } from "../../types.js" */
import { h } from "../../kit/dom.js";
import { paint } from "../../kit/colours.js";
import { openDialog } from "./dialog.js";

/** @param {App} app @param {Message} message */
export async function openReactions(app, message) {
  const list = h("ul", { class: "reaction-list", role: "list", "aria-label": "Reactions" });
  const note = h("p", { class: "help", role: "status" }, "Asking the server…");
  openDialog({ name: "reactions", label: "Reactions", title: "Reactions", focus: "title" }, list, note);
  try {
    const reactions = /** @type {Reaction[]} */ (await app.actions.reactions(message.id));
    list.replaceChildren(...reactions.map((reaction) => entry(app, reaction)));
    note.textContent = reactions.length ? "" : "Nobody has reacted to this message, or all took it back.";
  } catch (error) {
    note.textContent = /** @type {Error} */ (error).message;
  }
}

/** @param {App} app @param {Reaction} reaction */
function entry(app, { emoji, count, users }) {
  const me = app.state().user?.id;
  const names = users.map((user) => {
    const name = h("bdi", { class: "name" }, user.id === me ? "you" : user.name);
    paint(name, { ...user, ...app.state().users[user.id] });
    return h("li", null, name);
  });
  return h("li", { data: { emoji } }, h("p", { class: "reaction-emoji" }, emoji, h("span", { class: "chip-count" }, String(count))), h("ul", { class: "reaction-names", role: "list" }, ...names));
}
