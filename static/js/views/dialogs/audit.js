// @ts-check
// Who did what to whom, for administrators.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { fullTime } from "../../kit/time.js";
import { openDialog } from "./dialog.js";

/** @typedef {{id: number, at: string, by: {name: string}|null, action: string, user?: {name: string}, room?: string, detail?: string}} Entry */

/** As many as are asked for at once (js/actions/rooms.js says the same). */
const PAGE = 50;

/** @param {App} app */
export function openAudit(app) {
  const list = h("ul", { class: "pin-list", role: "list", "aria-label": "Audit" });
  const note = h("p", { class: "help", role: "status" }, "Asking the server…");
  const more = h("button", { type: "button", hidden: true, on: { click: load } }, "Show earlier");
  openDialog({ name: "audit", label: "Audit", title: "Audit", focus: "title" }, list, note, more);
  /** @type {number|undefined} */ let last;
  async function load() {
    try {
      const entries = /** @type {Entry[]} */ (await app.actions.audit(last));
      last = entries.at(-1)?.id ?? last;
      list.append(...entries.map((entry) => item(app, entry)));
      note.textContent = list.children.length ? "" : "Nothing yet.";
      more.hidden = entries.length < PAGE;
    } catch (error) {
      note.textContent = /** @type {Error} */ (error).message;
    }
  }
  load();
}

/** @param {App} app @param {Entry} entry */
function item(app, { at, by, action, user, room, detail }) {
  const where = room ? app.state().rooms[room]?.name : undefined;
  const words = [by?.name ?? "the operator", action.replaceAll("_", " "), user?.name, where && `in #${where}`].filter(Boolean).join(" ");
  return h("li", { class: "pin" }, h("p", { class: "note" }, fullTime(at)), h("p", null, words, detail ? `: ${detail}` : ""));
}
