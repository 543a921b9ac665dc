// @ts-check
// The members of a room, with their roles; for moderators also what they may do to each.
/** @import { App } from "../../app.js" */
/** @import { Room, User } from "../../types.js" */
import { serverNow } from "../../kit/server-clock.js";
import { h } from "../../kit/dom.js";
import { calledName } from "../../kit/text.js";
import { moderates } from "../../store/selectors.js";
import { roomTitle } from "../../store/titles.js";
import { avatar } from "../avatar.js";
import { openMenu } from "../menu.js";
import { field, form, openDialog, select } from "./dialog.js";

const MINUTE = 60_000;
/** How long a mute or a ban lasts, in ms by their words. */
const SPANS = { [10 * MINUTE]: "10 minutes", [60 * MINUTE]: "1 hour", [24 * 60 * MINUTE]: "1 day", [7 * 24 * 60 * MINUTE]: "1 week", 0: "For ever" };

/** @param {App} app */
export function openMembers(app) {
  const state = app.state();
  const room = state.current ? state.rooms[state.current] : null;
  if (!room) return;
  const members = state.people[room.id]?.members ?? [];
  const moderators = state.people[room.id]?.moderators ?? [];
  const rules = moderates(state, room);
  const list = h("ul", { class: "devices", role: "list", "aria-label": "Members" }, ...members.map((user) => entry(app, room, user, { rules: moderators.includes(user.id), mayRule: rules && user.id !== state.user?.id })));
  const someone = field("Somebody else", { name: "moderate-user", autocapitalize: "none", spellcheck: "false" }, "To end a ban, or for who is not listed.");
  const dialog = openDialog({ name: "members", label: "Members", title: `Members of ${roomTitle(room, state.user?.id ?? null)}`, focus: "title" }, list,
    rules ? form("Moderate", async () => {
      const name = someone.input.value.trim().replace(/^@/, "");
      if (!name) throw new Error("Write a name.");
      dialog.close();
      openDeed(app, room, name, "unban");
    }, someone.node) : null);
}

/** @param {App} app @param {Room} room @param {User} user @param {{rules: boolean, mayRule: boolean}} how whether they moderate the room, and whether the user may act on them */
function entry(app, room, user, { rules, mayRule }) {
  const roles = [rules && "moderator", user.role !== "member" && user.role].filter(Boolean);
  const more = h("button", { type: "button", class: "small", "aria-label": `Moderate ${user.name}`, "aria-haspopup": "menu", on: { click: () => openMenu(user.name, more, deeds(app, room, user.name, () => more.closest("dialog")?.close())) } }, "Moderate");
  return h("li", { data: { user: user.name } }, avatar(user), h("div", null, h("p", { class: "device-name" }, h("bdi", null, calledName(user))), h("p", { class: "note" }, [`@${user.name}`, ...roles].join(" · "))), mayRule ? more : null);
}

/** @param {App} app @param {Room} room @param {string} name @param {() => void} done @returns {import("../menu.js").MenuEntry[]} */
function deeds(app, room, name, done) {
  const open = (/** @type {string} */ action) => () => (done(), openDeed(app, room, name, action));
  return [
    { icon: "clock", label: "Mute…", run: open("mute") },
    { icon: "speak", label: "Unmute", run: open("unmute") },
    { icon: "leave", label: "Remove from the room…", run: open("kick") },
    { icon: "shield", label: "Make a moderator", run: open("moderator") },
    { icon: "people", label: "Make an ordinary member", run: open("member") },
    { icon: "drop", label: "Ban…", danger: true, run: open("ban") },
  ];
}

const ACTIONS = { mute: "Mute: reads, cannot write", unmute: "End a mute", kick: "Remove: may come back", ban: "Ban: cannot come back", unban: "End a ban", moderator: "Make a moderator", member: "Make an ordinary member" };

/** @param {App} app @param {Room} room @param {string} user @param {string} chosen */
function openDeed(app, room, user, chosen) {
  const action = select("What", "action", ACTIONS, chosen);
  const span = select("For how long", "span", SPANS, String(60 * MINUTE));
  const reason = field("Reason", { name: "reason", maxlength: 200 }, "Everyone in the room sees it.");
  const fit = () => {
    const deed = action.input.value;
    span.node.hidden = deed !== "mute" && deed !== "ban";
    reason.node.hidden = deed === "moderator" || deed === "member";
  };
  action.input.addEventListener("change", fit);
  fit();
  const dialog = openDialog({ name: "moderate", label: "Moderate", title: `Moderate ${user}`, focus: action.input },
    form("Do it", async () => {
      const deed = action.input.value;
      const why = reason.input.value.trim();
      const ms = span.node.hidden ? 0 : Number(span.input.value);
      const words = { ...(why && !reason.node.hidden ? { reason: why } : {}), ...(ms ? { until: new Date(serverNow() + ms).toISOString() } : {}) };
      if (deed === "kick") await app.actions.kick(room.id, user, why || undefined);
      else if (deed === "moderator" || deed === "member") await app.actions.moderate(room.id, { action: "role", role: deed, user });
      else await app.actions.moderate(room.id, { action: deed, user, ...words });
      dialog.close();
      app.toast("Done.");
    }, action.node, span.node, reason.node));
}
