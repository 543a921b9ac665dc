// @ts-check
// What can be done with a person of the room: mention, write to, ignore, and what moderators and administrators may.
/** @import { App } from "../app.js" */
/** @import { User } from "../types.js" */
import { moderates } from "../store/selectors.js";
import { openMenu } from "./menu.js";

/** @param {App} app @param {User} user @param {boolean} me @param {Element} anchor */
export function openPerson(app, user, me, anchor) {
  const state = app.state();
  const room = state.current ? state.rooms[state.current] : null;
  const ignored = state.ignored.includes(user.id);
  openMenu(user.name, anchor, [
    !me && { icon: "speak", label: "Mention in the room", run: () => app.mention(user.name) },
    { icon: "send", label: me ? "Open your notebook" : "Write to them directly", run: () => app.attempt(app.actions.openDirect(me ? [] : [user.name])) },
    me && { icon: "clock", label: "Set a status", run: () => app.open("status") },
    !me && { icon: "hide", label: ignored ? "Stop ignoring" : "Ignore", run: () => app.attempt(app.actions.ignore(user.id, !ignored), ignored ? `You hear of ${user.name} again.` : `Messages of ${user.name} do not notify you any more.`) },
    !me && moderates(state, room) && { icon: "shield", label: "Moderate…", run: () => app.open("members") },
    !me && state.user?.role === "admin" && { icon: "key", label: "Role on the server…", run: () => app.open("person", user.name) },
  ]);
}
