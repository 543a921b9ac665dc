// @ts-check
// How to invite somebody: the address of the room, and what a newcomer needs besides it.
/** @import { App } from "../../app.js" */
import { roomUrl } from "../../kit/address.js";
import { h } from "../../kit/dom.js";
import { addressName } from "../../store/titles.js";
import { openDialog } from "./dialog.js";

/** What else somebody needs who has no name here yet, by the server's kind of registration. @type {Record<string, string>} */
const NEWCOMERS = {
  open: "Anyone who can open the address can join; newcomers get a name at once.",
  invite: "Newcomers need an invite code as well. An invite link brings one.",
  closed: "Only people with an account on this server can sign in: it accepts no new users.",
};

/** @param {App} app */
export function openInvite(app) {
  const { current, rooms } = app.state();
  if (!current) return;
  const room = rooms[current];
  const { name } = room;
  const url = roomUrl(addressName(room));
  const link = h("button", { type: "button", on: { click: () => (dialog.close(), app.open("invites")) } }, "Make an invite link");
  const copy = h("button", { type: "button", class: "primary", on: { click: () => app.copy(url) } }, "Copy address");
  const note = h("p", { class: "help", role: "status" });
  const dialog = openDialog({ name: "invite", label: "Invite somebody", title: "Invite somebody", focus: copy },
    h("p", { class: "lead" }, "Send them the address of ", h("strong", null, "#", h("bdi", null, name)), room.kind === "private" ? ". Only members can open it: add them first, or make an invite link." : ". It opens the room and asks whether they want to join."),
    h("div", { class: "link-code" }, h("p", { class: "url" }, url)), note, h("div", { class: "buttons" }, link, copy));
  app.actions.serverInfo().then(
    ({ registration }) => (note.textContent = NEWCOMERS[registration] ?? ""),
    () => {}, // The address is of use without it.
  );
}
