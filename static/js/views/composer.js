// @ts-check
// The message box: it grows, keeps a draft per room, completes, runs slash commands, sends.
/** @import { App } from "../app.js" */
/** @import { State } from "../types.js" */
import { COMMANDS, hintsFor, parseCommand } from "../commands.js";
import { byId, setAttr, setText } from "../dom.js";
import { byteLength, number, plural } from "../text.js";
import { focusLastMessage } from "./browse-messages.js";
import { Popup } from "./popup.js";

/** From this part of the longest allowed on, the length is shown. */
const SHOW_LENGTH = 0.8;
/** What the contract allows when the server has not said yet, in bytes. */
const LONGEST = 16_384;

/** @param {App} app */
export function composerView(app) {
  const input = /** @type {HTMLTextAreaElement} */ (byId("composer-input"));
  const hint = byId("composer-hint");
  const popup = new Popup(app, input, changed);
  /** @type {string|null} */ let room = null;

  /** The text changed, by the writer or by us. */
  function changed() {
    grow();
    if (room) app.dispatch({ type: "typed", room, text: input.value });
    popup.update();
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
    setAttr(hint, "data-kind", error || length > limit ? "error" : null);
    if (error) setText(hint, error);
    else if (length > limit) setText(hint, `Too long by ${plural(length - limit, "byte")}.`);
    else if (length > limit * SHOW_LENGTH) setText(hint, `${number(length)} of ${number(limit)} bytes`);
    else if (known && /\s/.test(input.value)) setText(hint, `/${known.name} ${known.args} — ${known.does}`);
    else setText(hint, "");
    return length <= limit;
  }

  async function submit() {
    const text = input.value;
    if (text.trim() === "" || !room || !paintHint()) return;
    const command = text.startsWith("//") ? null : parseCommand(text);
    if (command) return run(text, command);
    if (text.startsWith("/") && !text.startsWith("//")) return paintHint("To send a text that begins with a slash, write two.");
    clear();
    app.actions.say(room, text.startsWith("//") ? text.slice(1) : text);
  }

  /** @param {string|null} text what stands in the box, if it does @param {{name: string, rest: string}} command */
  async function run(text, { name, rest }) {
    const command = COMMANDS.find((one) => one.name === name);
    if (!command) return paintHint(`There is no /${name}. /help lists the commands; to send this as text, begin with two slashes.`);
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
      }
      paintHint(/** @type {Error} */ (error).message);
    }
  }

  function clear() {
    input.value = "";
    changed();
  }

  input.addEventListener("input", changed);
  input.addEventListener("click", () => popup.update());
  input.addEventListener("blur", () => popup.close());
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || popup.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && !event.shiftKey && !app.state().drawer) {
      event.preventDefault();
      focusLastMessage();
    }
  });
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    input.focus();
  });

  /** Writes to someone. @param {string} name */
  function mention(name) {
    const { selectionStart: at, value } = input;
    const gap = at > 0 && !/\s$/.test(value.slice(0, at)) ? " " : "";
    input.setRangeText(`${gap}@${name} `, at, at, "end");
    app.dispatch({ type: "drawer-closed" });
    input.focus();
    changed();
  }

  /** Runs a command that needs nothing more, or begins one. @param {string} command @param {string} args */
  function start(command, args) {
    const ready = args === "" || args.startsWith("[");
    const parsed = parseCommand(command);
    if (ready && parsed) return run(null, parsed);
    if (input.value.trim() !== "") return paintHint(`Send or clear what is in the box, then type ${command} ${args}.`);
    input.value = `${command} `;
    input.focus();
    changed();
  }

  /** @param {State} state */
  function paint(state) {
    const current = state.current ? state.rooms[state.current] : null;
    if (state.current !== room) {
      room = state.current;
      input.value = (room && state.drafts[room]) || "";
      popup.close();
      grow();
      paintHint();
    }
    setAttr(input, "placeholder", current ? `Message #${current.name}` : "");
    setAttr(input, "aria-label", current ? `Message #${current.name}` : "Message");
    input.disabled = !current;
    setAttr(byId("send"), "data-ready", input.value.trim() !== "");
  }

  return { paint, mention, start, focus: () => input.focus() };
}
