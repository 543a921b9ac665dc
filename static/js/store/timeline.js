// @ts-check
// The loaded part of a room's log: one contiguous range, never more than MAX_ITEMS of it; and the pages that extend it.
/** @import { State, Effect, Handlers, Item, Message, Timeline } from "../types.js" */
import { cursorOf } from "./cursor.js";
import { applyChanges } from "./messages.js";
import { emptyTimeline, withTimeline } from "./state.js";

/** Most rows that the page keeps of a room, in memory and in the document. */
export const MAX_ITEMS = 300;
/** What a cut leaves: cutting is rare, even in a flood. */
const KEPT_AFTER_CUT = 240;
/** Messages asked for at once: two screens. */
export const PAGE_SIZE = 50;

/** @param {Message} message @returns {Item} */
export const messageItem = (message) => ({ kind: "message", seq: message.seq, message });

/** Asks for a page. @param {State} state @param {string} id @param {"newest"|"around"|"before"|"after"} where @param {number} [seq] @returns {[State, Effect[]]} */
export function loadPage(state, id, where, seq) {
  const load = (state.timelines[id]?.load ?? 0) + 1;
  return [
    withTimeline(state, id, { loading: where, failed: null, load, changes: [] }),
    [{ do: "load", room: id, where, seq, limit: PAGE_SIZE, load }],
  ];
}

/** Loads the newest page of a room of which nothing is loaded. @param {State} state @param {string|null} id @returns {[State, Effect[]]} */
export function ensurePage(state, id) {
  if (!id) return [state, []];
  const timeline = state.timelines[id] ?? emptyTimeline();
  return (timeline.loaded && !timeline.stale) || timeline.loading ? [state, []] : loadPage(state, id, "newest");
}

/** Asks again for what could not be loaded. @param {State} state @param {string|null} id @returns {[State, Effect[]]} */
export function retryPage(state, id) {
  const timeline = id ? state.timelines[id] : undefined;
  if (!id || !timeline?.failed) return [state, []];
  const { items, loaded, retry } = timeline;
  if (!loaded || retry === "newest" || retry === "around") return loadPage(state, id, "newest");
  return retry === "before" ? loadPage(state, id, "before", items[0].seq) : loadPage(state, id, "after", items[items.length - 1].seq);
}

/** Goes to the live end, whatever range is loaded. @param {State} state @param {string} id @returns {[State, Effect[]]} */
export function toLiveEnd(state, id) {
  const timeline = state.timelines[id];
  if (!timeline) return [state, []];
  const there = withTimeline({ ...state, linked: null }, id, { jump: { seq: null, n: timeline.jump.n + 1 }, below: 0, atEnd: true });
  return timeline.after ? loadPage(there, id, "newest") : [there, []];
}

