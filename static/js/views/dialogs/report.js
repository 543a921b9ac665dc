// @ts-check
// Tells the moderators of a message.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { excerpt, wordsOf } from "../../kit/text.js";
import { field, form, openDialog } from "./dialog.js";

/** @param {App} app @param {import("../../types.js").Message} message */
export function openReport(app, message) {
  const reason = field("Reason", { name: "reason", maxlength: 200 }, "The moderators of the room and the administrators see it. Others do not.");
  const dialog = openDialog({ name: "report", label: "Report the message", title: "Report the message", focus: reason.input },
    h("blockquote", { class: "lead" }, h("bdi", null, message.author.name), ": ", excerpt(wordsOf(message), 200)),
    form("Report", async () => {
      await app.actions.report(message.id, reason.input.value.trim());
      dialog.close();
      app.toast("The moderators will see it.");
    }, reason.node));
}
