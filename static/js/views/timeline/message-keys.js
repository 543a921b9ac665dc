// @ts-check
// Reading by keyboard: one message has the focus, the arrows move it, single letters act on it.
/** @import { App } from "../../app.js" */
import { byId } from "../../kit/dom.js";
import { onKey } from "../../keyboard/listen.js";
import { combo } from "../../keyboard/keys.js";

/** @param {App} app @param {HTMLElement} list */
export function listenInMessages(app, list) {
  /** @param {Element|null} row @param {"previousElementSibling"|"nextElementSibling"} way */
  function neighbour(row, way) {
    let next = row?.[way] ?? null;
    while (next && !next.classList.contains("message")) next = next[way];
    return /** @type {HTMLElement|null} */ (next);
  }

  onKey(list, (event) => {
    const row = /** @type {HTMLElement|null} */ (/** @type {HTMLElement} */ (event.target).closest(".message"));
    if (!row || event.target !== row) return;
    const id = row.dataset.id;
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowUp: () => neighbour(row, "previousElementSibling")?.focus(),
      K: () => neighbour(row, "previousElementSibling")?.focus(),
      ArrowDown: () => (neighbour(row, "nextElementSibling") ?? byId("composer-input")).focus(),
      J: () => (neighbour(row, "nextElementSibling") ?? byId("composer-input")).focus(),
      Y: () => app.copyMessage(id),
      U: () => app.markUnread(Number(row.dataset.seq)),
      R: () => app.dispatch({ type: "message-retried", id }),
      D: () => app.dispatch({ type: "message-dropped", id }),
      "?": () => app.open("help"),
      I: () => byId("composer-input").focus(),
      Escape: () => byId("composer-input").focus(),
    };
    const act = acts[combo(event)];
    if (act) {
      event.preventDefault();
      act();
    }
  });
}

/** From the message box up to the newest message. */
export function focusLastMessage() {
  const rows = document.querySelectorAll("#messages > .message");
  /** @type {HTMLElement|undefined} */ (rows[rows.length - 1])?.focus();
}
