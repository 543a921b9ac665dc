// @ts-check
// The search (Ctrl-F): what was said, found while one types. Enter opens the chosen message in its room; Back leads to the results again.
/** @import { App } from "../../app.js" */
/** @import { State, Hit } from "../../types.js" */
import { h, keyed, setAttr, setText } from "../../kit/dom.js";
import { markedPieces } from "../../kit/marks.js";
import { serverNow } from "../../kit/server-clock.js";
import { calledName, number, wordsOf } from "../../kit/text.js";
import { dayName, fullTime, timeOfDay } from "../../kit/time.js";
import { combo } from "../../keyboard/keys.js";
import { onKey } from "../../keyboard/listen.js";
import { FILTERS, askedOf, filtersAt, hasFilter, roomFilter, toggleFilter } from "../../keyboard/search-filters.js";
import { roomTitle } from "../../store/titles.js";
import { Completions } from "../composer/completions.js";
import { insert } from "../composer/insert.js";
import { keepResults } from "../history.js";
import { openDialog } from "./dialog.js";
import { dayForm } from "./search-day.js";

/** Of a message so many letters are shown. */
const SHOWN = 240;
/** Nearer than this to the end of the list the next page is asked for, in px. */
const NEAR = 300;

/** @param {App} app @param {string} [about] what to look for; empty: what was looked for last, again; none given: the results as they were left */
export function openSearch(app, about) {
  const left = app.state().search;
  const input = h("input", {
    type: "text", class: "search-input", role: "combobox", "aria-label": "Search messages", "aria-expanded": "true", "aria-controls": "search-hits search-completions",
    "aria-autocomplete": "list", "aria-describedby": "search-refusal", autocomplete: "off", spellcheck: "false", enterkeyhint: "search", maxlength: 500,
    placeholder: "Words, “a phrase”, -without, from:somebody", value: about || left.text,
  });
  const list = h("ul", { id: "search-hits", class: "hits", role: "listbox", "aria-label": "Messages" });
  const offered = h("ul", { id: "search-completions", class: "completions", role: "listbox", "aria-label": "Filters", hidden: true });
  const refusal = h("p", { class: "refusal", id: "search-refusal", role: "alert" });
  const note = h("p", { class: "help search-note", role: "status" });
  const retry = h("button", { type: "button", class: "link", hidden: true, on: { click: () => app.dispatch({ type: "search-retried" }) } }, "Try again");
  const chips = h("div", { class: "search-chips", role: "group", "aria-label": "Filters" }, ...chipsOf(app, input));
  const dialog = openDialog({ name: "search", label: "Search", title: "Search", focus: input },
    h("div", { class: "search-box" }, input, offered), refusal, chips, h("div", { class: "search-notes" }, note, retry), list, dayForm(app, () => dialog.close()));
  const completions = new Completions(app, input, offered, (state, text, caret) => filtersAt(state, text, caret, serverNow()));
  /** @type {string|null} */ let chosen = about === undefined ? left.opened : null;

  /** @param {boolean} [again] also if it was asked before */
  function look(again = false) {
    completions.update();
    app.dispatch({ type: "search-typed", text: input.value, q: askedOf(input.value, completions.shown), again });
  }

  /** @param {Hit|undefined} hit */
  function open(hit) {
    if (!hit) return;
    app.dispatch({ type: "hit-opened", id: hit.message.id });
    keepResults();
    dialog.close();
    app.goToMessage(hit.room, hit.message.seq);
  }

  /** @param {State} state */
  function draw(state) {
    const { search } = state;
    const { hits } = search;
    if (!hits.some(({ message }) => message.id === chosen)) chosen = hits[0]?.message.id ?? null;
    keyed(list, hits, {
      key: (hit) => `${hit.message.id} ${hit.message.edited_at ?? ""} ${nameOf(state, hit.room)}`,
      create: (hit) => element(state, hit, () => open(hit)),
    });
    for (const row of list.children) setAttr(row, "aria-selected", String(row.id === `hit-${chosen}`));
    setAttr(input, "aria-activedescendant", completions.shown ? input.getAttribute("aria-activedescendant") : chosen ? `hit-${chosen}` : null);
    setAttr(input, "aria-invalid", search.refusal ? "true" : null);
    setText(refusal, search.refusal ?? "");
    setText(note, words(state));
    setAttr(retry, "hidden", !search.failed || state.connection.status !== "connected");
    setAttr(list, "data-stale", search.q !== search.answered);
    for (const chip of chips.children) if (chip instanceof HTMLElement && chip.dataset.filter) setAttr(chip, "aria-pressed", String(hasFilter(input.value, chip.dataset.filter)));
    if (list.scrollHeight - list.scrollTop - list.clientHeight < NEAR) queueMicrotask(() => app.dispatch({ type: "search-more-wanted" }));
  }

  const stop = app.watch(draw);
  dialog.addEventListener("close", stop);
  input.addEventListener("input", () => look());
  list.addEventListener("scroll", () => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR && app.dispatch({ type: "search-more-wanted" }));
  // In here these keys are the browser's own: its search of the page.
  onKey(dialog, (event) => void (/^(Ctrl|Meta)\+F$/.test(combo(event)) && event.stopPropagation()));
  onKey(input, (event) => {
    if (completions.onKey(event)) return;
    const { hits } = app.state().search;
    const at = hits.findIndex(({ message }) => message.id === chosen);
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by && hits.length) chosen = hits[Math.min(Math.max(at + by, 0), hits.length - 1)].message.id;
    else if (event.key === "Enter") open(hits[at]);
    else return;
    event.preventDefault();
    draw(app.state());
    document.getElementById(`hit-${chosen}`)?.scrollIntoView({ block: "nearest" });
  });
  if (about === undefined) draw(app.state());
  else look(true);
  if (about === "") input.select();
  else input.setSelectionRange(input.value.length, input.value.length);
  document.getElementById(`hit-${chosen}`)?.scrollIntoView({ block: "center" });
}

