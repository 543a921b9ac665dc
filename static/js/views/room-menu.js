// @ts-check
// The menu of the room on screen, behind the “⋯” in its head: its topic, inviting, its address, leaving.
/** @import { App } from "../app.js" */
import { roomUrl } from "../kit/address.js";
import { byId, h } from "../kit/dom.js";
import { icon } from "../kit/icons.js";
import { onKey } from "../keyboard/listen.js";

/** @param {App} app */
export function roomMenu(app) {
  const button = byId("room-more");
  const menu = byId("room-menu");

  function entries() {
    const { current, rooms } = app.state();
    const room = current ? rooms[current] : null;
    if (!room) return [];
    return [
      entry("edit", room.topic ? "Change the topic" : "Set a topic", () => app.open("topic")),
      entry("invite", "Invite somebody", () => app.open("invite")),
      entry("link", "Copy the room's address", () => app.copy(roomUrl(room.name))),
      // Everyone is in the lobby.
      room.name === "lobby" ? null : entry("leave", "Leave this room", () => app.open("leave"), "danger"),
    ];
  }

  /** @param {Parameters<typeof icon>[0]} picture @param {string} label @param {() => void} run @param {string} [kind] */
  function entry(picture, label, run, kind = "") {
    const click = () => {
      menu.hidePopover();
      run();
    };
    return h("button", { type: "button", role: "menuitem", tabindex: "-1", class: `entry ${kind}`, on: { click } }, icon(picture), h("span", null, label));
  }

  menu.addEventListener("beforetoggle", (event) => {
    const opens = /** @type {ToggleEvent} */ (event).newState === "open";
    button.setAttribute("aria-expanded", String(opens));
    if (!opens) return;
    menu.replaceChildren(...entries().filter((one) => one !== null));
    const { right, bottom } = button.getBoundingClientRect();
    menu.style.setProperty("inset-block-start", `${bottom + 4}px`);
    menu.style.setProperty("inset-inline-end", `${document.documentElement.clientWidth - right}px`);
  });
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") /** @type {HTMLElement} */ (menu.firstElementChild)?.focus();
  });
  onKey(menu, (event) => {
    const items = /** @type {HTMLElement[]} */ ([...menu.children]);
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at + items.length - 1) % items.length, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) items[to].focus();
    else if (event.key === "Escape" || event.key === "Tab") {
      menu.hidePopover();
      button.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
