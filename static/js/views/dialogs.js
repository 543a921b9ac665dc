// @ts-check
// All dialogs. Each is loaded after the messages, or when it is opened before.
/** @import { App } from "../app.js" */

/** Dialogs that any view, key or command may open, by name. */
export const OPENERS = {
  "add-people": async () => (await import("./dialogs/add-people.js")).openAddPeople,
  audit: async () => (await import("./dialogs/audit.js")).openAudit,
  bots: async () => (await import("./dialogs/bots.js")).openBots,
  direct: async () => (await import("./dialogs/direct.js")).openDirect,
  devices: async () => (await import("./dialogs/devices.js")).openDevices,
  help: async () => (await import("./dialogs/help.js")).openHelp,
  hooks: async () => (await import("./dialogs/hooks.js")).openHooks,
  invite: async () => (await import("./dialogs/invite.js")).openInvite,
  invites: async () => (await import("./dialogs/invites.js")).openInvites,
  leave: async () => (await import("./dialogs/leave.js")).openLeave,
  link: async () => (await import("./dialogs/link.js")).openLinkCode,
  members: async () => (await import("./dialogs/members.js")).openMembers,
  name: async () => (await import("./dialogs/name.js")).openName,
  palette: async () => (await import("./dialogs/palette.js")).openPalette,
  password: async () => (await import("./dialogs/password.js")).openPassword,
  person: async () => (await import("./dialogs/person.js")).openPersonDialog,
  picture: async () => (await import("./dialogs/picture.js")).openPicture,
  pins: async () => (await import("./dialogs/pins.js")).openPins,
  reports: async () => (await import("./dialogs/reports.js")).openReports,
  "room-delete": async () => (await import("./dialogs/room-delete.js")).openRoomDelete,
  "room-edit": async () => (await import("./dialogs/room-edit.js")).openRoomEdit,
  "room-retention": async () => (await import("./dialogs/room-retention.js")).openRoomRetention,
  "room-settings": async () => (await import("./dialogs/room-settings.js")).openRoomSettings,
  search: async () => (await import("./dialogs/search.js")).openSearch,
  status: async () => (await import("./dialogs/status.js")).openStatus,
  "room-directory": async () => (await import("./dialogs/room-directory.js")).openRoomDirectory,
  settings: async () => (await import("./dialogs/settings.js")).openSettings,
  topic: async () => (await import("./dialogs/topic.js")).openTopic,
  webhooks: async () => (await import("./dialogs/webhooks.js")).openWebhooks,
};

/** Dialogs about one message. */
const ABOUT = {
  edits: async () => (await import("./dialogs/edits.js")).openEdits,
  reactions: async () => (await import("./dialogs/reactions.js")).openReactions,
  report: async () => (await import("./dialogs/report.js")).openReport,
};

/** Those that open at one occasion only. */
const OTHERS = {
  emojis: async () => (await import("./emoji-picker.js")).openEmojiPicker,
  confirmLink: async () => (await import("./dialogs/link.js")).confirmLink,
  joinRoom: async () => (await import("./dialogs/join-room.js")).askToJoinRoom,
  signIn: async () => (await import("./dialogs/sign-in.js")).openSignIn,
  userReplaced: async () => (await import("./dialogs/user-replaced.js")).openUserReplaced,
};

/** @param {App} app @param {import("../app.js").DialogName} name @param {string} [about] what it shall begin with */
export async function openDialogByName(app, name, about) {
  /** @type {(app: App, about?: string) => void} */
  const open = await OPENERS[name]();
  open(app, about);
}

/** Asks whether to join a room that the user is not a member of. @param {App} app @param {string} name @returns {Promise<boolean>} whether it was joined */
export async function askToJoinRoom(app, name) {
  return (await OTHERS.joinRoom())(app, name);
}

/** @param {App} app @param {keyof typeof ABOUT} name @param {import("../types.js").Message} message */
export async function openDialogAbout(app, name, message) {
  (await ABOUT[name]())(app, message);
}

/** @param {App} app @param {Element} anchor @param {(emoji: string) => void} chosen */
export async function pickEmoji(app, anchor, chosen) {
  (await OTHERS.emojis())(app, anchor, chosen);
}

/** @param {App} app @param {string|null} reason why nobody is signed in */
export async function openSignIn(app, reason) {
  return (await OTHERS.signIn())(app, reason);
}

/** Asks before a sign-in link is used. @param {string|null} leaving who is signed in here now */
export async function confirmLink(leaving) {
  return (await OTHERS.confirmLink())(leaving);
}

/** Says that another tab signed in as someone else. @param {string} from @param {string} to */
export async function showUserReplaced(from, to) {
  (await OTHERS.userReplaced())(from, to);
}

/** Loads all of them: a dialog must open also when the server is away, or has another version by then. */
export function loadDialogs() {
  // One that fails is tried again when it is opened.
  for (const load of [OPENERS, ABOUT, OTHERS].flatMap((loads) => Object.values(loads))) load().catch(() => {});
}