/** What a search has come to. @param {State} state */
function words({ search, connection }) {
  const { q, answered, hits, next, failed, refusal } = search;
  if (q === "") return "Searches all rooms that you can read, however old.";
  if (refusal) return "";
  if (connection.status === "offline") return "You are offline. The server is asked as soon as it can be reached.";
  if (failed) return failed;
  if (answered !== q) return "Searching…";
  if (!hits.length) return next ? "Looking further back…" : "Nothing found.";
  return next ? `The newest ${number(hits.length)}. Scroll for more.` : hits.length === 1 ? "1 message." : `${number(hits.length)} messages.`;
}

/** @param {State} state @param {string} id of a room */
function nameOf(state, id) {
  const room = state.rooms[id] ?? state.search.rooms[id];
  return room ? roomTitle(room, state.user?.id ?? null) : "…";
}

/** @param {State} state @param {Hit} hit @param {() => void} open */
function element(state, { message, room, marks }, open) {
  const author = { ...message.author, ...state.users[message.author.id] };
  const pieces = markedPieces(wordsOf(message), marks, SHOWN).map(({ text, marked }) => (marked ? h("mark", null, text) : text));
  return h("li", { role: "option", id: `hit-${message.id}`, class: "hit", on: { click: open } },
    h("p", { class: "note" }, h("bdi", { class: "hit-room" }, nameOf(state, room)), h("bdi", { class: "hit-who" }, calledName(author)),
      h("time", { datetime: message.sent_at, title: fullTime(message.sent_at) }, `${dayName(message.sent_at, serverNow())} ${timeOfDay(message.sent_at)}`)),
    h("p", { class: "hit-body", dir: "auto" }, ...pieces));
}

/** A button for each filter, and one for the room on screen. @param {App} app @param {HTMLInputElement} input */
function chipsOf(app, input) {
  const { current, rooms, user } = app.state();
  const here = current ? roomFilter(rooms[current], user?.id ?? null) : null;
  /** @param {string} value @param {string} label @param {string} does */
  const chip = (value, label, does) => {
    const begins = value.endsWith(":");
    const click = () => insert(input, begins ? `${input.value.trimEnd()} ${value}`.trimStart() : toggleFilter(input.value, value), 0, input.value.length);
    return h("button", { type: "button", class: "small chip-filter", title: does, data: begins ? {} : { filter: value }, on: { click } }, label);
  };
  return [here && chip(here, "Here", "said in this room"), ...FILTERS.map(({ value, label, does }) => chip(value, label, does))].filter((one) => one !== null);
}
