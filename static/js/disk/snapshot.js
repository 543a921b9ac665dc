// @ts-check
// What is kept of the state, so that the next visit starts with something to read and asks only for what is missing.
// Cursors and pages are written together: a page without its cursor would have a hole.
/** @import { State } from "../types.js" */
import { emptyTimeline } from "../store/state.js";

/** Rooms and rows kept: what a reader scrolls through before the server has answered. */
const ROOMS = 20;
const ROWS = 60;
/** A snapshot of another shape is ignored. */
const SHAPE = 2;

/** @param {State} state */
export function snapshotOf(state) {
  const { user, epoch, rooms, cursors, counted, current, recent, ignored, followed, muted } = state;
  /** @type {State["timelines"]} */ const timelines = {};
  for (const id of recent.slice(0, ROOMS)) {
    const timeline = state.timelines[id];
    if (!timeline?.loaded) continue;
    const items = timeline.items.slice(-ROWS);
    const before = timeline.before || items.length < timeline.items.length;
    // Messages from far above are better than an empty page; the next visit goes on to the newest.
    const { after, latest } = timeline;
    timelines[id] = { ...emptyTimeline(), items, before, after, stale: after, latest, loaded: true };
  }
  return { shape: SHAPE, user, epoch, rooms, cursors, counted, current, recent, ignored, followed, muted, timelines, users: authors(state, timelines) };
}

/** Those who wrote what is kept, as they are shown. @param {State} state @param {State["timelines"]} timelines */
function authors(state, timelines) {
  /** @type {State["users"]} */ const users = {};
  for (const { items } of Object.values(timelines)) {
    for (const item of items) {
      const known = item.kind === "message" ? state.users[item.message.author.id] : undefined;
      if (known) users[known.id] = known;
    }
  }
  return users;
}

/** @param {any} kept @returns {Partial<State>} */
export function fromSnapshot(kept) {
  if (kept?.shape !== SHAPE || !kept.user) return {};
  const { shape: _, ...snapshot } = kept;
  return snapshot;
}
