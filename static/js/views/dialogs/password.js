// @ts-check
// Sets or changes the user's password.
/** @import { App } from "../../app.js" */
import { field, form, openDialog } from "./dialog.js";

/** @param {App} app */
export function openPassword(app) {
  const { user } = app.state();
  if (!user) return;
  const name = field("Name", { name: "username", value: user.name, readonly: true, autocomplete: "username" });
  const current = field("Current password", { name: "current-password", type: "password", autocomplete: "current-password" }, "Leave empty if you have none yet.");
  const fresh = field("New password", { name: "new-password", type: "password", autocomplete: "new-password", required: true, minlength: 8, maxlength: 256 }, "8 characters or more. Your other devices are signed out.");
  // Password managers want to know whose it is; a reader does.
  name.node.classList.add("visually-hidden");
  name.input.tabIndex = -1;
  const dialog = openDialog(
    { name: "password", label: "Password", title: "Your password", focus: current.input },
    form("Set password", async () => {
      await app.actions.changeMe({ password: fresh.input.value, ...(current.input.value ? { current_password: current.input.value } : {}) });
      dialog.close();
      app.toast("Your password is set.");
    }, name.node, current.node, fresh.node),
  );
}
