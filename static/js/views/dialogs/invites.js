// @ts-check
// Invite links: with one, somebody becomes a user and joins the room.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { plural } from "../../kit/text.js";
import { qrCode } from "../../kit/qr.js";
import { fullTime } from "../../kit/time.js";
import { choice, field, form, openDialog, select } from "./dialog.js";

const DAY = 24 * 60 * 60;
const SPANS = { [DAY]: "1 day", [7 * DAY]: "1 week", [30 * DAY]: "30 days" };

/** @typedef {{id: number, code?: string, url?: string, uses_left: number, expires_at: string, by: {name: string}|null}} Invite */

/** @param {App} app */
export function openInvites(app) {
  const { current, rooms } = app.state();
  const room = current ? rooms[current] : null;
  const list = h("ul", { class: "devices", role: "list", "aria-label": "Invite links" });
  const note = h("p", { class: "help", role: "status" });
  const made = h("div", { "aria-live": "polite" });
  const uses = field("How many people may use it", { name: "uses", type: "number", min: 1, max: 1000, value: "1" });
  const span = select("For how long", "invite-span", SPANS, String(7 * DAY));
  const joins = room && room.kind !== "direct" ? choice(`They join #${room.name}`, { name: "invite-room", checked: room.kind === "private" }) : null;
  openDialog({ name: "invites", label: "Invite links", title: "Invite links", focus: "title" },
    form("Make a link", async () => {
      const invite = await app.actions.makeInvite({ uses: Number(uses.input.value) || 1, expires_in: Number(span.input.value), ...(room && joins?.input.checked ? { rooms: [room.id] } : {}) });
      const copy = h("button", { type: "button", class: "primary", on: { click: () => app.copy(invite.url) } }, "Copy link");
      made.replaceChildren(h("div", { class: "link-code" }, qrCode(invite.qr, "The link as a QR code"), h("p", { class: "url" }, invite.url), h("p", { class: "help" }, "It is shown this once. Anyone who has it can become a user."), h("div", { class: "buttons" }, copy)));
      copy.focus();
      load();
    }, uses.node, span.node, joins?.node ?? null), made, list, note);

  async function load() {
    try {
      const invites = /** @type {Invite[]} */ (await app.actions.invites());
      list.replaceChildren(...invites.map(entry));
    } catch (error) {
      note.textContent = /** @type {Error} */ (error).message;
    }
  }
  /** @param {Invite} invite */
  function entry({ id, uses_left: left, expires_at: until, by }) {
    const end = h("button", { type: "button", class: "small", "aria-label": `End the invite of ${fullTime(until)}`, on: { click: () => app.actions.endInvite(id).then(load, (error) => (note.textContent = error.message)) } }, "End");
    return h("li", null, h("div", null, h("p", { class: "device-name" }, `${plural(left, "use")} left`), h("p", { class: "note" }, `until ${fullTime(until)}${by ? ` · by ${by.name}` : ""}`)), end);
  }
  load();
}
