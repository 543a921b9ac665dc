// @ts-check
// All rooms that the user may see: find one, join it, make one.
/** @import { App } from "../../app.js" */
/** @import { Room } from "../../types.js" */
import { h } from "../../kit/dom.js";
import { icon } from "../../kit/icons.js";
import { plural } from "../../kit/text.js";
import { choice, field, form, openDialog } from "./dialog.js";

/** A search waits for the writer to pause, in ms. */
const PAUSE = 150;

/** @param {App} app */
export function openRoomDirectory(app) {
  const search = h("input", { type: "search", class: "search", "aria-label": "Find a room", placeholder: "Find a room…", autocomplete: "off", spellcheck: "false" });
  const list = h("ul", { class: "directory-list", role: "list", "aria-label": "Rooms" });
  const note = h("p", { class: "help", role: "status" });
  const more = h("button", { type: "button", hidden: true }, "Show more");
  const make = makeRoom(app, () => dialog.close());
  const dialog = openDialog({ name: "room-directory", label: "Rooms", title: "Rooms", focus: search }, h("div", { class: "directory-top" }, search, make), list, note, more);
  let asked = 0;

  /** @param {string} [next] */
  async function load(next) {
    const mine = ++asked;
    try {
      const { rooms, more: following } = await app.actions.findRooms(search.value.trim().replace(/^#/, ""), next);
      if (mine !== asked) return;
      const named = rooms.filter((/** @type {Room} */ { kind }) => kind !== "direct");
      const items = named.map((/** @type {Room} */ room) => entry(app, room, () => dialog.close(), (error) => (note.textContent = error.message)));
      if (next) list.append(...items);
      else list.replaceChildren(...items);
      note.textContent = list.children.length ? "" : "No room by that name. You can make it above.";
      more.hidden = !following;
      more.onclick = () => load(following ?? undefined);
    } catch (error) {
      if (mine === asked) note.textContent = /** @type {Error} */ (error).message;
    }
  }

  /** @type {ReturnType<typeof setTimeout>|undefined} */ let pause;
  search.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(load, PAUSE);
  });
  load();
}

/** The whole row goes to the room. @param {App} app @param {Room} room @param {() => void} done @param {(error: Error) => void} failed */
function entry(app, room, done, failed) {
  const joined = Boolean(app.state().rooms[room.id]);
  async function go() {
    try {
      if (joined) app.dispatch({ type: "room-opened", room: room.id });
      else await app.actions.join(room.name);
      done();
      app.focusComposer();
    } catch (error) {
      failed(/** @type {Error} */ (error));
    }
  }
  return h("li", { class: "entry directory-room", data: { room: room.name } },
    h("span", { class: "directory-words" },
      h("span", { class: "directory-name" }, room.kind === "private" ? icon("lock") : "#", h("bdi", null, room.name)),
      h("span", { class: "note" }, [plural(room.members, "member"), room.topic].filter(Boolean).join(" · "))),
    h("button", { type: "button", class: `entry-go ${joined ? "icon-button" : "directory-join"}`, "aria-label": `${joined ? "Open" : "Join"} #${room.name}`, on: { click: go } }, joined ? icon("next") : "Join"),
  );
}

/** @param {App} app @param {() => void} done */
function makeRoom(app, done) {
  const name = field("Name", { name: "room-name", required: true, maxlength: 48, autocapitalize: "none", spellcheck: "false" });
  const topic = field("Topic", { name: "room-topic" });
  const secret = choice("Private: only people who are added see it", { name: "room-private" });
  return h("details", { class: "make" }, h("summary", null, "Make a room"),
    form("Make it", async () => {
      const wish = { name: name.input.value.trim().replace(/^#/, ""), topic: topic.input.value.trim() };
      await app.actions.createRoom({ name: wish.name, ...(wish.topic ? { topic: wish.topic } : {}), ...(secret.input.checked ? { kind: "private" } : {}) });
      done();
    }, name.node, topic.node, secret.node));
}
