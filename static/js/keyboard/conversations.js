// @ts-check
// Slash commands about people and rooms: the same words as in the terminal. Where more is to be said than one line holds, they
// open the dialog that has it.
/** @import { App } from "../app.js" */
/** @import { Room } from "../types.js" */
import { serverNow } from "../kit/server-clock.js";
import { roomTitle } from "../store/titles.js";

/**
 * @typedef {object} Command
 * @property {string} name
 * @property {string} args      as shown in hints
 * @property {string} does
 * @property {(app: App, rest: string, room: Room|null) => Promise<string|void>|string|void} run  gives what to say
 */

const MINUTE = 60_000;
/** @type {Record<string, number>} */
const UNITS = { s: 1_000, m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE, w: 7 * 24 * 60 * MINUTE };

/** A time such as `10m` or `2h`, in ms; null: none. @param {string|undefined} word */
function span(word) {
  const found = /^(\d{1,4})([smhdw])$/.exec(word ?? "");
  return found ? Number(found[1]) * UNITS[found[2]] : null;
}

/** What a line says of how long messages are kept; null: it cannot be meant. @param {string} rest */
export function retention(rest) {
  const [, time = "", pinned] = /^(\S+)(?:\s+(keep|delete)-pinned)?$/.exec(rest) ?? [];
  const days = time === "off" ? 0 : time === "default" ? null : (span(time) ?? NaN) / UNITS.d;
  const isMeant = days === null || time === "off" || (Number.isInteger(days) && days > 0);
  return isMeant ? { retention_days: days, ...(pinned ? { retention_keeps_pinned: pinned === "keep" } : {}) } : null;
}

/** @param {string} rest `@name`, perhaps a time, and a reason */
function deed(rest) {
  const [name = "", ...words] = rest.split(/\s+/).filter(Boolean);
  const ms = span(words[0]);
  const reason = (ms === null ? words : words.slice(1)).join(" ");
  return { user: name.replace(/^@/, ""), ...(ms === null ? {} : { until: new Date(serverNow() + ms).toISOString() }), ...(reason ? { reason } : {}) };
}

/** @param {string} action @returns {(app: App, rest: string, here: Room|null) => Promise<string|void>} */
const moderate = (action) => async (app, rest, here) => {
  if (!rest) return app.open("members");
  if (here) await app.actions.moderate(here.id, { action, ...deed(rest) });
};

/** @param {boolean} on @returns {(app: App, rest: string) => Promise<string|void>} */
const ignore = (on) => async (app, rest) => {
  const name = rest.replace(/^@/, "");
  if (!name) return "Write whom, for example @bob.";
  await app.actions.ignore(name, on);
  return on ? `Messages of ${name} do not notify you any more.` : `You hear of ${name} again.`;
};

/** @param {boolean} archived @returns {(app: App, rest: string, here: Room|null) => Promise<void>} */
const archive = (archived) => async (app, _, here) => {
  if (here) await app.actions.changeRoom(here.id, { archived });
};

/** One of the user's own settings of the room. @param {"favourite"|"hidden"} setting @param {string} on what to say then @param {string} off @returns {(app: App, rest: string, here: Room|null) => Promise<string|void>} */
const toggle = (setting, on, off) => async (app, _, here) => {
  if (!here) return;
  const now = !here[setting];
  await app.actions.setRoom(here.id, { [setting]: now });
  return `${roomTitle(here, app.state().user?.id ?? null)} ${now ? on : off}.`;
};

