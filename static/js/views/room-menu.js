// @ts-check
// The menu of the room on screen, behind the “⋯” in its head.
/** @import { App } from "../app.js" */
import { roomUrl } from "../kit/address.js";
import { byId } from "../kit/dom.js";
import { moderates } from "../store/selectors.js";
import { addressName } from "../store/titles.js";
import { openMenu } from "./menu.js";

/** @param {App} app */
export function roomMenu(app) {
  const button = byId("room-more");
  button.addEventListener("click", () => openMenu("This room", button, entries(app)));
}

/** @param {App} app @returns {(import("./menu.js").MenuEntry|null|false)[]} */
function entries(app) {
  const state = app.state();
  const room = state.current ? state.rooms[state.current] : null;
  if (!room) return [];
  const rules = moderates(state, room);
  const named = room.kind !== "direct";
  const isLobby = room.name === "lobby" && room.kind === "public";
  return [
    named && { icon: "edit", label: room.topic ? "Change the topic" : "Set a topic", run: () => app.open("topic") },
    { icon: "pin", label: "Pinned messages", key: "Alt P", run: () => app.open("pins") },
    { icon: "star", label: room.favourite ? "No longer a favourite" : "Keep among favourites", run: () => app.attempt(app.actions.setRoom(room.id, { favourite: !room.favourite })) },
    { icon: "bell", label: "Notifications and the list", run: () => app.open("room-settings") },
    named && { icon: "people", label: rules ? "Members and moderation" : "Members", run: () => app.open("members") },
    named && !room.archived && { icon: "invite", label: "Add people", run: () => app.open("add-people") },
    named && { icon: "link", label: "Invite somebody", run: () => app.open("invite") },
    { icon: "clock", label: "How long messages are kept", run: () => app.open("room-retention") },
    { icon: "copy", label: "Copy the room's address", run: () => app.copy(roomUrl(addressName(room))) },
    rules && named && { icon: "program", label: "Hooks for programs", run: () => app.open("hooks") },
    rules && named && { icon: "program", label: "Webhooks to programs", run: () => app.open("webhooks") },
    rules && named && { icon: "settings", label: "Name and slow mode", run: () => app.open("room-edit") },
    rules && named && !isLobby && { icon: "archive", label: room.archived ? "Reopen the room" : "Archive the room", run: () => app.attempt(app.actions.changeRoom(room.id, { archived: !room.archived })) },
    // Everyone is in the lobby.
    !isLobby && { icon: "leave", label: named ? "Leave this room" : "Put this conversation away", danger: true, run: () => app.open("leave") },
    rules && named && !isLobby && { icon: "drop", label: "Delete the room…", danger: true, run: () => app.open("room-delete") },
  ];
}
