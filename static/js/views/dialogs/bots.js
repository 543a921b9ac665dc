// @ts-check
// The user's bots: users that programs sign in as.
/** @import { App } from "../../app.js" */
/** @import { User } from "../../types.js" */
import { h } from "../../kit/dom.js";
import { fullTime } from "../../kit/time.js";
import { field, form, openDialog } from "./dialog.js";

/** @param {App} app @param {string} [name] what a new one shall be called */
export function openBots(app, name = "") {
  const list = h("ul", { class: "devices", role: "list", "aria-label": "Bots" });
  const note = h("p", { class: "help", role: "status" }, "Asking the server…");
  const made = h("div", { "aria-live": "polite" });
  const called = field("Name", { name: "bot-name", value: name, maxlength: 32, spellcheck: "false" }, "A bot reads and writes as a user of its own. You answer for it, and it ends with you.");
  openDialog({ name: "bots", label: "Bots", title: "Your bots", focus: called.input },
    form("Make a bot", async () => {
      show(await app.actions.makeBot(called.input.value.trim().replace(/^@/, "")));
      called.input.value = "";
      load();
    }, called.node), made, list, note);

  /** The token, which is there this once. @param {{user: User, token: string}} bot */
  function show({ user, token }) {
    const copy = h("button", { type: "button", class: "primary", on: { click: () => app.copy(token) } }, "Copy token");
    made.replaceChildren(h("div", { class: "link-code" }, h("p", { class: "url" }, token), h("p", { class: "help" }, "It is shown this once. A program that has it signs in as ", h("bdi", null, user.name), "."), h("div", { class: "buttons" }, copy)));
    copy.focus();
  }

  async function load() {
    try {
      const bots = /** @type {User[]} */ (await app.actions.bots());
      list.replaceChildren(...bots.map(entry));
      note.textContent = bots.length ? "" : "You have no bots yet.";
    } catch (error) {
      note.textContent = /** @type {Error} */ (error).message;
    }
  }

  /** @param {User} bot */
  function entry({ id, name: called, online, created_at: at = "" }) {
    const end = h("button", { type: "button", class: "small", "aria-label": `End ${called}`, on: { click: () => app.actions.endBot(id).then(() => (made.replaceChildren(), load()), refused) } }, "End");
    return h("li", null, h("div", null, h("p", { class: "device-name" }, h("bdi", null, called), online ? h("span", { class: "tag" }, "online") : null), h("p", { class: "note" }, `made ${fullTime(at)}`)), end);
  }
  /** @param {Error} error */
  const refused = (error) => (note.textContent = error.message);
  load();
}
