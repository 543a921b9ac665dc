// @ts-check
// What can be done with a message. This one table makes the tools, the menu and the keys, so that none of them lacks anything.
/** @import { App } from "../../app.js" */
/** @import { Message } from "../../types.js" */
/** @import { icon } from "../../kit/icons.js" */
import { serverNow } from "../../kit/server-clock.js";
import { moderates, silenced } from "../../store/selectors.js";
import { findMessage } from "../../store/messages.js";

/**
 * @typedef {object} Act
 * @property {string} name
 * @property {Parameters<typeof icon>[0]} icon
 * @property {string} label
 * @property {string} key          as in `keys.js`
 * @property {boolean} [tool]      stands beside the message, not only in its menu
 * @property {string} [words]      beside the icon there
 * @property {boolean} [danger]
 * @property {(may: May) => boolean} when
 * @property {(app: App, message: Message, anchor: HTMLElement) => unknown} run
 */

/** @typedef {{own: boolean, write: boolean, moderate: boolean, gone: boolean, pinned: boolean, followed: boolean, direct: boolean, reacted: boolean, edited: boolean}} May */

/** @type {Act[]} */
export const ACTS = [
  { name: "react", icon: "smile", label: "React", words: "React", key: "+", tool: true, when: ({ write, gone }) => write && !gone, run: (app, message, anchor) => app.pickReaction(message, anchor) },
  { name: "reply", icon: "reply", label: "Reply", words: "Reply", key: "R", tool: true, when: ({ write, gone }) => write && !gone, run: (app, message) => app.reply(message) },
  { name: "thread", icon: "thread", label: "Open the thread", key: "T", when: () => true, run: (app, message) => app.openThread(message) },
  { name: "follow", icon: "bell", label: "Follow the thread", key: "F", when: ({ followed }) => !followed, run: (app, { id }) => app.followThread(id, true) },
  { name: "unfollow", icon: "bell", label: "Stop following the thread", key: "F", when: ({ followed }) => followed, run: (app, { id }) => app.followThread(id, false) },
  { name: "edit", icon: "edit", label: "Edit message", key: "E", when: ({ own, write, gone }) => own && write && !gone, run: (app, { id }, anchor) => app.dispatch({ type: "editing-wanted", message_id: id, place: anchor.closest("#thread") ? "thread" : "room" }) },
  { name: "copy", icon: "copy", label: "Copy message", key: "Y", when: ({ gone }) => !gone, run: (app, { body }) => app.copy(body) },
  { name: "link", icon: "link", label: "Copy link to the message", key: "L", when: () => true, run: (app, message) => app.copyLink(message) },
  { name: "unread", icon: "unread", label: "Mark unread from here", key: "U", when: () => true, run: (app, { seq }) => app.markUnread(seq) },
  { name: "pin", icon: "pin", label: "Pin to the room", key: "P", when: ({ write, gone, pinned }) => write && !gone && !pinned, run: (app, { room, id }) => app.actions.pin(room, id, true) },
  { name: "unpin", icon: "pin", label: "Unpin", key: "P", when: ({ write, pinned }) => write && pinned, run: (app, { room, id }) => app.actions.pin(room, id, false) },
  { name: "reactions", icon: "people", label: "Who reacted", key: "W", when: ({ reacted }) => reacted, run: (app, message) => app.openAbout("reactions", message) },
  { name: "edits", icon: "clock", label: "Earlier texts", key: "H", when: ({ own, moderate, edited }) => edited && (own || moderate), run: (app, message) => app.openAbout("edits", message) },
  { name: "report", icon: "flag", label: "Report to the moderators", key: "!", when: ({ own, gone, direct }) => !own && !gone && !direct, run: (app, message) => app.openAbout("report", message) },
  { name: "delete", icon: "drop", label: "Delete message", key: "D", danger: true, when: ({ own, moderate, gone }) => (own || moderate) && !gone, run: (app, { room, id }) => app.actions.deleteMessage(room, id) },
];

/** What the user may do with a message. @param {App} app @param {Message} message @returns {Act[]} */
export function actsFor(app, message) {
  const state = app.state();
  const room = state.rooms[message.room];
  if (!room) return [];
  const may = {
    own: message.author.id === state.user?.id,
    write: silenced(state, room, serverNow()) === null,
    moderate: moderates(state, room),
    gone: Boolean(message.deleted) || message.id in state.deleting,
    pinned: state.pinned[room.id]?.includes(message.id) ?? false,
    direct: room.kind === "direct",
    reacted: Boolean(message.reactions?.length) && !message.deleted,
    edited: Boolean(message.edited_at) && !message.deleted,
    followed: state.followed.includes(message.thread ?? message.id),
  };
  return ACTS.filter(({ when }) => when(may));
}

/** The message of a row. @param {App} app @param {HTMLElement} row @returns {Message|null} */
export function messageOf(app, { dataset: { id, room } }) {
  const state = app.state();
  const where = room ?? state.current;
  return where && id ? findMessage(state, where, id) : null;
}
