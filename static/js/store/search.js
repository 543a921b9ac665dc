// @ts-check
// Searching: what is looked for, and what was found. One question is under way at a time; of what is typed meanwhile only the newest is
// asked next. So no answer overwrites a newer one, and the server is asked no faster than it answers.
/** @import { State, Effect, Handlers, Hit, Message, Search } from "../types.js" */

/** @param {State} state @param {Partial<Search>} changes @returns {State} */
const withSearch = (state, changes) => ({ ...state, search: { ...state.search, ...changes } });

/** Where the hits on screen go on: they may be those of an earlier question. @param {Search} search */
const cursor = ({ q, answered, next }) => (answered === q ? next : null);

/** Asks for the next page of what is looked for, unless something is under way. @param {State} state @returns {[State, Effect[]]} */
function ask(state) {
  const { q, asking } = state.search;
  if (q === "" || asking !== null) return [state, []];
  return [withSearch(state, { asking: q }), [{ do: "search", q, before: cursor(state.search) }]];
}

/** Asks again for what could not be asked. @param {State} state @returns {[State, Effect[]]} */
export const retrySearch = (state) => (state.search.failed ? ask(withSearch(state, { failed: null })) : [state, []]);

/** A message that was found has changed, or is gone. @param {State} state @param {string} id @param {(message: Message) => Message} to @returns {State} */
export function changeHit(state, id, to) {
  if (!state.search.hits.some(({ message }) => message.id === id)) return state;
  const hits = state.search.hits.map((hit) => (hit.message.id === id ? changed(hit, to(hit.message)) : hit));
  return withSearch(state, { hits: hits.filter(({ message }) => !message.deleted) });
}

/** The marks are those of the earlier text. @param {Hit} hit @param {Message} message @returns {Hit} */
const changed = (hit, message) => (hit.message.body === message.body ? { ...hit, message } : { ...hit, message, marks: [] });

/** A room is gone, and what was found in it. @param {State} state @param {string} room @returns {State} */
export const dropHits = (state, room) => withSearch(state, { hits: state.search.hits.filter((hit) => hit.room !== room) });

/** @type {Handlers} */
export const searching = {
  /** `q` is what is asked of `text`; `again`: also if it was asked before. */
  "search-typed"(state, { text, q, again = false }) {
    if (q === state.search.q && !again) return withSearch(state, { text });
    const fresh = withSearch(state, { text, q, refusal: null, failed: null, opened: null });
    if (q === "") return withSearch(fresh, { hits: [], next: null, answered: null });
    return ask(again ? withSearch(fresh, { answered: null }) : fresh);
  },

  "search-loaded"(state, { q, before, page }) {
    const { search } = state;
    const idle = withSearch(state, { asking: null });
    if (q !== search.q || before !== cursor(search)) return ask(idle);
    const known = new Set(before === null ? [] : search.hits.map(({ message }) => message.id));
    const arrived = /** @type {Hit[]} */ (page.hits).filter(({ message }) => !known.has(message.id));
    const hits = before === null ? arrived : [...search.hits, ...arrived];
    const found = withSearch(idle, { hits, next: page.next ?? null, answered: q, refusal: null, failed: null });
    const unknown = new Set(arrived.map(({ room }) => room).filter((room) => !state.rooms[room] && !search.rooms[room]));
    const names = [...unknown].map((room) => ({ do: "load-found-room", room }));
    // Much had to be looked through, and nothing was found yet.
    const [next, effects] = page.next && arrived.length === 0 ? ask(found) : [found, []];
    return [next, [...names, ...effects]];
  },

  "search-failed"(state, { q, reason, status, retryAfter }) {
    const { search } = state;
    const idle = withSearch(state, { asking: null });
    if (q !== search.q) return ask(idle);
    const hits = search.answered === q ? search.hits : [];
    if (status === 400) return withSearch(idle, { refusal: reason, hits: [], next: null, answered: null });
    const failed = withSearch(idle, { failed: reason, hits });
    return [failed, retryAfter ? [{ do: "wake-in", ms: retryAfter, event: { type: "search-retried" } }] : []];
  },

  /** The reader has come to the end of what is here. */
  "search-more-wanted"(state) {
    const { failed } = state.search;
    return cursor(state.search) && !failed ? ask(state) : state;
  },

  "search-retried"(state) {
    return retrySearch(state);
  },

  /** A room in which something was found, and of which the user is no member. */
  "search-room"(state, { room }) {
    return withSearch(state, { rooms: { ...state.search.rooms, [room.id]: room } });
  },

  /** The reader goes to a hit, and may come back. */
  "hit-opened"(state, { id }) {
    return withSearch(state, { opened: id });
  },
};
