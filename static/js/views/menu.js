// @ts-check
// Menus: native popovers, made when opened and gone when closed. The arrows choose; the focus goes back to where it was.
import { h } from "../kit/dom.js";
import { icon } from "../kit/icons.js";
import { onKey } from "../keyboard/listen.js";

/** Room that a menu keeps to the edges of the page, in px. */
const EDGE = 8;

/** @typedef {{icon: Parameters<typeof icon>[0], label: string, key?: string, danger?: boolean, run: () => unknown}} MenuEntry */

/**
 * @param {string} label @param {Element} anchor @param {(MenuEntry|null|false)[]} entries
 * @param {{emojis?: HTMLButtonElement[], held?: boolean}} [how] emojis to choose from on top; whether a finger holds what it belongs to
 */
export function openMenu(label, anchor, entries, { emojis = [], held = false } = {}) {
  const before = /** @type {HTMLElement|null} */ (document.activeElement);
  const rows = entries.filter((entry) => entry !== null && entry !== false).map((entry) =>
    h("button", { type: "button", role: "menuitem", tabindex: "-1", class: entry.danger ? "entry danger" : "entry", on: { click: () => choose(entry) } },
      icon(entry.icon), h("span", null, entry.label), entry.key ? h("kbd", { "aria-hidden": "true" }, entry.key) : null),
  );
  const items = [...emojis, ...rows];
  const top = emojis.length ? h("div", { class: "menu-emojis", role: "group", "aria-label": "React" }, ...emojis) : null;
  // Lifting the finger that opened it would close it.
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, popover: held ? "manual" : "auto" }, top, ...rows);
  for (const emoji of emojis) emoji.addEventListener("click", () => menu.hidePopover());
  const dialog = anchor.closest("dialog");
  // All that is on the page stands in a region with a name.
  const region = dialog ? menu : h("section", { "aria-label": label }, menu);
  (dialog ?? document.body).append(region);

  /** @param {MenuEntry} entry */
  function choose(entry) {
    menu.hidePopover();
    entry.run();
  }
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "closed") region.remove();
  });
  onKey(menu, (event) => {
    const at = items.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at + items.length - 1) % items.length, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) items[to].focus();
    else if (event.key === "Escape" || event.key === "Tab") {
      menu.hidePopover();
      before?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  menu.showPopover();
  place(menu, anchor.getBoundingClientRect());
  items[0]?.focus();
  if (held) for (const type of ["pointerup", "pointercancel"]) addEventListener(type, () => setTimeout(released), { once: true });
  return menu;

  /** From now on a tap elsewhere closes it. */
  function released() {
    if (!menu.isConnected || menu.popover === "auto") return;
    menu.popover = "auto";
    menu.showPopover();
    items[0]?.focus();
  }
}

/** Below what it belongs to, or above where there is more room; always inside of the page. @param {HTMLElement} menu @param {DOMRect} box */
export function place(menu, box) {
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const own = menu.getBoundingClientRect();
  const below = box.bottom + 4 + own.height <= height - EDGE;
  const top = below ? box.bottom + 4 : Math.max(EDGE, box.top - 4 - own.height);
  const left = Math.min(Math.max(EDGE, box.right - own.width), width - own.width - EDGE);
  menu.style.setProperty("inset-block-start", `${top}px`);
  menu.style.setProperty("left", `${Math.max(EDGE, left)}px`);
}
