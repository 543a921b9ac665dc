// @ts-check
// The palette (Ctrl-K): one box to go to a room, to write to a person, or to run a command. Empty, it lists recent rooms and all commands.
/** @import { App } from "../../app.js" */
/** @import { State } from "../../types.js" */
import { COMMANDS } from "../../keyboard/commands.js";
import { h, setAttr } from "../../kit/dom.js";
import { onKey } from "../../keyboard/listen.js";
import { KEYS, caps } from "../../keyboard/keys.js";
import { sortedRooms, unreadOf } from "../../store/selectors.js";
import { roomTitle } from "../../store/titles.js";
import { match, plural } from "../../kit/text.js";
import { openDialog } from "./dialog.js";

/** What can be looked over at a glance. */
const MOST = 9;

/** Rooms in an empty palette: below them stand all commands. */
const MOST_ROOMS = 6;

/** @typedef {{label: string, note: string, keys?: string, kind: "room"|"person"|"command", run: () => void}} Entry */

/** @param {App} app */
export function openPalette(app) {
  const input = h("input", {
    type: "text", class: "palette-input", role: "combobox", "aria-label": "Go to a room, a person or a command", "aria-expanded": "true",
    "aria-controls": "palette-list", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", placeholder: "Rooms, people, commands…",
  });
  const list = h("ul", { id: "palette-list", role: "listbox", "aria-label": "Results" });
  const dialog = openDialog({ name: "palette", label: "Palette", focus: input }, input, list);
  /** @type {Entry[]} */ let entries = [];
  let chosen = 0;

  /** @param {Entry|undefined} entry */
  function choose(entry) {
    if (!entry) return;
    dialog.close();
    entry.run();
  }

  function draw() {
    list.replaceChildren(
      ...entries.map((entry, at) =>
        h("li", { role: "option", id: `palette-${at}`, data: { kind: entry.kind }, "aria-selected": String(at === chosen), on: { click: () => choose(entry) } },
          h("bdi", { class: "palette-label" }, entry.label),
          h("span", { class: "note" }, entry.note),
          entry.keys ? h("kbd", null, caps(entry.keys).join(" ")) : null),
      ),
    );
    if (!entries.length) list.append(h("li", { class: "nothing", role: "option", "aria-disabled": "true", "aria-selected": "false" }, "No results."));
    setAttr(input, "aria-activedescendant", entries.length ? `palette-${chosen}` : null);
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  }

  function update() {
    entries = find(app, app.state(), input.value.trim());
    chosen = 0;
    draw();
  }

  input.addEventListener("input", update);
  onKey(input, (event) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by && entries.length) chosen = (chosen + by + entries.length) % entries.length;
    else if (event.key === "Enter") choose(entries[chosen]);
    else return;
    event.preventDefault();
    if (by) draw();
  });
  update();
}

/** @param {App} app @param {State} state @param {string} query @returns {Entry[]} */
function find(app, state, query) {
  if (query === "") {
    const ids = [...state.recent, ...sortedRooms(state).map((room) => room.id)];
    const order = [...new Set(ids)].filter((id) => id !== state.current);
    return [...order.slice(0, MOST_ROOMS).flatMap((id) => roomEntries(app, state, id)), ...commandEntries(app)];
  }
  const all = [
    ...sortedRooms(state).flatMap((room) => roomEntries(app, state, room.id)),
    ...personEntries(app, state),
    ...commandEntries(app),
  ];
  return all
    .map((entry) => ({ entry, rank: match(query, entry.label) ?? match(query.replace(/^[#@/]/, ""), entry.label.slice(1)) ?? (entry.kind === "command" && match(query, entry.note) !== null ? 4 : null) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => /** @type {number} */ (a.rank) - /** @type {number} */ (b.rank))
    .slice(0, MOST)
    .map(({ entry }) => entry);
}

/** @param {App} app @param {State} state @param {string} id @returns {Entry[]} */
function roomEntries(app, state, id) {
  const room = state.rooms[id];
  if (!room) return [];
  const { unread, mentions } = unreadOf(state, room);
  const note = mentions ? plural(mentions, "mention") : unread ? `${unread} unread` : room.topic;
  const run = () => (app.dispatch({ type: "room-opened", room: id }), app.focusComposer());
  return [{ label: roomTitle(room, state.user?.id ?? null), note, kind: "room", run }];
}

/** @param {App} app @param {State} state @returns {Entry[]} */
function personEntries(app, state) {
  const members = state.current ? (state.people[state.current]?.members ?? []) : [];
  return members
    .filter((user) => user.id !== state.user?.id)
    .map((user) => ({ label: `@${user.name}`, note: user.online ? "online" : "offline", kind: "person", run: () => app.mention(user.name) }));
}

/** @param {App} app @returns {Entry[]} */
function commandEntries(app) {
  const slashes = COMMANDS.map(({ name, args, does }) => ({
    label: `/${name}`, note: does, kind: /** @type {const} */ ("command"), run: () => app.startCommand(`/${name}`, args),
  }));
  const keys = KEYS.filter(({ inPalette }) => inPalette).map(({ keys: [first], does, run }) => ({
    label: does, note: "", keys: first, kind: /** @type {const} */ ("command"), run: () => run?.(app),
  }));
  return [...slashes, ...keys];
}
