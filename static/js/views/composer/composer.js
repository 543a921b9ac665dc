// @ts-check
// The message box: it grows, keeps a draft per room, completes, runs slash commands, sends.
/** @import { App } from "../../app.js" */
/** @import { State } from "../../types.js" */
import { COMMANDS, hintsFor, parseCommand } from "../../keyboard/commands.js";
import { byId, setAttr, setText } from "../../kit/dom.js";
import { onKey } from "../../keyboard/listen.js";
import { combo } from "../../keyboard/keys.js";
import { serverNow } from "../../kit/server-clock.js";
import { findMessage } from "../../store/messages.js";
import { silenced } from "../../store/selectors.js";
import { roomTitle } from "../../store/titles.js";
import { byteLength, excerpt, number, plural } from "../../kit/text.js";
import { asCode } from "./as-code.js";
import { focusLastMessage } from "../timeline/message-keys.js";
import { plainText } from "../timeline/blocks.js";
import { insert } from "./insert.js";
import { staging } from "./staging.js";
import { slowMode } from "./slow-mode.js";
import { Completions } from "./completions.js";

/** From this part of the longest allowed on, the length is shown. */
const SHOW_LENGTH = 0.8;
/** What the contract allows when the server has not said yet, in bytes. */
const LONGEST = 16_384;

/** Longest piece of the answered message above the box. */
const EXCERPT = 100;

/** A finger is what points here. */
const TOUCH = matchMedia("(pointer: coarse)");

