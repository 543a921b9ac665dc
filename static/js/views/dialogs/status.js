// @ts-check
// What the user says of themselves for a while.
/** @import { App } from "../../app.js" */
import { serverNow } from "../../kit/server-clock.js";
import { h } from "../../kit/dom.js";
import { field, form, openDialog, select } from "./dialog.js";

const MINUTE = 60_000;
const SPANS = { 0: "Until I change it", [30 * MINUTE]: "30 minutes", [60 * MINUTE]: "1 hour", [4 * 60 * MINUTE]: "4 hours", [24 * 60 * MINUTE]: "1 day", [7 * 24 * 60 * MINUTE]: "1 week" };

/** @param {App} app */
export function openStatus(app) {
  const { user } = app.state();
  if (!user) return;
  const emoji = field("Emoji", { name: "status-emoji", value: user.status?.emoji ?? "", maxlength: 16 });
  const pick = h("button", { type: "button", class: "small", on: { click: () => app.pickEmoji(pick, (chosen) => (emoji.input.value = chosen)) } }, "Choose…");
  const text = field("What you are doing", { name: "status-text", value: user.status?.text ?? "", maxlength: 100 }, "In a meeting, on holiday until Monday…");
  const span = select("For how long", "status-span", SPANS, "0");
  const save = async (/** @type {object|null} */ status) => {
    await app.actions.changeMe({ status });
    dialog.close();
  };
  const clear = h("button", { type: "button", class: "small", on: { click: () => save(null).catch((error) => app.toast(error.message)) } }, "Clear the status");
  const dialog = openDialog({ name: "status", label: "Your status", title: "Your status", focus: text.input },
    form("Save", () => {
      const ms = Number(span.input.value);
      const words = { text: text.input.value.trim(), emoji: emoji.input.value.trim(), until: ms ? new Date(serverNow() + ms).toISOString() : null };
      return save(words.text || words.emoji ? words : null);
    }, text.node, h("div", { class: "field-row" }, emoji.node, pick), span.node),
    user.status ? clear : null);
}
