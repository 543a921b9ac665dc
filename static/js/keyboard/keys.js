// @ts-check
// The keys. This one table makes the dispatch, the help and the keys shown in the palette.
/** @import { App } from "../app.js" */
import { onKey } from "./listen.js";
import { nextUnread, sortedRooms } from "../store/selectors.js";

/**
 * @typedef {object} Key
 * @property {string[]} keys        as in `combo`; the first is shown
 * @property {string} does
 * @property {"anywhere"|"composer"|"messages"} where
 * @property {boolean} [inPalette]
 * @property {(app: App) => void} [run]  absent where a view listens by itself
 */

/** @param {App} app @param {1|-1} by */
function step(app, by) {
  const state = app.state();
  const rooms = sortedRooms(state);
  const at = rooms.findIndex((room) => room.id === state.current);
  const room = rooms[(at + by + rooms.length) % rooms.length];
  if (room) app.dispatch({ type: "room-opened", room: room.id });
}

/** @param {App} app @param {string} type */
function here(app, type) {
  const room = app.state().current;
  if (room) app.dispatch({ type, room });
}

/** @type {Key[]} */
export const KEYS = [
  { keys: ["Ctrl+K", "Meta+K"], does: "go to a room, a person or a command", where: "anywhere", run: (app) => app.open("palette") },
  { keys: ["Ctrl+F", "Meta+F"], does: "search messages; there, the browser's own search", where: "anywhere", inPalette: true, run: (app) => app.open("search", "") },
  {
    keys: ["Alt+A"],
    does: "next unread room, mentions first",
    where: "anywhere",
    inPalette: true,
    run(app) {
      const room = nextUnread(app.state());
      if (room) app.dispatch({ type: "room-opened", room: room.id });
      else app.toast("Nothing is unread.");
    },
  },
  { keys: ["Alt+ArrowUp"], does: "previous room", where: "anywhere", run: (app) => step(app, -1) },
  { keys: ["Alt+ArrowDown"], does: "next room", where: "anywhere", run: (app) => step(app, 1) },
  { keys: ["Alt+U"], does: "first unread message", where: "anywhere", inPalette: true, run: (app) => app.dispatch({ type: "first-unread-wanted" }) },
  { keys: ["Alt+End"], does: "newest message", where: "anywhere", inPalette: true, run: (app) => here(app, "live-end-wanted") },
  { keys: ["Shift+Escape"], does: "mark the room read", where: "anywhere", inPalette: true, run: (app) => here(app, "marked-read") },
  { keys: ["F8"], does: "show or hide people", where: "anywhere", inPalette: true, run: (app) => app.togglePeople() },
  { keys: ["Ctrl+O", "Meta+O"], does: "attach files", where: "anywhere", inPalette: true, run: (app) => app.chooseFiles() },
  { keys: ["Alt+P"], does: "pinned messages of the room", where: "anywhere", inPalette: true, run: (app) => app.open("pins") },
  { keys: ["F1", "Ctrl+/"], does: "keys and commands", where: "anywhere", inPalette: true, run: (app) => app.open("help") },
  { keys: ["Escape"], does: "close what is open; else from the box to the messages and back", where: "anywhere", run: (app) => app.escape() },
  { keys: ["Enter"], does: "send, or take the completion", where: "composer" },
  { keys: ["Ctrl+Enter"], does: "send, where Enter begins a line (on a touch screen)", where: "composer" },
  { keys: ["Shift+Enter"], does: "new line", where: "composer" },
  { keys: ["Alt+C"], does: "make a block of code of what is written", where: "composer" },
  { keys: ["ArrowUp"], does: "edit your last message, where the box is empty", where: "composer" },
  { keys: ["Tab"], does: "complete @people, #rooms, :emoji: and /commands", where: "composer" },
  { keys: ["ArrowUp", "K"], does: "message above", where: "messages" },
  { keys: ["ArrowDown", "J"], does: "message below", where: "messages" },
  { keys: ["R"], does: "reply; try again to send what was not sent", where: "messages" },
  { keys: ["T"], does: "open the thread", where: "messages" },
  { keys: ["F"], does: "follow the thread, or stop following it", where: "messages" },
  { keys: ["+"], does: "react with an emoji", where: "messages" },
  { keys: ["W"], does: "who reacted", where: "messages" },
  { keys: ["E"], does: "edit your message", where: "messages" },
  { keys: ["H"], does: "earlier texts of an edited message", where: "messages" },
  { keys: ["D"], does: "delete the message; drop what was not sent", where: "messages" },
  { keys: ["P"], does: "pin or unpin", where: "messages" },
  { keys: ["Y"], does: "copy the message", where: "messages" },
  { keys: ["L"], does: "copy a link to the message", where: "messages" },
  { keys: ["U"], does: "mark unread from here", where: "messages" },
  { keys: ["!"], does: "report to the moderators", where: "messages" },
  { keys: ["Shift+F10"], does: "all that can be done with the message", where: "messages" },
  { keys: ["?"], does: "keys and commands", where: "messages" },
];

/** A pressed key as the table writes it. @param {KeyboardEvent} event */
export function combo(event) {
  const letter = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  // A question mark already has its Shift in it.
  const shift = event.shiftKey && event.key.length > 1;
  const mods = [event.ctrlKey && "Ctrl", event.metaKey && "Meta", event.altKey && "Alt", shift && "Shift"];
  // Alt makes other letters on some layouts: the place of the key counts then.
  const placed = event.altKey && event.code.startsWith("Key") ? event.code.slice(3) : letter;
  return [...mods.filter(Boolean), placed].join("+");
}

const NAMES = /** @type {Record<string, string>} */ ({ ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" });

/** @param {string} keys @returns {string[]} the caps to show */
export const caps = (keys) => keys.split("+").map((part) => NAMES[part] ?? part);

/** @param {EventTarget|null} target */
export const isTyping = (target) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Hears keys that work anywhere. @param {App} app */
export function listenToKeys(app) {
  onKey(window, (event) => {
    if (event.defaultPrevented) return;
    const pressed = combo(event);
    const key = KEYS.find(({ where, keys, run }) => where === "anywhere" && run && keys.includes(pressed));
    if (document.querySelector("dialog:modal")) {
      // The page's keys do nothing in a dialog, and neither does what the browser has on them.
      if (key && pressed !== "Escape") event.preventDefault();
      return;
    }
    if (key?.run) {
      event.preventDefault();
      key.run(app);
    } else if (isText(event) && !isTyping(event.target)) app.type();
  });
  addEventListener("paste", (event) => {
    if (!document.querySelector("dialog:modal") && !isTyping(event.target)) app.paste(event.clipboardData?.getData("text/plain") ?? "");
  });
}

/** A letter, not a command. A space presses the button that has the focus. @param {KeyboardEvent} event */
const isText = ({ key, ctrlKey, metaKey, altKey }) => [...key].length === 1 && key !== " " && !ctrlKey && !metaKey && !altKey;
