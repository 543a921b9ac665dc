// @ts-check
// Reports that wait for a moderator.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { excerpt, wordsOf } from "../../kit/text.js";
import { fullTime } from "../../kit/time.js";
import { openDialog } from "./dialog.js";

/** @typedef {{id: number, at: string, by: {name: string}, room: string, message: import("../../types.js").Message, reason?: string}} Report */

/** @param {App} app */
export async function openReports(app) {
  const list = h("ul", { class: "pin-list", role: "list", "aria-label": "Reports" });
  const note = h("p", { class: "help", role: "status" }, "Asking the server…");
  const dialog = openDialog({ name: "reports", label: "Reports", title: "Reports", focus: "title" }, list, note);
  try {
    const reports = /** @type {Report[]} */ (await app.actions.reports());
    list.replaceChildren(...reports.map((report) => entry(app, report, note, () => dialog.close())));
    note.textContent = reports.length ? "" : "No reports wait for you.";
  } catch (error) {
    note.textContent = /** @type {Error} */ (error).message;
  }
}

/** @param {App} app @param {Report} report @param {HTMLElement} note @param {() => void} done */
function entry(app, { id, at, by, room, message, reason }, note, done) {
  const go = h("button", { type: "button", class: "small", on: { click: () => (done(), app.dispatch({ type: "message-wanted", room, seq: message.seq })) } }, "Go there");
  const end = h("button", { type: "button", class: "small", on: { click: settle } }, "Settled");
  const where = app.state().rooms[room];
  const item = h("li", { class: "pin" }, h("p", { class: "note" }, h("bdi", { class: "quote-who" }, by.name), where ? " in " : "", where ? h("bdi", null, `#${where.name}`) : "", ` · ${fullTime(at)}${reason ? `: ${reason}` : ""}`),
    h("div", { class: "body" }, h("bdi", { class: "quote-who" }, message.author.name), ": ", message.deleted ? "deleted message" : excerpt(wordsOf(message), 400)), h("div", { class: "pin-foot" }, go, end));
  async function settle() {
    try {
      await app.actions.endReport(id);
      item.remove();
    } catch (error) {
      note.textContent = /** @type {Error} */ (error).message;
    }
  }
  return item;
}
