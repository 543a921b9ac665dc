// @ts-check
// Editing a message where it stands. There is one editor: its box keeps what is written while the row around it is drawn again.
/** @import { App } from "../../app.js" */
/** @import { Message } from "../../types.js" */
import { h } from "../../kit/dom.js";
import { onKey } from "../../keyboard/listen.js";

/** @type {{id: string, node: HTMLElement, box: HTMLTextAreaElement}|null} */
let open = null;

/** @param {App} app @param {Message} message @returns {HTMLElement} */
export function editorFor(app, message) {
  if (open?.id === message.id) return again(open);
  const close = () => {
    app.dispatch({ type: "editing-wanted", message_id: null });
    app.focusComposer();
  };
  const save = () => {
    const body = box.value.trim();
    if (body === "") return app.actions.deleteMessage(message.room, message.id);
    if (body === message.body) return close();
    app.actions.edit(message.room, message.id, body);
    app.focusComposer();
  };
  const box = h("textarea", { rows: "2", "aria-label": "Edit message", dir: "auto", value: message.body });
  onKey(box, (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && !event.shiftKey && !event.altKey && !matchMedia("(pointer: coarse)").matches) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const node = h("form", { class: "editor", on: { submit: (/** @type {Event} */ event) => (event.preventDefault(), save()) } }, box,
    h("div", { class: "editor-foot" }, h("span", { class: "note" }, "Enter saves, Esc cancels"),
      h("button", { type: "button", class: "small", on: { click: close } }, "Cancel"), h("button", { type: "submit", class: "small" }, "Save")));
  open = { id: message.id, node, box };
  requestAnimationFrame(() => (box.focus(), box.setSelectionRange(box.value.length, box.value.length)));
  return node;
}

/** A node that is moved loses the focus. @param {{node: HTMLElement, box: HTMLTextAreaElement}} editor */
function again({ node, box }) {
  if (document.activeElement === box) queueMicrotask(() => box.focus());
  return node;
}

/** The next edit begins with the message as it is then. */
export const forgetEditor = () => void (open = null);
