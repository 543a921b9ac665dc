// @ts-check
// The user's own things: how they are shown, and the way to everything else that is theirs.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { icon } from "../../kit/icons.js";
import { density, setDensity } from "../density.js";
import { setFolding } from "../folding.js";
import { canNotify, mayNotify, askToNotify } from "../notifier.js";
import { SLOTS, paint, slotOf, slotColor } from "../../kit/colours.js";
import { avatar, repaint } from "../avatar.js";
import { field, form, openDialog } from "./dialog.js";

/** @param {App} app */
export function openSettings(app) {
  const { user } = app.state();
  if (!user) return;
  const go = (/** @type {"name"|"password"|"devices"|"link"|"help"|"status"|"bots"|"invites"|"reports"|"audit"|"person"} */ next) => () => (dialog.close(), app.open(next));
  const look = avatar(user);
  const allowed = user.role === "guest" ? [] : [
    row("program", "Your bots", go("bots")),
    whereAllowed(app.actions.invites, row("invite", "Invite links", go("invites"))),
    whereAllowed(app.actions.reports, row("flag", "Reports", go("reports"))),
    ...(user.role === "admin" ? [row("people", "A user of the server", go("person")), row("shield", "Audit", go("audit"))] : []),
  ];
  const dialog = openDialog(
    { name: "settings", label: "You", title: "You", focus: "title" },
    h("div", { class: "self" }, look, h("div", null, h("strong", null, h("bdi", null, user.name)), h("p", { class: "note" }, user.role))),
    lookForm(app, user, look),
    h("ul", { class: "entries", role: "list" },
      row("edit", user.role === "guest" ? "Choose your name" : "Change name", go("name")),
      row("clock", "Status", go("status")),
      row("key", "Password", go("password")),
      row("device", "Your devices", go("devices")),
      row("plus", "Add a device", go("link")),
      ...allowed,
      row("keys", "Keys and commands", go("help")),
      notifications(),
      compact(),
      folding(app),
      row("leave", "Sign out here", signOut, "danger")),
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

/** Shows what the server lets this user see. @param {() => Promise<unknown>} ask @param {HTMLElement} entry */
function whereAllowed(ask, entry) {
  entry.hidden = true;
  ask().then(() => (entry.hidden = false), () => {}); // Who may not see it is not shown it.
  return entry;
}

/** @param {Parameters<typeof icon>[0]} picture @param {string} label @param {() => void} click @param {string} [kind] */
function row(picture, label, click, kind = "") {
  return h("li", null, h("button", { type: "button", class: `entry ${kind}`, on: { click } }, icon(picture), h("span", null, label), kind ? null : icon("next")));
}

/** @param {App} app @param {import("../../types.js").User} user @param {HTMLElement} sample shows what is chosen */
function lookForm(app, user, sample) {
  const shown = field("Display name", { name: "display-name", maxlength: 64, value: user.display_name ?? "" }, "Shown before your name. Spaces are allowed.");
  /** @type {string|null} */ let chosen = user.color ?? null;
  const show = () => repaint(sample, { ...user, display_name: shown.input.value, color: chosen });
  shown.input.addEventListener("input", show);
  const colors = swatches(user, (color) => ((chosen = color), show()));
  const save = () => app.actions
    .changeMe({ display_name: shown.input.value.trim() || null, color: chosen })
    .then(() => app.toast("Saved."));
  return form("Save", save, shown.node, colors);
}

/** The palette, one colour of one's own, and the one that the name has by itself. @param {import("../../types.js").User} user @param {(color: string|null) => void} choose */
function swatches(user, choose) {
  const palette = Array.from({ length: SLOTS }, (_, slot) => slotColor(slot));
  const standing = user.color?.toLowerCase() ?? null;
  const isOwn = standing !== null && !palette.includes(standing);
  /** @param {string} label @param {boolean} checked @param {HTMLElement} dot @param {() => void} change */
  const option = (label, checked, dot, change) =>
    h("label", { class: "swatch", title: label }, h("input", { type: "radio", name: "color", class: "visually-hidden", "aria-label": label, checked, on: { change } }), dot);
  const dot = () => h("span", { class: "swatch-dot", "aria-hidden": "true" });
  const automatic = dot();
  paint(automatic, { ...user, color: null });
  automatic.append("A");
  const own = h("input", { type: "color", class: "swatch-own", "aria-label": "A colour of your own", title: "A colour of your own", value: standing ?? palette[slotOf(user.id)], data: isOwn ? { chosen: "" } : {} });
  const options = h("fieldset", { class: "swatches" }, h("legend", null, "Colour"),
    option("Automatic", standing === null, automatic, () => choose(null)),
    ...palette.map((color, slot) => {
      const colored = dot();
      colored.style.setProperty("--user", `var(--user-${slot})`);
      return option(`Colour ${slot + 1}`, color === standing, colored, () => choose(color));
    }),
    own);
  own.addEventListener("input", () => {
    for (const one of options.querySelectorAll("input")) one.checked = false;
    own.dataset.chosen = "";
    choose(own.value);
  });
  options.addEventListener("change", (event) => event.target !== own && delete own.dataset.chosen);
  return options;
}

/** Asked for only when the reader clicks, as browsers and good manners want. */
function notifications() {
  if (!canNotify()) return null;
  const state = h("p", { class: "note", role: "status" });
  const ask = h("button", { type: "button", class: "small", on: { click: async () => (await askToNotify(), show()) } }, "Turn on");
  function show() {
    ask.hidden = mayNotify() !== "default";
    state.textContent = { granted: "On: you are notified of mentions while this page is hidden.", denied: "Blocked in the browser's settings for this site.", default: "Off" }[mayNotify()];
  }
  show();
  return h("li", { class: "entry" }, icon("bell"), h("div", null, h("span", null, "Notifications"), state), ask);
}

/** How close messages stand, on this device. */
function compact() {
  const box = h("input", { type: "checkbox", id: "field-compact", checked: density() === "compact", on: { change: () => setDensity(box.checked ? "compact" : "normal") } });
  return h("li", null, h("label", { class: "entry", for: "field-compact" }, icon("rows"), h("span", null, "Compact messages"), box));
}

/** Whether replies stand in the timeline one by one, on this device. @param {App} app */
function folding(app) {
  const box = h("input", { type: "checkbox", id: "field-folding", checked: app.state().folding, on: { change: () => setFolding(app, box.checked) } });
  return h("li", null, h("label", { class: "entry", for: "field-folding" }, icon("thread"), h("span", null, "One row for each thread"), box));
}
