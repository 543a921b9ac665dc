// @ts-check
// How to invite somebody: the address of the room, and what a newcomer needs besides it.
/** @import { App } from "../../app.js" */
import { roomUrl } from "../../kit/address.js";
import { h } from "../../kit/dom.js";
import { openDialog } from "./dialog.js";

/** What else somebody needs who has no name here yet, by the server's kind of registration. @type {Record<string, string>} */
const NEWCOMERS = {
  open: "Anyone who can open the address can join; newcomers get a name at once.",
  invite: "Newcomers need an invite code as well. An administrator creates one with “chat-server invite”.",
  closed: "Only people with an account on this server can sign in: it accepts no new users.",
};

/** @param {App} app */
export function openInvite(app) {
  const { current, rooms } = app.state();
  if (!current) return;
  const { name } = rooms[current];
  const url = roomUrl(name);
  const copy = h("button", { type: "button", class: "primary", on: { click: () => app.copy(url) } }, "Copy address");
  const note = h("p", { class: "help", role: "status" });
  openDialog({ name: "invite", label: "Invite somebody", title: "Invite somebody", focus: copy },
    h("p", { class: "lead" }, "Send them the address of ", h("strong", null, "#", h("bdi", null, name)), ". It opens the room and asks whether they want to join."),
    h("div", { class: "link-code" }, h("p", { class: "url" }, url)), note, h("div", { class: "buttons" }, copy));
  app.actions.serverInfo().then(
    ({ registration }) => (note.textContent = NEWCOMERS[registration] ?? ""),
    () => {}, // The address is of use without it.
  );
}
