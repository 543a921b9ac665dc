// @ts-check
// What stands below a message that is not sent yet: how far it has come, why it waits or failed, and what can be done.
/** @import { Outgoing } from "../../types.js" */
import { h } from "../../kit/dom.js";
import { icon } from "../../kit/icons.js";

/**
 * @param {Outgoing} outgoing @param {boolean} connected
 * @param {(event: {type: string, id: string}) => void} dispatch
 * @returns {HTMLElement|null} null: there is nothing to say
 */
export function deliveryNote(outgoing, connected, dispatch) {
  const { id, status, reason, after, unkept } = outgoing;
  if (status === "sent") return null;
  const retry = () => button("retry", "Retry", () => dispatch({ type: "message-retried", id }));
  const drop = () => button("drop", "Drop", () => dispatch({ type: "message-dropped", id }));
  const risk = unkept && status !== "sending" ? " · not saved on this device: keep this page open" : "";
  if (status === "failed") return note(`✗ not sent: ${reason ?? "refused"}${risk}`, retry(), drop());
  if (status === "waiting") return note(`◌ queued · ${WAITS[reason ?? ""] ?? "waiting"}${risk}`, drop());
  if (status === "uploading") return uploading(drop());
  const blocked = after !== undefined || !connected;
  const words = blocked || status === "queued" ? `◌ queued${risk}` : "◌ sending";
  return note(words, blocked ? drop() : null);
}

/** @type {Record<string, string>} */
const WAITS = {
  slow_mode: "slow mode: it goes when your time has come",
  rate_limited: "you are sending faster than the server allows",
  cut: "the connection broke: the upload goes on by itself",
  unavailable: "the server is unavailable",
  storage_full: "the server's disk is full",
};

/** Its bar is moved by `views/upload-progress.js`, so that the row is not drawn again with each step. @param {HTMLElement} drop */
const uploading = (drop) =>
  h("div", { class: "delivery", role: "group" }, h("span", null, "◌ uploading"), h("progress", { max: "100", value: 0, "aria-label": "Uploaded" }), h("span", { class: "upload-done" }), drop);

/** @param {string} words @param {...(HTMLElement|null)} buttons */
const note = (words, ...buttons) => h("div", { class: "delivery", role: buttons.some(Boolean) ? "group" : null }, h("span", null, words), ...buttons);

/** @param {Parameters<typeof icon>[0]} picture @param {string} words @param {() => void} click */
const button = (picture, words, click) => h("button", { type: "button", class: "small", on: { click } }, icon(picture), words);
