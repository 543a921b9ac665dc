// @ts-check
// The list of rooms in its sections, with what is unread in each.
/** @import { App } from "../app.js" */
/** @import { State, Room } from "../types.js" */
import { byId, h, keyed, setAttr, setText } from "../kit/dom.js";
import { icon } from "../kit/icons.js";
import { sectionOf, sortedRooms, unreadOf } from "../store/selectors.js";
import { roomName } from "../store/titles.js";
import { badge, plural } from "../kit/text.js";

/** @typedef {{key: string, title: string|null, room: Room|null}} Entry */

const TITLES = { favourites: "Favourites", rooms: "Rooms", direct: "Direct messages" };

/** @param {App} app */
export function roomsView(app) {
  const list = byId("room-list");
  byId("open-direct").addEventListener("click", () => app.open("direct"));

  /** @param {Entry} entry */
  function create({ title, room }) {
    if (!room) return h("li", { class: "section" }, h("h3", null, title));
    const open = () => {
      app.dispatch({ type: "room-opened", room: room.id });
      app.focusComposer();
    };
    return h(
      "li",
      { data: { room: room.name || room.id, kind: room.kind } },
      h("button", { type: "button", class: "room", on: { click: open } },
        h("span", { class: "hash", "aria-hidden": "true" }, room.kind === "private" ? icon("lock") : room.kind === "direct" ? "@" : "#"),
        h("span", { class: "room-name" }, h("bdi")),
        h("span", { class: "visually-hidden" }, room.kind === "private" ? " (private)" : ""),
        h("span", { class: "pencil", hidden: true, title: "draft" }, "✎", h("span", { class: "visually-hidden" }, " draft")),
        h("span", { class: "badge", hidden: true }),
      ),
    );
  }

  return (/** @type {State} */ state) => {
    const entries = entriesOf(state);
    keyed(list, entries, { key: ({ key }) => key, create });
    entries.forEach(({ room }, at) => room && paint(state, room, /** @type {HTMLElement} */ (list.children[at])));
  };
}

/** Rooms under the titles of their sections; rooms alone need none. @param {State} state @returns {Entry[]} */
function entriesOf(state) {
  const rooms = sortedRooms(state);
  const divided = new Set(rooms.map(sectionOf)).size > 1;
  /** @type {Entry[]} */ const entries = [];
  let section = "";
  for (const room of rooms) {
    const own = sectionOf(room);
    // The list is called so already.
    const isTitled = own !== "rooms" || section !== "";
    if (divided && isTitled && own !== section) entries.push({ key: `section:${own}`, title: TITLES[own], room: null });
    section = own;
    entries.push({ key: room.id, title: null, room });
  }
  return entries;
}

/** @param {State} state @param {Room} room @param {HTMLElement} item */
function paint(state, room, item) {
  const button = /** @type {HTMLElement} */ (item.firstElementChild);
  const { unread, mentions } = unreadOf(state, room);
  const count = /** @type {HTMLElement} */ (button.querySelector(".badge"));
  const quiet = room.notify === "none" && mentions === 0;
  setAttr(item, "data-room", room.name || room.id);
  setAttr(button, "aria-current", room.id === state.current ? "page" : null);
  setAttr(button, "data-unread", unread > 0 && !quiet);
  setAttr(button, "data-quiet", room.notify === "none" || Boolean(room.archived));
  setAttr(button, "title", room.archived ? "archived" : room.notify === "none" ? "notifies you of nothing" : null);
  setAttr(count, "hidden", unread === 0);
  setAttr(count, "data-mentions", mentions > 0);
  setText(/** @type {Element} */ (button.querySelector(".room-name bdi")), roomName(room, state.user?.id ?? null));
  setText(count, mentions ? `@${badge(mentions)}${unread > mentions ? ` ${badge(unread)}` : ""}` : badge(unread));
  setAttr(count, "aria-label", mentions ? `${plural(mentions, "mention")}, ${unread} unread` : `${unread} unread`);
  setAttr(count, "role", "img");
  const draft = room.id !== state.current && Boolean(state.drafts[room.id]);
  setAttr(/** @type {Element} */ (button.querySelector(".pencil")), "hidden", !draft);
}
