// @ts-check
// Webhooks of a room: addresses of programs to which its events are sent.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { fullTime } from "../../kit/time.js";
import { roomTitle } from "../../store/titles.js";
import { choice, field, form, openDialog } from "./dialog.js";

/** @typedef {{at: string, seq: number, status?: number, error?: string}} Answer */
/** @typedef {{id: string, room: string, url: string, events: string[], secret?: string, created_at: string, by: {id: string, name: string}, answers: Answer[], disabled_at?: string, disabled_reason?: string}} Webhook */

/** What can be sent, and the types of events that this is. @type {[label: string, types: string[]][]} */
const CHOICES = [
  ["Messages", ["Message"]],
  ["Edits and deletions", ["MessageEdited", "MessageDeleted"]],
  ["Reactions", ["ReactionAdded", "ReactionRemoved"]],
  ["Pins", ["MessagePinned", "MessageUnpinned"]],
  ["Members and moderation", ["UserJoined", "UserLeft", "Moderated"]],
  ["Changes of the room", ["RoomUpdated"]],
];

/** @param {App} app @param {string} [url] where a new one shall send to */
export function openWebhooks(app, url = "") {
  const { current, rooms, user } = app.state();
  if (!current) return;
  const room = rooms[current];
  const list = h("ul", { class: "devices", role: "list", "aria-label": "Webhooks" });
  const note = h("p", { class: "help", role: "status" }, "Asking the server…");
  const made = h("div", { "aria-live": "polite" });
  const address = field("Address", { name: "webhook-url", type: "url", value: url, maxlength: 2048, spellcheck: "false", placeholder: "https://bot.example.org/chat" }, "What happens in the room is sent there from now on. The program answers each event with 204.");
  const choices = CHOICES.map(([label, types], at) => ({ types, ...choice(label, { name: `webhook-events-${at}`, checked: at === 0 }) }));
  openDialog({ name: "webhooks", label: "Webhooks", title: `Webhooks of ${roomTitle(room, user?.id ?? null)}`, focus: address.input },
    form("Make a webhook", async () => {
      const events = choices.flatMap(({ types, input }) => (input.checked ? types : []));
      if (!events.length) throw new Error("Choose what is to be sent.");
      show(await app.actions.makeWebhook(room.id, address.input.value.trim(), events));
      address.input.value = "";
      load();
    }, address.node, h("fieldset", { class: "choices" }, h("legend", null, "What is sent"), ...choices.map(({ node }) => node))), made, list, note);

  /** The secret, which is there this once. @param {Webhook} webhook */
  function show({ secret = "" }) {
    const copy = h("button", { type: "button", class: "primary", on: { click: () => app.copy(secret) } }, "Copy secret");
    made.replaceChildren(h("div", { class: "link-code" }, h("p", { class: "url" }, secret), h("p", { class: "help" }, "It is shown this once. The program checks with it that an event comes from here."), h("div", { class: "buttons" }, copy)));
    copy.focus();
  }

  async function load() {
    try {
      const webhooks = /** @type {Webhook[]} */ (await app.actions.webhooks()).filter((webhook) => webhook.room === room.id);
      list.replaceChildren(...webhooks.map(entry));
      note.textContent = webhooks.length ? "" : "Nothing is sent from here yet.";
    } catch (error) {
      note.textContent = /** @type {Error} */ (error).message;
    }
  }

  /** @param {Webhook} webhook */
  function entry(webhook) {
    const { id, url: sentTo, events, created_at: at, by } = webhook;
    const end = h("button", { type: "button", class: "small", "aria-label": `End ${sentTo}`, on: { click: () => app.actions.endWebhook(id).then(() => (made.replaceChildren(), load()), refused) } }, "End");
    return h("li", null, h("div", null,
      h("p", { class: "device-name" }, h("bdi", null, sentTo)),
      h("p", { class: "note" }, `${sent(events)} · made ${fullTime(at)} by `, h("bdi", null, by.name)),
      h("p", { class: "note" }, state(webhook))), end);
  }
  /** @param {Error} error */
  const refused = (error) => (note.textContent = error.message);
  load();
}

/** What is sent, in the words of the choices; types of which a program chose only some as they are called. @param {string[]} events */
function sent(events) {
  const chosen = CHOICES.filter(([, types]) => types.every((type) => events.includes(type)));
  const others = events.filter((event) => !chosen.some(([, types]) => types.includes(event)));
  return [...chosen.map(([label]) => label), ...others].join(", ");
}

/** How it goes. @param {Webhook} webhook */
function state({ answers, disabled_at: disabled, disabled_reason: why }) {
  const last = answers.at(-1);
  if (disabled) return `Disabled ${fullTime(disabled)}: ${why}`;
  if (!last) return "Nothing was sent yet.";
  return last.error ? `Not taken ${fullTime(last.at)}, tried again: ${last.error}` : `Last taken ${fullTime(last.at)}`;
}
