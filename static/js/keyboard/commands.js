// @ts-check
// Slash commands: the same words as in the terminal. This table makes the dispatch, the hints, the completion and the help.
/** @import { Command } from "./conversations.js" */
import { findRoom } from "../store/rooms.js";
import { roomTitle } from "../store/titles.js";
import { CONVERSATIONS } from "./conversations.js";

/** @type {Command[]} */
export const COMMANDS = [
  {
    name: "join",
    args: "#room",
    does: "join a room; one that does not exist is made",
    async run(app, rest) {
      if (!rest) return app.open("room-directory");
      const name = rest.replace(/^#/, "");
      if (findRoom(app.state(), name)) app.dispatch({ type: "room-opened", room: name });
      else await app.actions.join(name);
    },
  },
  {
    name: "part",
    args: "[#room]",
    does: "leave a room",
    async run(app, rest, here) {
      const room = rest ? findRoom(app.state(), rest) : here;
      if (!room) return `You are not in ${rest}.`;
      await app.actions.leave(room.id);
      return `You left ${roomTitle(room, app.state().user?.id ?? null)}.`;
    },
  },
  {
    name: "msg",
    args: "@person [text]",
    does: "write to somebody directly",
    async run(app, rest) {
      const [, names = "", text = ""] = /^((?:@?\S+,\s*)*@?\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
      if (!names) return app.open("direct");
      const room = await app.actions.openDirect(names.split(/[\s,]+/).map((name) => name.replace(/^@/, "")));
      if (text) app.actions.say(room, text);
    },
  },
  { name: "search", args: "[text]", does: "search what was said", run: (app, rest) => app.open("search", rest) },
  { name: "file", args: "", does: "attach files to the message", run: (app) => app.chooseFiles() },
  { name: "rooms", args: "", does: "find, join or make rooms", run: (app) => app.open("room-directory") },
  {
    name: "topic",
    args: "[text]",
    does: "set the room's topic",
    async run(app, rest, here) {
      if (!rest) return app.open("topic");
      if (here) await app.actions.setTopic(here.id, rest);
    },
  },
  {
    name: "nick",
    args: "name",
    does: "change your name",
    async run(app, rest) {
      if (!rest) return app.open("name");
      await app.actions.changeMe({ name: rest.replace(/^@/, "") });
    },
  },
  {
    name: "me",
    args: "does something",
    does: "say what you do, in italics",
    run(app, rest, here) {
      if (!rest) return "Write what you do after /me.";
      if (here) app.actions.say(here.id, `*${rest.replace(/[*\\]/g, "\\$&")}*`);
    },
  },
  ...CONVERSATIONS,
  { name: "link", args: "", does: "sign in another device", run: (app) => app.open("link") },
  { name: "password", args: "", does: "set or change your password", run: (app) => app.open("password") },
  { name: "help", args: "", does: "show keys and commands", run: (app) => app.open("help") },
];

/** A text that begins with a slash is a command; two slashes send one. @param {string} text */
export function parseCommand(text) {
  const found = /^\/([a-z-]*)(?:\s+([\s\S]*))?$/i.exec(text);
  return found ? { name: found[1].toLowerCase(), rest: (found[2] ?? "").trim() } : null;
}

/** The commands that a half-written line may become. @param {string} text */
export function hintsFor(text) {
  const command = parseCommand(text);
  if (!command) return [];
  if (/\s/.test(text)) return COMMANDS.filter(({ name }) => name === command.name);
  return COMMANDS.filter(({ name }) => name.startsWith(command.name));
}