/** @param {App} app */
export function composerView(app) {
  const input = /** @type {HTMLTextAreaElement} */ (byId("composer-input"));
  const hint = byId("composer-hint");
  const completions = new Completions(app, input, byId("completions"));
  const code = asCode(input);
  const files = staging(app, "room", { changed: paintReady, focus: () => app.focusComposer() });
  const slow = slowMode(app, repaintHint);
  /** @type {string|null} */ let room = null;

  /** The text changed, by the writer or by us. */
  function changed() {
    grow();
    if (room) app.dispatch({ type: "typed", room, text: input.value });
    completions.update();
    paintHint();
  }

  function grow() {
    // Where CSS can size it to its contents there is nothing to do.
    if (CSS.supports("field-sizing", "content")) return;
    input.style.setProperty("block-size", "auto");
    input.style.setProperty("block-size", `${input.scrollHeight}px`);
  }

  function paintHint(error = "") {
    const limit = Number(app.state().limits["message-bytes"] ?? LONGEST);
    const length = byteLength(input.value);
    const command = parseCommand(input.value);
    const [known] = command ? hintsFor(input.value) : [];
    const usage = known && /\s/.test(input.value) ? `/${known.name} ${known.args} — ${known.does}` : "";
    const tooLong = length > limit;
    setAttr(hint, "data-kind", error || tooLong ? "error" : null);
    if (error) setText(hint, error);
    else if (tooLong) setText(hint, `Too long by ${plural(length - limit, "byte")}.`);
    else if (length > limit * SHOW_LENGTH) setText(hint, `${number(length)} of ${number(limit)} bytes`);
    else setText(hint, usage || slow.words());
    const offered = code.paint() ? "This looks like code. Alt C makes a block of it." : "";
    // A count that moves with every letter is not read aloud, only that there is one.
    setText(byId("composer-said"), error || (tooLong ? "The message is too long." : usage || offered));
    return length <= limit;
  }

  /** What it says changes with time, too; a refusal stays until the writer goes on. */
  function repaintHint() {
    if (hint.dataset.kind !== "error") paintHint();
  }

  /** What was refused stays to be mended; typing on replaces it, so that the next command does not grow out of it.
   * @param {string} why */
  function refuse(why) {
    paintHint(why);
    input.select();
  }

  async function submit() {
    const text = input.value;
    if ((text.trim() === "" && !files.any) || !room || !paintHint()) return;
    const command = text.startsWith("//") ? null : parseCommand(text);
    if (command) return run(text, command);
    if (text.startsWith("/") && !text.startsWith("//")) return refuse("To send a text that begins with a slash, write two.");
    clear();
    const [where, reply_to] = [room, app.state().replying[room]];
    const body = text.startsWith("//") ? text.slice(1) : text;
    app.actions.say(where, body, files.any ? { reply_to, files: await files.take() } : { reply_to });
  }

  function paintReady() {
    setAttr(byId("send"), "data-ready", input.value.trim() !== "" || files.any);
  }

  /** @param {File[]} more */
  function attach(more) {
    if (input.disabled) app.toast("Nothing can be sent here.");
    else files.add(more);
  }

  /** @param {string|null} text what stands in the box, if it does @param {{name: string, rest: string}} command */
  async function run(text, { name, rest }) {
    const command = COMMANDS.find((one) => one.name === name);
    if (!command) return refuse(`Unknown command /${name}. /help lists the commands; to send this as text, begin with two slashes.`);
    if (text !== null) clear();
    const state = app.state();
    try {
      const said = await command.run(app, rest, state.current ? state.rooms[state.current] : null);
      if (said) app.toast(said);
    } catch (error) {
      // Nobody should have to write it again.
      if (text !== null && input.value === "") {
        input.value = text;
        changed();
        input.select();
      }
      paintHint(/** @type {Error} */ (error).message);
    }
  }

  function clear() {
    input.value = "";
    changed();
  }

  input.addEventListener("input", changed);
  input.addEventListener("click", () => completions.update());
  input.addEventListener("blur", () => completions.close());
  onKey(input, (event) => {
    if (completions.onKey(event)) return;
    // A phone's keyboard has no Shift+Enter: there, Enter begins a line and the button sends.
    const sends = event.ctrlKey || (!event.shiftKey && !TOUCH.matches);
    if (event.key === "Enter" && sends && !event.altKey) {
      event.preventDefault();
      submit();
    } else if (combo(event) === "Alt+C") {
      event.preventDefault();
      code.fence();
    } else if (event.key === "ArrowUp" && input.value === "" && app.editLast()) {
      event.preventDefault();
    } else if (event.key === "Escape" && !event.shiftKey && !app.state().drawer && !app.state().thread) {
      event.preventDefault();
      // First what the message answers, then the box is left.
      if (room && app.state().replying[room]) return endReply();
      focusLastMessage();
    }
  });
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    input.focus();
  });

  byId("reply-close").addEventListener("click", () => (endReply(), input.focus()));
  byId("pick-emoji").addEventListener("click", () => app.pickEmoji(byId("pick-emoji"), (emoji) => insert(input, emoji)));

  function endReply() {
    if (room) app.dispatch({ type: "reply-wanted", room, message_id: null });
  }

  /** What the next message answers. @param {State} state */
  function paintReply(state) {
    const id = room ? state.replying[room] : null;
    const message = room && id ? findMessage(state, room, id) : null;
    setAttr(byId("reply-row"), "hidden", !id);
    setText(byId("reply-who"), message?.author.name ?? "a message");
    setText(byId("reply-words"), message ? excerpt(plainText(message), EXCERPT) : "");
  }

  /** Writes to someone. @param {string} name */
  function mention(name) {
    const { selectionStart: at, value } = input;
    const gap = at > 0 && !/\s$/.test(value.slice(0, at)) ? " " : "";
    app.dispatch({ type: "drawer-closed" });
    insert(input, `${gap}@${name} `, at, at);
  }

  /** Runs a command that needs nothing more, or begins one. @param {string} command @param {string} args */
  function start(command, args) {
    const ready = args === "" || args.startsWith("[");
    const parsed = parseCommand(command);
    if (ready && parsed) return run(null, parsed);
    if (input.value.trim() !== "") return paintHint(`Send or clear what is in the box, then type ${command} ${args}.`);
    insert(input, `${command} `, 0, input.value.length);
  }

  /** @param {State} state */
  function paint(state) {
    const current = state.current ? state.rooms[state.current] : null;
    if (state.current !== room) {
      room = state.current;
      input.value = (room && state.drafts[room]) || "";
      completions.close();
      grow();
      paintHint();
    }
    if (current?.slow_seconds || slow.isCounting()) repaintHint();
    const title = current ? roomTitle(current, state.user?.id ?? null) : "";
    const why = current ? silenced(state, current, serverNow()) : null;
    setAttr(input, "placeholder", current ? `Message ${title}` : "");
    setAttr(input, "aria-label", current ? `Message ${title}` : "Message");
    setAttr(byId("silenced"), "hidden", why === null);
    setText(byId("silenced"), why ?? "");
    setAttr(byId("composer"), "data-silenced", why !== null);
    paintReply(state);
    const opening = input.disabled && current && why === null;
    input.disabled = !current || why !== null;
    if (opening && document.activeElement === document.body) app.focusComposer();
    files.enter(room);
    setAttr(byId("attach"), "disabled", input.disabled);
    paintReady();
  }

  return { paint, mention, start, attach, chooseFiles: () => byId("attach").click(), insert: (/** @type {string} */ text) => insert(input, text), focus: () => input.focus() };
}
