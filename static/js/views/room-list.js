// @ts-check
// The list of rooms, with what is unread in each.
/** @import { App } from "../app.js" */
/** @import { State, Room } from "../types.js" */
import { byId, h, keyed, setAttr, setText } from "../kit/dom.js";
import { sortedRooms, unreadOf } from "../store/selectors.js";
import { badge, plural } from "../kit/text.js";

/** @param {App} app */
export function roomsView(app) {
  const list = byId("room-list");

  /** @param {Room} room */
  function create(room) {
    const open = () => {
      app.dispatch({ type: "room-opened", room: room.id });
      app.focusComposer();
    };
    return h(
      "li",
      { data: { room: room.name } },
      h("button", { type: "button", class: "room", on: { click: open } },
        h("span", { class: "hash", "aria-hidden": "true" }, "#"),
        h("bdi", { class: "room-name" }, room.name),
        h("span", { class: "pencil", hidden: true, title: "draft" }, "✎", h("span", { class: "visually-hidden" }, " draft")),
        h("span", { class: "badge", hidden: true }),
      ),
    );
  }

  return (/** @type {State} */ state) => {
    const rooms = sortedRooms(state);
    keyed(list, rooms, { key: (room) => room.id, create });
    rooms.forEach((room, at) => paint(state, room, /** @type {HTMLElement} */ (list.children[at])));
  };
}

/** @param {State} state @param {Room} room @param {HTMLElement} item */
function paint(state, room, item) {
  const button = /** @type {HTMLElement} */ (item.firstElementChild);
  const { unread, mentions } = unreadOf(state, room);
  const count = /** @type {HTMLElement} */ (button.querySelector(".badge"));
  setAttr(button, "aria-current", room.id === state.current ? "page" : null);
  setAttr(button, "data-unread", unread > 0);
  setAttr(count, "hidden", unread === 0);
  setAttr(count, "data-mentions", mentions > 0);
  setText(/** @type {Element} */ (button.querySelector(".room-name")), room.name);
  setText(count, mentions ? `@${badge(mentions)}${unread > mentions ? ` ${badge(unread)}` : ""}` : badge(unread));
  setAttr(count, "aria-label", mentions ? `${plural(mentions, "mention")}, ${unread} unread` : `${unread} unread`);
  setAttr(count, "role", "img");
  const draft = room.id !== state.current && Boolean(state.drafts[room.id]);
  setAttr(/** @type {Element} */ (button.querySelector(".pencil")), "hidden", !draft);
}
