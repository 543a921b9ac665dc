// @ts-check
// Hooks of a room: addresses that programs post to.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { fullTime } from "../../kit/time.js";
import { roomTitle } from "../../store/titles.js";
import { field, form, openDialog } from "./dialog.js";

/** @typedef {{id: string, user: {id: string, name: string}, url?: string, created_at: string, by: {id: string, name: string}}} Hook */

/** @param {App} app @param {string} [name] what a new one shall be called */
export function openHooks(app, name = "") {
  const { current, rooms, user } = app.state();
  if (!current) return;
  const room = rooms[current];
  const list = h("ul", { class: "devices", role: "list", "aria-label": "Hooks" });
  const note = h("p", { class: "help", role: "status" }, "Asking the server…");
  const made = h("div", { "aria-live": "polite" });
  const called = field("Name", { name: "hook-name", value: name, maxlength: 32, spellcheck: "false" }, "What the program posts as, such as alerts. Grafana, Alertmanager, GitHub Actions and others that know Slack take the address.");
  openDialog({ name: "hooks", label: "Hooks", title: `Hooks of ${roomTitle(room, user?.id ?? null)}`, focus: called.input },
    form("Make a hook", async () => {
      show(await app.actions.makeHook(room.id, called.input.value.trim().replace(/^@/, "")));
      called.input.value = "";
      load();
    }, called.node), made, list, note);

  /** The address, which is there this once. @param {Hook} hook */
  function show({ user: { name: poster }, url = "" }) {
    const copy = h("button", { type: "button", class: "primary", on: { click: () => app.copy(url) } }, "Copy address");
    made.replaceChildren(h("div", { class: "link-code" }, h("p", { class: "url" }, url), h("p", { class: "help" }, "It is shown this once. Anyone who has it can post as ", h("bdi", null, poster), "."), h("div", { class: "buttons" }, copy)));
    copy.focus();
  }

  async function load() {
    try {
      const hooks = /** @type {Hook[]} */ (await app.actions.hooks(room.id));
      list.replaceChildren(...hooks.map(entry));
      note.textContent = hooks.length ? "" : "No program posts here yet.";
    } catch (error) {
      note.textContent = /** @type {Error} */ (error).message;
    }
  }

  /** @param {Hook} hook */
  function entry({ id, user: { name: poster }, created_at: at, by }) {
    const replace = h("button", { type: "button", class: "small", "aria-label": `New address for ${poster}`, on: { click: () => app.actions.replaceHookSecret(room.id, id).then(show, refused) } }, "New address");
    const end = h("button", { type: "button", class: "small", "aria-label": `End ${poster}`, on: { click: () => app.actions.endHook(room.id, id).then(() => (made.replaceChildren(), load()), refused) } }, "End");
    return h("li", null, h("div", null, h("p", { class: "device-name" }, h("bdi", null, poster)), h("p", { class: "note" }, `made ${fullTime(at)} by `, h("bdi", null, by.name))), h("div", { class: "buttons" }, replace, end));
  }
  /** @param {Error} error */
  const refused = (error) => (note.textContent = error.message);
  load();
}
