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

/** What was done, in words; `who` and `where` stand for the user and the room. @type {Record<string, string>} */
const DEEDS = {
  kick: "removed who from where",
  ban: "banned who from where",
  unban: "ended the ban of who in where",
  mute: "muted who in where",
  unmute: "ended the mute of who in where",
  role: "changed the role of who in where",
  room_removed: "deleted a room",
  room_retention: "set how long where keeps messages",
  message_deleted: "deleted a message of who in where",
  report_closed: "closed a report in where",
  invite_created: "made an invite",
  invite_ended: "ended an invite",
  user_role: "changed the role of who",
  user_disabled: "disabled who",
  user_enabled: "enabled who",
  user_reset: "made a sign-in link for who",
};

/** @param {App} app @param {Entry} entry */
function item(app, { at, by, action, user, room, detail }) {
  const name = room ? app.state().rooms[room]?.name : undefined;
  const words = (DEEDS[action] ?? action.replaceAll("_", " ")).split(/\b(who|where)\b/).map((word) =>
    word === "who" ? h("strong", null, h("bdi", null, user?.name ?? "somebody")) : word === "where" ? (name ? h("bdi", null, `#${name}`) : "a room") : word);
  return h("li", { class: "pin" }, h("p", { class: "note" }, fullTime(at)),
    h("p", null, h("strong", null, h("bdi", null, by?.name ?? "The operator")), " ", ...words, detail ? `: ${detail}` : ""));
}
