// @ts-check
// The initial state, and the small copies that the reducers make.
/** @import { State, Timeline, Connection } from "../types.js" */

/** @returns {State} */
export function initialState() {
  return {
    user: null,
    invite: null,
    signIn: "starting",
    signInReason: null,
    fresh: false,
    session: null,
    epoch: null,
    limits: {},
    server: null,
    connection: { status: "connecting", retryAt: null, latency: null, reason: null, total: 0, done: 0 },
    rooms: {},
    cursors: {},
    counted: {},
    unconfirmedReads: {},
    timelines: {},
    people: {},
    typing: {},
    users: {},
    outbox: [],
    throttled: [],
    drafts: {},
    current: null,
    wanted: null,
    linked: null,
    recent: [],
    typed: null,
    page: { visible: true, focused: true },
    drawer: null,
    peopleShown: true,
    folding: false,
    ignored: [],
    followed: [],
    muted: {},
    pinned: {},
    quoted: {},
    replying: {},
    editing: null,
    editingIn: "room",
    deleting: {},
    thread: null,
    wantedSeq: null,
    search: { text: "", q: "", asking: null, answered: null, hits: [], next: null, refusal: null, failed: null, opened: null, rooms: {} },
  };
}

/** @returns {Timeline} */
export function emptyTimeline() {
  return {
    items: [],
    before: false,
    after: false,
    loading: null,
    loaded: false,
    stale: false,
    failed: null,
    retry: null,
    load: 0,
    changes: [],
    latest: 0,
    divider: null,
    keptUnread: false,
    below: 0,
    atEnd: true,
    jump: { seq: null, n: 0 },
  };
}

/** @param {State} state @param {Partial<Connection>} changes @returns {State} */
export function withConnection(state, changes) {
  return { ...state, connection: { ...state.connection, ...changes } };
}

/** @param {State} state @param {string} room @param {Partial<Timeline>} changes @returns {State} */
export function withTimeline(state, room, changes) {
  const before = state.timelines[room] ?? emptyTimeline();
  return { ...state, timelines: { ...state.timelines, [room]: { ...before, ...changes } } };
}

/** @param {State} state @param {string} room @param {object} changes @returns {State} */
export function withRoom(state, room, changes) {
  const before = state.rooms[room];
  return before ? { ...state, rooms: { ...state.rooms, [room]: { ...before, ...changes } } } : state;
}

/** A copy of `record` without `key`. @template T @param {Record<string, T>} record @param {string} key */
export function without(record, key) {
  if (!(key in record)) return record;
  const { [key]: _, ...rest } = record;
  return rest;
}

/** The reader sees what arrives: the page is on screen and has the focus. @param {State} state */
export const attentive = (state) => state.page.visible && state.page.focused;
