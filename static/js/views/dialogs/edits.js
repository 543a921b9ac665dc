// @ts-check
// The earlier texts of a message, for its author and for moderators.
/** @import { App } from "../../app.js" */
/** @import { Message } from "../../types.js" */
import { h } from "../../kit/dom.js";
import { fullTime } from "../../kit/time.js";
import { plainNodes } from "../timeline/blocks.js";
import { openDialog } from "./dialog.js";

/** @param {App} app @param {Message} message */
export async function openEdits(app, message) {
  const list = h("ol", { class: "pin-list", role: "list", "aria-label": "Earlier texts" });
  const note = h("p", { class: "help", role: "status" }, "Asking the server…");
  openDialog({ name: "edits", label: "Earlier texts", title: `Earlier texts by ${message.author.name}`, focus: "title" }, list, note);
  try {
    const edits = /** @type {{body: string, at: string}[]} */ (await app.actions.edits(message.id));
    const now = { body: message.body, at: message.edited_at ?? message.sent_at };
    list.replaceChildren(...[...edits, now].map(({ body, at }, place) =>
      h("li", { class: "pin" }, h("p", { class: "note" }, `${fullTime(at)}${place === edits.length ? " · as it is now" : ""}`), h("div", { class: "body" }, ...plainNodes(body)))));
    note.textContent = edits.length ? "" : "This message has no earlier texts.";
  } catch (error) {
    note.textContent = /** @type {Error} */ (error).message;
  }
}
