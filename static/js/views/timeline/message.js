// @ts-check
// One row of the timeline: a message, a day, a notice, or the line above what is new.
/** @import { App } from "../../app.js" */
/** @import { State } from "../../types.js" */
/** @import { Row } from "../../store/selectors.js" */
import { h } from "../../kit/dom.js";
import { icon } from "../../kit/icons.js";
import { paint } from "../../kit/colours.js";
import { byteLength, calledName, displayName } from "../../kit/text.js";
import { fullTime, timeOfDay } from "../../kit/time.js";
import { avatar } from "../avatar.js";
import { blockNodes, plainNodes } from "./blocks.js";
import { addCopyButtons } from "./copy-code.js";
import { deliveryNote } from "./delivery.js";
import { editorFor, forgetEditor } from "./editor.js";
import { filesKey, filesOf } from "./files.js";
import { extrasKey, quoteOf, reactionsOf, refusals, threadLink, undoDelete } from "./extras.js";
import { noticeText } from "./notice.js";

/** Longer bodies are folded until asked for: bytes, lines. */
const LONG = 2_400;
const TALL = 24;
/** More marks on one letter than any writing needs. */
const MARKS = /\p{M}{4}/u;

/** What makes a row look as it does; a row with the same look is left alone. @param {State} state @param {Row} row */
export function renderKey(state, row) {
  const { message, outgoing, notices, text } = row;
  if (notices) return notices.length;
  if (!message) return text;
  const author = state.users[message.author.id];
  return [row.grouped, message.edited_at, message.deleted, message.blocks !== undefined, outgoing?.status, outgoing?.reason,
    outgoing?.after, outgoing?.unkept, outgoing && state.connection.status === "connected", author?.name, author?.color, author?.display_name, author?.bot, state.user?.id, isLinked(state, message),
    isEdited(state, row), outgoing && message.body, row.pending && message.body, extrasKey(row), filesKey(message)].join("|");
}

/** It is being edited in this row. @param {State} state @param {Row} row */
const isEdited = (state, { message, place }) => state.editing === message?.id && state.editingIn === (place ?? "room");

/** An address led here. @param {State} state @param {import("../../types.js").Message} message */
const isLinked = (state, message) => state.linked?.seq === message.seq && state.linked.room === message.room;

/** @param {App} app @param {State} state @param {Row} row @returns {HTMLElement} */
export function rowElement(app, state, row) {
  const element = h("li", null);
  fillRow(app, state, row, element);
  return element;
}

/** @param {App} app @param {State} state @param {Row} row @param {HTMLElement} element */
export function fillRow(app, state, row, element) {
  element.className = `row ${row.kind}`;
  element.dataset.seq = String(row.seq);
  if (row.kind === "day") element.replaceChildren(h("span", null, row.text));
  else if (row.kind === "new") element.replaceChildren(h("span", null, row.text));
  else if (row.notices) element.replaceChildren(h("span", null, noticeText(row.notices)), h("time", null, timeOfDay(row.notices[0].at)));
  else fillMessage(app, state, row, element);
}

/** @param {App} app @param {State} state @param {Row} row @param {HTMLElement} element */
function fillMessage(app, state, row, element) {
  const { message, outgoing, grouped } = row;
  if (!message) return;
  if (state.editing === null) forgetEditor();
  const me = state.user?.id ?? null;
  const author = { ...message.author, ...state.users[message.author.id] };
  element.tabIndex = -1;
  element.dataset.id = message.id;
  element.dataset.room = message.room;
  element.dataset.status = outgoing?.status ?? "stored";
  element.toggleAttribute("data-grouped", Boolean(grouped));
  element.toggleAttribute("data-own", author.id === me);
  element.toggleAttribute("data-mentions-me", Boolean(me && author.id !== me && (message.mentions_room || message.mentions?.includes(me))));
  element.toggleAttribute("data-pending", Boolean(row.pending));
  element.toggleAttribute("data-linked", isLinked(state, message));
  const when = h("time", { datetime: message.sent_at }, timeOfDay(message.sent_at));
  const name = h("bdi", { class: "name" }, calledName(author));
  paint(name, author);
  const who = displayName(author) ? [name, h("span", { class: "handle" }, "@", h("bdi", null, author.name))] : [name];
  const head = h("div", { class: grouped ? "head visually-hidden" : "head" }, ...who, author.bot ? h("span", { class: "tag" }, "bot") : null, grouped ? null : when);
  element.replaceChildren(
    grouped ? h("span", { class: "gutter" }, when) : avatar(author),
    head,
    said(app, state, row, body(app, state, row, me)),
    (outgoing && deliveryNote(outgoing, state.connection.status === "connected", app.dispatch)) ?? "",
  );
}

/** The text with what stands around it, if anything does. @param {App} app @param {State} state @param {Row} row @param {HTMLElement} text */
function said(app, state, row, text) {
  const { message, undo } = row;
  if (!message || undo) return text;
  const quote = quoteOf(app, row);
  const below = [filesOf(app, message), reactionsOf(app, state, message), threadLink(app, row), ...refusals(app, row.waits ?? [])].filter((one) => one !== null);
  if (!quote && !below.length) return text;
  return h("div", { class: "said" }, quote, text, ...below);
}

/** Where a word more about a text stands: on its last line, where that is one. @param {HTMLElement} text @returns {Element} */
const lastLine = (text) => (text.lastElementChild?.matches("p") ? text.lastElementChild : text);

/** @param {App} app @param {State} state @param {Row} row @param {string|null} me @returns {HTMLElement} */
function body(app, state, row, me) {
  const { message, undo } = row;
  if (!message) return h("div", null);
  if (undo) return undoDelete(app, message);
  if (message.deleted) return h("div", { class: "body gone" }, "This message was deleted.");
  if (isEdited(state, row)) return editorFor(app, message);
  const nodes = message.blocks ? blockNodes(message.blocks, me) : plainNodes(message.body);
  const text = h("div", { class: "body", data: MARKS.test(message.body) ? { marks: "" } : {} }, ...nodes);
  addCopyButtons(app, text);
  if (message.edited_at) lastLine(text).append(h("span", { class: "edited", title: fullTime(message.edited_at) }, "edited"));
  if (byteLength(message.body) < LONG && message.body.split("\n").length < TALL) return text;
  text.dataset.folded = "";
  const unfold = h("button", { type: "button", class: "link unfold", "aria-expanded": "false", on: { click: toggle } }, "Show all");
  function toggle() {
    const folded = text.toggleAttribute("data-folded");
    unfold.textContent = folded ? "Show all" : "Show less";
    unfold.setAttribute("aria-expanded", String(!folded));
  }
  return h("div", { class: "foldable" }, text, unfold);
}
