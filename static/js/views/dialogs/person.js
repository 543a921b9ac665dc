// @ts-check
// For administrators: what a user may do on the server, and whether they can sign in.
/** @import { App } from "../../app.js" */
import { field, form, openDialog, select } from "./dialog.js";

/** @type {Record<string, {words: string, patch: {role?: string, disabled?: boolean}, done: string}>} */
const CHANGES = {
  member: { words: "Make an ordinary member", patch: { role: "member" }, done: "is an ordinary member now" },
  admin: { words: "Make an administrator of the server", patch: { role: "admin" }, done: "administers the server now" },
  disable: { words: "Disable: signed out everywhere, cannot sign in", patch: { disabled: true }, done: "can no longer sign in" },
  enable: { words: "Enable: can sign in again", patch: { disabled: false }, done: "can sign in again" },
};

/** @param {App} app @param {string} [person] their name */
export function openPersonDialog(app, person = "") {
  const name = field("Name", { name: "person", value: person, required: true, autocapitalize: "none", spellcheck: "false" }, "Also of a user who is not listed here.");
  const change = select("What", "change", Object.fromEntries(Object.entries(CHANGES).map(([key, { words }]) => [key, words])), "member");
  const dialog = openDialog({ name: "person", label: "A user of the server", title: "A user of the server", focus: person ? change.input : name.input },
    form("Do it", async () => {
      const user = name.input.value.trim().replace(/^@/, "");
      if (!user) throw new Error("Write whose.");
      const { patch, done } = CHANGES[change.input.value];
      const changed = await app.actions.changeUser(user, patch);
      dialog.close();
      app.toast(`${changed.name} ${done}.`);
    }, name.node, change.node));
}
