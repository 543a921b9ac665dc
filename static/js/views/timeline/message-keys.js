// @ts-check
// Reading by keyboard: one message has the focus, the arrows move it, single letters act on it.
/** @import { App } from "../../app.js" */
import { onKey } from "../../keyboard/listen.js";
import { combo } from "../../keyboard/keys.js";
import { actsFor, messageOf } from "./message-acts.js";
import { openMessageMenu } from "./message-tools.js";

/** @param {App} app @param {HTMLElement} list @param {HTMLElement} box where one writes below it */
export function listenInMessages(app, list, box) {
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
      ArrowDown: () => (neighbour(row, "nextElementSibling") ?? box).focus(),
      J: () => (neighbour(row, "nextElementSibling") ?? box).focus(),
      Y: () => app.copyMessage(id),
      ContextMenu: () => openMessageMenu(app, row, row),
      "Shift+F10": () => openMessageMenu(app, row, row),
      R: () => app.dispatch({ type: "message-retried", id }),
      D: () => app.dispatch({ type: "message-dropped", id }),
      "?": () => app.open("help"),
      I: () => box.focus(),
      Escape: () => box.focus(),
    };
    const pressed = combo(event);
    const message = row.dataset.status === "stored" ? messageOf(app, row) : null;
    const known = message ? actsFor(app, message).find(({ key }) => key === pressed) : undefined;
    const act = known && message ? () => known.run(app, message, row) : acts[pressed];
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
