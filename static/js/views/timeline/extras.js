// @ts-check
// What stands around a message's text: what it answers, its reactions, its thread, and what the server refused of it.
/** @import { App } from "../../app.js" */
/** @import { State, Message, Outgoing, Reaction } from "../../types.js" */
/** @import { Row } from "../../store/selectors.js" */
import { h } from "../../kit/dom.js";
import { icon } from "../../kit/icons.js";
import { excerpt, nameList, plural } from "../../kit/text.js";
import { ago } from "../../kit/time.js";
import { serverNow } from "../../kit/server-clock.js";
import { plainText } from "./blocks.js";
import { avatar } from "../avatar.js";

/** Longest piece of an answered message that is shown. */
const QUOTE = 120;

/** What makes them look as they do. @param {Row} row */
export function extrasKey({ message, quote, waits, pending, undo, folds }) {
  const reactions = message?.reactions?.map(({ emoji, count, users }) => `${emoji}${count}${users.map(({ name }) => name).join()}`).join();
  return [reactions, message?.replies?.count, quote?.body, quote?.deleted, quote === null, quote?.author.name, pending, undo, folds && `${quote?.replies?.count}`, waits?.map(({ id, reason }) => `${id}${reason}`).join()].join("|");
}

/** The message that this one answers; a click goes there. @param {App} app @param {Row} row */
export function quoteOf(app, { message, quote, folds }) {
  const answered = folds ? message?.thread : message?.reply_to;
  if (!answered || quote === undefined) return null;
  if (!quote) {
    app.dispatch({ type: "quote-wanted", message_id: answered });
    return h("p", { class: "quote" }, icon("reply"), "a message");
  }
  const words = quote.deleted ? "deleted message" : excerpt(plainText(quote), QUOTE);
  const go = () => app.dispatch({ type: "message-wanted", room: quote.room, seq: quote.seq });
  return h("button", { type: "button", class: "quote", tabindex: "-1", title: "Go to the message", on: { click: go } }, icon("reply"), h("bdi", { class: "quote-who" }, quote.author.name), h("span", { class: "quote-words", dir: "auto" }, words));
}

/** @param {App} app @param {State} state @param {Message} message */
export function reactionsOf(app, state, message) {
  if (!message.reactions?.length || message.deleted) return null;
  const me = state.user?.id;
  const chips = message.reactions.map((reaction) => {
    const mine = reaction.users.some(({ id }) => id === me);
    const names = whoReacted(reaction, me);
    const chip = h("button", { type: "button", class: "chip", tabindex: "-1", "aria-pressed": String(mine), title: names, "aria-label": `${reaction.emoji} ${reaction.count}: ${names}`, data: { emoji: reaction.emoji },
      on: { click: () => app.actions.react(message.room, message.id, reaction.emoji, !mine) } }, h("span", { "aria-hidden": "true" }, reaction.emoji), h("span", { class: "chip-count" }, String(reaction.count)));
    // With a finger nothing hovers: holding says who it was.
    chip.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      app.openAbout("reactions", message);
    });
    return chip;
  });
  return h("div", { class: "chips", role: "group", "aria-label": "Reactions" }, ...chips);
}

/** `you, bob and 3 others` @param {Reaction} reaction @param {string|undefined} me */
function whoReacted({ count, users }, me) {
  const names = users.map((user) => (user.id === me ? "you" : user.name)).sort((a, b) => Number(b === "you") - Number(a === "you"));
  return count > names.length ? `${names.join(", ")} and ${plural(count - names.length, "other")}` : nameList(names);
}

/** The way to the thread that begins with a message, or that is folded into it. @param {App} app @param {Row} row */
export function threadLink(app, { message, quote, folds, place }) {
  const { count = 0, last_at: at, people = [] } = (folds ? quote : message)?.replies ?? {};
  if (!message || place === "thread" || !(count || folds)) return null;
  return h("button", { type: "button", class: "thread-link", tabindex: "-1", on: { click: () => app.openThread(message) } },
    ...people.slice(0, 3).map(avatar), h("span", null, count ? plural(count, "reply", "replies") : "The thread"), at && !folds ? h("span", { class: "note" }, `last ${ago(at, serverNow())}`) : null);
}

/** @type {Record<string, string>} */
const DEEDS = { EditMessage: "edit", DeleteMessage: "deletion", React: "reaction", Pin: "pin" };

/** What the server refused of what should become of a message. @param {App} app @param {Outgoing[]} waits */
export function refusals(app, waits) {
  return waits.map(({ id, command, reason }) =>
    h("div", { class: "delivery refused", role: "group" }, h("span", null, `✗ ${DEEDS[command?.type ?? ""]} not sent: ${reason ?? "refused"}`),
      h("button", { type: "button", class: "small", on: { click: () => app.dispatch({ type: "message-retried", id }) } }, icon("retry"), "Retry"),
      h("button", { type: "button", class: "small", on: { click: () => app.dispatch({ type: "message-dropped", id }) } }, icon("drop"), "Drop")),
  );
}

/** @param {App} app @param {Message} message */
export const undoDelete = (app, message) =>
  h("div", { class: "body gone" }, "Deleted. ", h("button", { type: "button", class: "link", data: { undo: "" }, on: { click: () => app.dispatch({ type: "delete-undone", message_id: message.id }) } }, "Undo"));