/** Two ascending runs as one, each seq once; of two, the one in `newer` wins. @param {Item[]} older @param {Item[]} newer */
export function merge(older, newer) {
  /** @type {Map<number, Item>} */ const bySeq = new Map();
  for (const item of [...older, ...newer]) bySeq.set(item.seq, item);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** Cuts the loaded range to its size at the end that the reader is farther from. A page on its way to that end would not join what
 * is left: it is not awaited any more. @param {Timeline} timeline @param {"start"|"end"} cut @returns {Timeline} */
export function trim(timeline, cut) {
  const { items, loading, load } = timeline;
  if (items.length <= MAX_ITEMS) return timeline;
  const isVoid = loading === (cut === "start" ? "before" : "after");
  const left = isVoid ? { ...timeline, loading: null, load: load + 1 } : timeline;
  return cut === "start"
    ? { ...left, items: items.slice(-KEPT_AFTER_CUT), before: true }
    : { ...left, items: items.slice(0, KEPT_AFTER_CUT), after: true };
}

/** @type {Handlers} */
export const pages = {
  "older-wanted"(state, { room }) {
    const timeline = state.timelines[room];
    if (!timeline?.before || cannotLoad(timeline)) return state;
    return loadPage(state, room, "before", timeline.items[0].seq);
  },

  "newer-wanted"(state, { room }) {
    const timeline = state.timelines[room];
    if (!timeline?.after || cannotLoad(timeline)) return state;
    return loadPage(state, room, "after", timeline.items[timeline.items.length - 1].seq);
  },

  /** The reader asks again for what could not be loaded. */
  "page-retried"(state, { room }) {
    return retryPage(state, room);
  },

  "live-end-wanted"(state, { room }) {
    return toLiveEnd(state, room);
  },

  /** `prefetched`: it was asked for before the page knew how far the room had come. */
  "page-loaded"(state, { room, where, load, page, prefetched = false }) {
    const timeline = state.timelines[room];
    if (!timeline || timeline.load !== load) return state;
    const arrived = /** @type {Message[]} */ (page.messages).map(messageItem);
    const next = withoutBelow(joined[/** @type {keyof typeof joined} */ (where)](timeline, arrived, page));
    const joinedPage = withTimeline(state, room, { ...next, loading: null, loaded: true, stale: false, failed: null, retry: null });
    const done = applyChanges(joinedPage, room);
    const missed = where !== "before" && !next.after ? missesLatest(timeline, next.items, arrived) : null;
    const last = arrived[arrived.length - 1]?.seq ?? 0;
    // Between that page and the room's position something may be missing: it is there to read until the next one comes.
    if (prefetched && last < (state.rooms[room]?.last_seq ?? 0)) return loadPage(done, room, "newest");
    return missed !== null ? loadPage(done, room, "after", missed) : [done, [{ do: "snapshot" }]];
  },

  "page-failed"(state, { room, load, reason }) {
    const timeline = state.timelines[room];
    return timeline?.load === load ? withTimeline(state, room, { loading: null, failed: reason, retry: timeline.loading }) : state;
  },

  /** What is cached of the room is not the truth any more. */
  Reset(state, { room, last_seq: seq, at }) {
    if (!state.rooms[room]) return state;
    const { load, jump } = state.timelines[room] ?? emptyTimeline();
    const dropped = {
      ...state,
      outbox: state.outbox.filter((entry) => entry.status !== "sent" || entry.room !== room),
      cursors: { ...state.cursors, [room]: cursorOf(seq, at) },
      timelines: { ...state.timelines, [room]: { ...emptyTimeline(), load, jump: { seq: null, n: jump.n + 1 } } },
    };
    const [asked, loads] = room === state.current ? loadPage(dropped, room, "newest") : [dropped, []];
    return [asked, [...loads, { do: "fetch-room", room }, { do: "snapshot" }]];
  },
};

/** Nothing more is asked for now, or by itself. @param {Timeline} timeline */
const cannotLoad = (timeline) => timeline.loading !== null || timeline.failed !== null || timeline.items.length === 0;

/** How a page joins the loaded range, by where it was asked for. */
const joined = {
  /** @param {Timeline} timeline @param {Item[]} arrived @param {any} page @returns {Timeline} */
  newest(timeline, arrived, page) {
    const first = arrived[0]?.seq ?? 0;
    const live = timeline.after ? [] : timeline.items.filter((item) => item.seq >= first);
    return { ...timeline, items: merge(arrived, live), before: page.has_more_before, after: false };
  },
  /** @param {Timeline} timeline @param {Item[]} arrived @param {any} page @returns {Timeline} */
  around(timeline, arrived, page) {
    const together = !page.has_more_after && !timeline.after ? merge(arrived, timeline.items) : arrived;
    const atEnd = timeline.atEnd && !page.has_more_after;
    return { ...timeline, items: together, before: page.has_more_before, after: page.has_more_after, atEnd };
  },
  /** @param {Timeline} timeline @param {Item[]} arrived @param {any} page @returns {Timeline} */
  before(timeline, arrived, page) {
    return trim({ ...timeline, items: merge(arrived, timeline.items), before: page.has_more_before }, "end");
  },
  /** @param {Timeline} timeline @param {Item[]} arrived @param {any} page @returns {Timeline} */
  after(timeline, arrived, page) {
    return trim({ ...timeline, items: merge(timeline.items, arrived), after: page.has_more_after }, "start");
  },
};

/** A loaded range at the live end has nothing below it but what the reader has not scrolled to. @param {Timeline} timeline */
const withoutBelow = (timeline) => (timeline.atEnd && !timeline.after ? { ...timeline, below: 0 } : timeline);

/** A message that arrived live while the page was on its way may be newer than the page. Gives the seq to go on from.
 * @param {Timeline} before @param {Item[]} items @param {Item[]} arrived @returns {number|null} */
function missesLatest(before, items, arrived) {
  const last = items[items.length - 1]?.seq ?? 0;
  return before.after && arrived.length > 0 && before.latest > last ? last : null;
}