/** @type {Command[]} */
export const CONVERSATIONS = [
  {
    name: "add", args: "[@person …]", does: "add people to the room",
    async run(app, rest, here) {
      if (!rest || !here) return app.open("add-people");
      for (const name of rest.split(/[\s,]+/)) await app.actions.addMember(here.id, name.replace(/^@/, ""));
    },
  },
  {
    name: "private", args: "#room", does: "make a room that only those see who are added to it",
    async run(app, rest) {
      if (!rest) return app.open("room-directory");
      await app.actions.createRoom({ kind: "private", name: rest.replace(/^#/, "") });
    },
  },
  {
    name: "kick", args: "[@person] [reason]", does: "remove somebody from the room",
    async run(app, rest, here) {
      if (!rest || !here) return app.open("members");
      const { user, reason } = deed(rest);
      await app.actions.kick(here.id, user, reason);
    },
  },
  { name: "ban", args: "[@person] [time] [reason]", does: "remove somebody and keep them out", run: moderate("ban") },
  { name: "unban", args: "[@person]", does: "end a ban", run: moderate("unban") },
  { name: "mute", args: "[@person] [time] [reason]", does: "let somebody read and not write", run: moderate("mute") },
  { name: "unmute", args: "[@person]", does: "end a mute", run: moderate("unmute") },
  {
    name: "role", args: "[@person] [moderator|member]", does: "make somebody a moderator of the room, or an ordinary member again",
    async run(app, rest, here) {
      const [name = "", role = ""] = rest.split(/\s+/);
      if (!here || !["moderator", "member"].includes(role)) return app.open("members");
      await app.actions.moderate(here.id, { action: "role", role, user: name.replace(/^@/, "") });
    },
  },
  {
    name: "slow", args: "[seconds]", does: "set the time between two messages of a member; 0 for none",
    async run(app, rest, here) {
      if (rest === "" || !here) return app.open("room-edit");
      await app.actions.changeRoom(here.id, { slow_seconds: Math.round((span(rest) ?? Number(rest) * 1_000) / 1_000) });
    },
  },
  {
    name: "retention", args: "[90d|off|default]", does: "show how long messages are kept; administrators set it, also keep-pinned or delete-pinned",
    async run(app, rest, here) {
      if (rest === "" || !here) return app.open("room-retention");
      const changes = retention(rest);
      if (!changes) return "Write how long, for example 90d, off (for ever) or default (as the server); then keep-pinned or delete-pinned.";
      await app.actions.changeRoom(here.id, changes);
    },
  },
  {
    name: "rename", args: "[name]", does: "give the room another name",
    async run(app, rest, here) {
      if (!rest || !here) return app.open("room-edit");
      await app.actions.changeRoom(here.id, { name: rest.replace(/^#/, "") });
    },
  },
  { name: "archive", args: "", does: "keep the room to be read only", run: archive(true) },
  { name: "unarchive", args: "", does: "let the room be written in again", run: archive(false) },
  { name: "delete-room", args: "", does: "delete the room for ever", run: (app) => app.open("room-delete") },
  { name: "pins", args: "", does: "show what is pinned", run: (app) => app.open("pins") },
  {
    name: "notify", args: "[all|mentions|none]", does: "choose what of the room notifies you",
    async run(app, rest, here) {
      if (!here || !["all", "mentions", "none"].includes(rest)) return app.open("room-settings");
      await app.actions.setRoom(here.id, { notify: rest });
    },
  },
  { name: "favourite", args: "", does: "keep the room above others, or take that back", run: toggle("favourite", "is among your favourites", "is no longer a favourite") },
  { name: "hide", args: "", does: "take the room off the list until it mentions you, or put it back", run: toggle("hidden", "is hidden until somebody mentions you", "is on the list again") },
  { name: "ignore", args: "@person", does: "hear no more of somebody", run: ignore(true) },
  { name: "unignore", args: "@person", does: "hear of somebody again", run: ignore(false) },
  {
    name: "status", args: "[text]", does: "say what you are doing",
    async run(app, rest) {
      if (!rest) return app.open("status");
      await app.actions.changeMe({ status: { text: rest, emoji: "", until: null } });
    },
  },
  { name: "away", args: "", does: "say that nobody is at this device", run: (app) => app.dispatch({ type: "away-changed", away: true }) },
  { name: "invite", args: "", does: "make an invite link", run: (app) => app.open("invites") },
  { name: "invites", args: "", does: "show the invite links in use, and end them", run: (app) => app.open("invites") },
  { name: "hook", args: "[name]", does: "let a program post in the room, under a name", run: (app, rest) => app.open("hooks", rest) },
  { name: "hooks", args: "", does: "show the room's hooks, give one another address, end one", run: (app) => app.open("hooks") },
  {
    name: "webhook", args: "[add|end url]", does: "send what happens in the room to a program; show where it is sent, end that",
    async run(app, rest) {
      const [, action, url] = /^(add|end)\s+(\S+)$/.exec(rest) ?? [];
      if (action !== "end") return app.open("webhooks", url);
      const { current } = app.state();
      const webhooks = /** @type {{id: string, room: string, url: string}[]} */ (await app.actions.webhooks());
      const found = webhooks.find((webhook) => webhook.room === current && webhook.url.replace(/\/$/, "") === url.replace(/\/$/, ""));
      if (!found) throw new Error("No webhook of this room sends there: /webhook shows where they do.");
      await app.actions.endWebhook(found.id);
      return "It sends nothing any more.";
    },
  },
  {
    name: "bot", args: "[add|end name]", does: "make a bot, which a program signs in as; show yours, end one",
    async run(app, rest) {
      const [, action, name] = /^(add|end)\s+@?(\S+)$/.exec(rest) ?? [];
      if (action !== "end") return app.open("bots", name);
      await app.actions.endBot(name);
      return `${name} has ended: its token is invalid now.`;
    },
  },
  { name: "reports", args: "", does: "show the reports that wait for you", run: (app) => app.open("reports") },
  { name: "audit", args: "", does: "show who did what, for administrators", run: (app) => app.open("audit") },
];
