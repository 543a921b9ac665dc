// @ts-check
// What can be done with the message under the pointer or the focus: one toolbar for all of them, put where it is needed.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { icon } from "../../kit/icons.js";
import { fullTime } from "../../kit/time.js";
import { openMenu } from "../menu.js";
import { recentEmojis } from "../recent-emojis.js";
import { actsFor, messageOf } from "./message-acts.js";

/** A finger that stays so long means more than a tap, in ms. */
const HOLD = 500;
/** Emojis on top of the menu that holding opens: what a small phone has room for. */
const QUICK = 6;

/** @param {App} app @param {HTMLElement} list */
export function messageTools(app, list) {
  /** @type {HTMLElement|null} */ let row = null;
  const bar = h("div", { class: "tools", role: "group", "aria-label": "Message actions" });

  /** @param {HTMLElement} over @returns {boolean} whether there is anything to do */
  function fill(over) {
    const message = messageOf(app, over);
    if (!message) return false;
    // A picture alone is a riddle: the words stand beside it.
    const tool = (/** @type {import("./message-acts.js").Act} */ { icon: picture, words, label, key, run }) =>
      h("button", { type: "button", tabindex: "-1", title: `${label} (${key})`, "aria-label": label, on: { click: () => run(app, message, bar) } }, icon(picture), words);
    const more = h("button", { type: "button", tabindex: "-1", title: "More (Shift F10)", "aria-label": "More about this message", "aria-haspopup": "menu", on: { click: () => openMessageMenu(app, over, bar) } }, icon("more"));
    bar.replaceChildren(...actsFor(app, message).filter(({ tool }) => tool).map(tool), more);
    return true;
  }

  /** @param {Event} event */
  function follow({ target }) {
    const over = /** @type {HTMLElement|null} */ (/** @type {Element} */ (target).closest(".message"));
    const time = /** @type {Element} */ (target).closest("time");
    if (time && !time.hasAttribute("title")) time.setAttribute("title", fullTime(time.getAttribute("datetime") ?? ""));
    if (over === row && bar.isConnected) return;
    row = over?.dataset.status === "stored" ? over : null;
    if (row && fill(row)) row.append(bar);
    else bar.remove();
  }
  const isTouch = (/** @type {PointerEvent} */ event) => event.pointerType !== "mouse";
  list.addEventListener("pointerover", (event) => isTouch(event) || follow(event));
  list.addEventListener("focusin", follow);
  // A finger leaves the list whenever it is lifted, before the click that it makes.
  list.addEventListener("pointerleave", (event) => isTouch(event) || bar.remove());

  // With a finger: a tap shows the tools, a tap elsewhere puts them away, holding the message opens its menu.
  /** @type {ReturnType<typeof setTimeout>|undefined} */ let holding;
  const released = () => clearTimeout(holding);
  addEventListener("pointerdown", (event) => {
    released();
    if (!isTouch(event) || bar.contains(/** @type {Node} */ (event.target))) return;
    if (!list.contains(/** @type {Node} */ (event.target))) return bar.remove();
    const over = heldRow(event);
    if (over) holding = setTimeout(() => held(over), HOLD);
  });

  /** @param {HTMLElement} over */
  function held(over) {
    bar.remove();
    openMessageMenu(app, over, over, true);
    // Lifting the finger is no tap any more.
    const noTap = (/** @type {Event} */ event) => event.preventDefault();
    addEventListener("touchend", noTap, { once: true, passive: false });
    addEventListener("touchcancel", () => removeEventListener("touchend", noTap), { once: true });
  }
  // The browser's own menu and selection begin by holding, too.
  list.addEventListener("contextmenu", (event) => isTouch(/** @type {PointerEvent} */ (event)) && heldRow(event) && event.preventDefault());
  for (const type of ["pointerup", "pointercancel"]) addEventListener(type, released);
  list.addEventListener("click", (event) => {
    if (isTouch(/** @type {PointerEvent} */ (event)) && !bar.contains(/** @type {Node} */ (event.target))) follow(event);
  });
}

/** The message under a finger; links, buttons and text being written have a meaning of their own. @param {Event} event @returns {HTMLElement|null} */
function heldRow({ target }) {
  const under = /** @type {Element} */ (target);
  return under.closest("a, button, textarea") ? null : under.closest(".message[data-status=stored]");
}

/** All that can be done with the message of a row. @param {App} app @param {HTMLElement} row @param {HTMLElement} anchor
 * @param {boolean} [held] by a finger: then some emojis stand on top */
export function openMessageMenu(app, row, anchor, held = false) {
  const message = messageOf(app, row);
  if (!message) return;
  const acts = actsFor(app, message);
  const emojis = held && acts.some(({ name }) => name === "react") ? recentEmojis().slice(0, QUICK).map(quick) : [];
  openMenu("This message", anchor, acts.map(({ icon: picture, label, key, danger, run }) => ({ icon: picture, label, key, danger, run: () => run(app, message, row) })), { emojis, held });

  /** @param {string} emoji */
  function quick(emoji) {
    return h("button", { type: "button", role: "menuitem", tabindex: "-1", "aria-label": `React with ${emoji}`, on: { click: () => message && app.react(message, emoji) } }, emoji);
  }
}
