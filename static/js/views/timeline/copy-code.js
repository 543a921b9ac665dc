// @ts-check
// A button on each block of code that copies it.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { icon } from "../../kit/icons.js";

/** @param {App} app @param {HTMLElement} body of a message */
export function addCopyButtons(app, body) {
  for (const block of body.querySelectorAll("pre")) {
    const copy = h("button", { type: "button", class: "copy-code", title: "Copy this code", "aria-label": "Copy this code", on: { click: () => app.copy(block.textContent ?? "") } }, icon("copy"));
    const frame = h("div", { class: "code-block" });
    block.replaceWith(frame);
    frame.append(block, copy);
  }
}
