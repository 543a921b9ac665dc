// @ts-check
// The emoji picker: recent ones first, a field that finds them by name, arrows to choose. An emoji that is pasted is taken as it is.
/** @import { App } from "../app.js" */
import { emojis, findEmojis } from "../kit/emoji.js";
import { h } from "../kit/dom.js";
import { onKey } from "../keyboard/listen.js";
import { place } from "./menu.js";
import { recentEmojis, rememberEmoji } from "./recent-emojis.js";

/** Columns of the grid (css/picker.css says the same). */
const COLUMNS = 8;

/** @param {App} _app @param {Element} anchor @param {(emoji: string) => void} chosen */
export function openEmojiPicker(_app, anchor, chosen) {
  const before = /** @type {HTMLElement|null} */ (document.activeElement);
  const field = h("input", { type: "search", class: "picker-field", placeholder: "Find, or paste an emoji", "aria-label": "Find an emoji", autocomplete: "off", spellcheck: "false" });
  const grid = h("div", { class: "picker-grid", role: "group", "aria-label": "Emojis" });
  const picker = h("div", { class: "menu picker", role: "dialog", "aria-label": "Choose an emoji", popover: "auto" }, field, grid);
  const where = anchor.getBoundingClientRect();

  /** @param {string} emoji */
  function take(emoji) {
    rememberEmoji(emoji);
    picker.hidePopover();
    before?.focus();
    chosen(emoji);
  }

  function draw() {
    const query = field.value.trim().replace(/^:|:$/g, "");
    const names = new Map(emojis().map(({ emoji, names }) => [emoji, names[0]]));
    const pasted = /^\p{Emoji_Presentation}|^\p{Emoji}\ufe0f/u.test(query) ? [query] : [];
    const found = query ? [...pasted, ...findEmojis(query, 64).map(({ emoji }) => emoji)] : [...new Set([...recentEmojis(), ...names.keys()])];
    grid.replaceChildren(...found.map((emoji) =>
      h("button", { type: "button", class: "picker-emoji", title: names.has(emoji) ? `:${names.get(emoji)}:` : null, "aria-label": names.get(emoji)?.replaceAll("_", " ") ?? emoji, on: { click: () => take(emoji) } }, emoji)));
    if (!found.length) grid.replaceChildren(h("p", { class: "note" }, "No emoji has this name here. Paste one from elsewhere."));
  }

  field.addEventListener("input", draw);
  onKey(picker, (event) => {
    const cells = /** @type {HTMLElement[]} */ ([...grid.querySelectorAll("button")]);
    const at = cells.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    if (event.key === "Enter" && at < 0) cells[0]?.click();
    else if (event.key === "Escape") {
      picker.hidePopover();
      before?.focus();
    } else if (at < 0 && event.key === "ArrowDown") cells[0]?.focus();
    else if (at >= 0 && step) (cells[at + step] ?? (step < 0 ? field : null))?.focus();
    else return event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  });
  picker.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "closed") picker.remove();
  });
  draw();
  (anchor.closest("dialog") ?? document.body).append(picker);
  picker.showPopover();
  place(picker, where);
  if (matchMedia("(pointer: coarse)").matches) /** @type {HTMLElement|null} */ (grid.firstElementChild)?.focus();
  else field.focus();
}
