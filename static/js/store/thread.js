// @ts-check
// The thread beside the timeline: the message that it began with, and its replies. They stand in the room's log like any
// message; this is a view of it.
/** @import { State, Effect, Handlers, Message, Thread } from "../types.js" */

/** Messages of a thread asked for at once. */
const PAGE = 100;

/** @param {State} state @param {Partial<Thread>} changes @returns {State} */
const withThread = (state, changes) => (state.thread ? { ...state, thread: { ...state.thread, ...changes } } : state);

/** @param {Thread} thread @returns {Effect} */
function load({ room, first, messages }) {
  const oldest = messages[0]?.seq;
  return { do: "load-thread", room, first, page: oldest ? { before: oldest, limit: PAGE } : { limit: PAGE } };
}

/** Each message once, in their order; of two, the one in `newer` wins. @param {Message[]} older @param {Message[]} newer */
function merge(older, newer) {
  const bySeq = new Map([...older, ...newer].map((message) => [message.seq, message]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** @type {Handlers} */
export const threads = {
  /** `first` is the message that the thread began with. */
  "thread-opened"(state, { room, first }) {
    if (state.thread?.first === first) return { ...state, drawer: state.drawer === "rooms" ? null : state.drawer };
    /** @type {Thread} */ const thread = { room, first, messages: [], loading: true, loaded: false, before: false, failed: null };
    return [{ ...state, drawer: null, thread }, [load(thread)]];
  },

  "thread-closed"(state) {
    return state.thread ? { ...state, thread: null } : state;
  },

  "thread-loaded"(state, { first, page }) {
    const { thread } = state;
    if (!thread || thread.first !== first) return state;
    return withThread(state, { messages: merge(page.messages, thread.messages), before: page.has_more_before, loading: false, loaded: true, failed: null });
  },

  "thread-failed"(state, { first, reason }) {
    return state.thread?.first === first ? withThread(state, { loading: false, failed: reason }) : state;
  },

  /** Earlier replies, or what could not be loaded. */
  "thread-wanted"(state) {
    const { thread } = state;
    if (!thread || thread.loading) return state;
    return [withThread(state, { loading: true, failed: null }), [load(thread)]];
  },

  /** The user follows a thread now, or no longer. */
  ThreadFollowed(state, { message_id: first, following }) {
    const others = state.followed.filter((one) => one !== first);
    return [{ ...state, followed: following ? [first, ...others] : others }, [{ do: "snapshot" }]];
  },
};
