// @ts-check
// The head of the room on screen, the chip that asks a guest for a name, and the reader's own corner.
/** @import { App } from "../app.js" */
/** @import { State } from "../types.js" */
import { byId, setAttr, setText } from "../kit/dom.js";
import { loadPreference, savePreference } from "../disk/preferences.js";
import { onlineCount } from "../store/selectors.js";
import { calledName, displayName, plural } from "../kit/text.js";
import { duration } from "../kit/time.js";
import { repaint } from "./avatar.js";
import { roomTitle } from "../store/titles.js";
import { roomMenu } from "./room-menu.js";

/** The guest who keeps the given name for now. */
const DISMISSED = "chat:name-kept";

/** @param {App} app */
export function headerView(app) {
  const topic = byId("topic");
  byId("open-rooms").addEventListener("click", () => app.dispatch({ type: "drawer-toggled", drawer: "rooms" }));
  byId("open-people").addEventListener("click", () => app.togglePeople());
  byId("scrim").addEventListener("click", () => app.dispatch({ type: "drawer-closed" }));
  byId("close-people").addEventListener("click", () => app.togglePeople());
  byId("open-directory").addEventListener("click", () => app.open("room-directory"));
  byId("open-search").addEventListener("click", () => app.open("search", ""));
  byId("find").addEventListener("click", () => app.open("palette"));
  byId("settings").addEventListener("click", () => app.open("settings"));
  byId("name-chip").addEventListener("click", () => app.open("name"));
  byId("chip-close").addEventListener("click", () => {
    savePreference(DISMISSED, app.state().user?.id ?? "");
    setAttr(byId("name-chip-row"), "hidden", true);
    app.focusComposer();
  });
  roomMenu(app);
  byId("open-pins").addEventListener("click", () => app.open("pins"));
  byId("me-status").addEventListener("click", () => app.open("status"));
  topic.addEventListener("click", () => app.open("topic"));

  return (/** @type {State} */ state) => {
    const room = state.current ? state.rooms[state.current] : null;
    setText(byId("room-title"), room ? roomTitle(room, state.user?.id ?? null) : "Chat");
    setText(byId("room-kind"), room ? kindNote(room) : "");
    setAttr(byId("open-pins"), "hidden", !room?.pins);
    setText(byId("pins-count"), String(room?.pins ?? ""));
    setAttr(byId("open-pins"), "aria-label", plural(room?.pins ?? 0, "pinned message"));
    setText(byId("topic-text"), room?.topic || (room ? "+ topic" : ""));
    setAttr(topic, "hidden", !room || room.kind === "direct");
    setAttr(topic, "data-empty", !room?.topic);
    setAttr(topic, "aria-label", room?.topic ? `Topic: ${room.topic}. Change it` : "Set a topic");
    setAttr(byId("room-more"), "hidden", !room);
    const { latency } = state.connection;
    setAttr(byId("rail-status-dot"), "title", state.connection.status === "connected" ? `connected${latency === null ? "" : `, ${latency} ms`}` : state.connection.status);
    const people = room ? state.people[room.id] : undefined;
    const online = people ? onlineCount(people) : undefined;
    setText(byId("people-count"), online === undefined ? String(room?.members ?? "") : String(online));
    const label = online === undefined ? "People" : `People: ${online} online of ${plural(people?.total ?? 0, "member")}`;
    setAttr(byId("open-people"), "aria-label", label);
    setAttr(byId("open-people"), "title", `${label} (F8)`);

    const { user } = state;
    setAttr(byId("me"), "hidden", !user);
    const guest = user?.role === "guest" && state.signIn === "in";
    setAttr(byId("name-chip-row"), "hidden", !guest || loadPreference(DISMISSED) === user?.id);
    if (!user) return;
    setText(byId("chip-name"), user.name);
    setText(byId("me-name"), calledName(user));
    setText(byId("me-handle"), user.role === "guest" ? "guest" : displayName(user) ? `@${user.name}` : user.role);
    const { status } = user;
    setText(byId("me-status"), status ? [status.emoji, status.text].filter(Boolean).join(" ") : "Set a status");
    repaint(byId("me-avatar"), user);
  };
}

/** @param {import("../types.js").Room} room */
function kindNote({ kind, archived, slow_seconds: slow, retention_days: days, notify }) {
  const notes = [kind === "private" && "private", archived && "archived", slow ? `slow mode, ${duration(slow * 1_000)}` : "", days ? `messages kept for ${plural(days, "day")}` : "", notify === "none" && "muted by you"];
  return notes.filter(Boolean).join(" · ");
}

/** Which panes are open, as attributes of the page. An open drawer takes the focus and gives it back. */
export function panesView() {
  /** @type {State["drawer"]} */ let open = null;

  return (/** @type {State} */ state) => {
    const app = byId("app");
    setAttr(app, "data-drawer", state.drawer);
    setAttr(app, "data-people", state.peopleShown ? "shown" : "hidden");
    setAttr(app, "data-state", state.connection.status);
    setAttr(byId("open-rooms"), "aria-expanded", String(state.drawer === "rooms"));
    setAttr(byId("scrim"), "hidden", state.drawer === null);
    if (state.drawer === open) return;
    const left = open;
    open = state.drawer;
    byId("room-view").inert = open !== null;
    byId("rooms").inert = open === "people";
    if (open === "rooms") byId("rooms").querySelector("button")?.focus();
    else if (open === "people") byId("close-people").focus();
    else byId(left === "rooms" ? "open-rooms" : "open-people").focus();
  };
}
