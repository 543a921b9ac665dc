// @ts-check
// Opens the conversation with one or more people.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { namesIn } from "./add-people.js";
import { field, form, openDialog } from "./dialog.js";

/** @param {App} app */
export function openDirect(app) {
  const state = app.state();
  const names = field("To", { name: "direct-to", required: true, autocapitalize: "none", spellcheck: "false", list: "direct-people" }, "One name, or up to seven with spaces between them.");
  const known = new Map(Object.values(state.people).flatMap(({ members }) => members).map((user) => [user.id, user.name]));
  known.delete(state.user?.id ?? "");
  const list = h("datalist", { id: "direct-people" }, ...[...known.values()].map((name) => h("option", { value: name })));
  const dialog = openDialog({ name: "direct", label: "Write to somebody", title: "Write to somebody", focus: names.input },
    h("p", { class: "lead" }, "Only you and they see what is said. They hear of it with the first message."),
    form("Open", async () => {
      await app.actions.openDirect(namesIn(names.input.value));
      dialog.close();
      app.focusComposer();
    }, names.node, list));
}
