// @ts-check
// The user's own things: how they are shown, their password, their devices, notifications.
/** @import { App } from "../app.js" */
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { canNotify, mayNotify, askToNotify } from "../notify.js";
import { avatar, repaint } from "./avatar.js";
import { field, form, openDialog } from "./dialog.js";

/** @param {App} app */
export function openSettings(app) {
  const { user } = app.state();
  if (!user) return;
  const go = (/** @type {"name"|"devices"|"link"|"help"} */ next) => () => (dialog.close(), app.open(next));
  const dialog = openDialog(
    { name: "settings", label: "You", title: "You" },
    h("div", { class: "self" }, avatar(user), h("div", null, h("strong", null, user.name), h("p", { class: "note" }, user.role)),
      h("button", { type: "button", on: { click: go("name") } }, user.role === "guest" ? "Choose your name" : "Change name")),
    lookForm(app, user),
    h("details", null, h("summary", null, "Password"), passwordForm(app)),
    notifications(),
    h("div", { class: "links" },
      h("button", { type: "button", on: { click: go("devices") } }, icon("device"), "Your devices"),
      h("button", { type: "button", on: { click: go("link") } }, icon("plus"), "Add a device"),
      h("button", { type: "button", on: { click: go("help") } }, icon("keys"), "Keys"),
      h("button", { type: "button", class: "danger", on: { click: signOut } }, icon("leave"), "Sign out here")),
  );
  async function signOut() {
    try {
      await app.actions.signOut();
      dialog.close();
    } catch (error) {
      app.toast(/** @type {Error} */ (error).message);
    }
  }
}

/** @param {App} app @param {import("../types.js").User} user */
function lookForm(app, user) {
  const shown = field("Display name", { name: "display-name", maxlength: 64, value: user.display_name ?? "" }, "Stands before your name. May hold spaces.");
  const color = h("input", { type: "color", id: "field-color", value: user.color ?? "#3f7d8c" });
  const own = h("input", { type: "checkbox", id: "field-own-color", checked: user.color !== null });
  const sample = avatar(user);
  const show = () => repaint(sample, { ...user, display_name: shown.input.value, color: own.checked ? color.value : null });
  color.addEventListener("input", () => ((own.checked = true), show()));
  own.addEventListener("change", show);
  shown.input.addEventListener("input", show);
  const row = h("div", { class: "color-row" }, sample, h("label", { for: "field-own-color" }, own, "My own colour"), h("label", { for: "field-color", class: "visually-hidden" }, "Colour"), color);
  const save = () => app.actions
    .changeMe({ display_name: shown.input.value.trim() || null, color: own.checked ? color.value : null })
    .then(() => app.toast("Saved."));
  return form("Save", save, shown.node, row);
}

/** @param {App} app */
function passwordForm(app) {
  const current = field("Current password", { name: "current-password", type: "password", autocomplete: "current-password" }, "Leave empty if you have none yet.");
  const fresh = field("New password", { name: "new-password", type: "password", autocomplete: "new-password", required: true, minlength: 8, maxlength: 256 }, "8 characters or more. Your other devices are signed out.");
  return form("Set password", async () => {
    await app.actions.changeMe({ password: fresh.input.value, ...(current.input.value ? { current_password: current.input.value } : {}) });
    current.input.value = fresh.input.value = "";
    app.toast("Your password is set.");
  }, current.node, fresh.node);
}

/** Asked for only when the reader clicks, as browsers and good manners want. */
function notifications() {
  if (!canNotify()) return null;
  const state = h("p", { class: "note", role: "status" });
  const ask = h("button", { type: "button", on: { click: async () => (await askToNotify(), paint()) } }, "Turn on");
  function paint() {
    ask.hidden = mayNotify() !== "default";
    state.textContent = { granted: "On: mentions are told while this page is hidden.", denied: "Blocked in the browser's settings for this site.", default: "Off." }[mayNotify()];
  }
  paint();
  return h("div", { class: "setting" }, h("div", null, h("strong", null, "Notifications"), state), ask);
}
