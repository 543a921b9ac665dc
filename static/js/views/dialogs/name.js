// @ts-check
// A guest chooses a name, or a member another one.
/** @import { App } from "../../app.js" */
import { field, form, openDialog } from "./dialog.js";
import { h } from "../../kit/dom.js";

/** @param {App} app */
export function openName(app) {
  const { user } = app.state();
  if (!user) return;
  const guest = user.role === "guest";
  const name = field("Name", { name: "name", required: true, maxlength: 32, autocomplete: "username", autocapitalize: "none", spellcheck: "false", value: guest ? "" : user.name }, "Letters, digits, - _ and . — up to 32. Others mention you by it.");
  const password = field("Password", { name: "new-password", type: "password", autocomplete: "new-password", minlength: 8, maxlength: 256 }, "If you like: with it you can sign in on other devices. At least 8 characters.");

  async function submit() {
    const changes = { name: name.input.value.trim(), ...(guest && password.input.value ? { password: password.input.value } : {}) };
    await app.actions.changeMe(changes);
    dialog.close();
    app.toast(`You are ${changes.name} now.`);
  }
  const dialog = openDialog(
    { name: "name", label: "Choose your name", title: guest ? "Choose your name" : "Change your name", focus: name.input },
    guest ? h("p", { class: "lead" }, "You are here as ", h("strong", null, user.name), ". Pick a name that your friends know.") : null,
    form(guest ? "Take this name" : "Change name", submit, name.node, guest ? password.node : null),
  );
}
