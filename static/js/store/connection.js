// @ts-check
// Signing in and out, and the life of the one WebSocket: connecting, catching up, connected, offline.
/** @import { State, Handlers } from "../types.js" */
import { emptyTimeline, initialState, withConnection } from "./state.js";
import { cursorOf } from "./cursor.js";
import { flush, requeue } from "./outbox.js";
import { ensurePage, retryPage } from "./timeline.js";
import { focusFrame, roomToOpen } from "./rooms.js";
import { readFrames } from "./read-position.js";
import { retrySearch } from "./search.js";

/** Why nobody stays signed in here. */
export const NO_COOKIE =
  "This browser does not keep the cookie that signs you in, so to the server you are someone new each time. Allow cookies for this site, then reload the page. If they are allowed, a proxy on the way removes them.";

/** Why nobody is signed in yet. */
export const LOST =
  "The connection broke while the server made a guest for you, and its answer did not arrive. Choose how to sign in.";

/** The program's name as it stands in the list of devices. */
const CLIENT = "chat-web/1.0";

/** The first frame of a connection. @param {State} state @param {string} [device] where the page runs, as its owner would call it */
export function helloFrame(state, device) {
  const known = state.epoch !== null && Object.keys(state.cursors).length > 0;
  const frame = { type: "Hello", client: device ? `${CLIENT} (${device})` : CLIENT, blocks: true };
  return known ? { ...frame, epoch: state.epoch, cursors: state.cursors } : frame;
}

/** @type {Handlers} */
export const connection = {
  /** What an earlier visit left on this device. */
  restored(state, { snapshot, outbox, drafts }) {
    return { ...state, ...snapshot, outbox, drafts };
  },

  /** `fresh`: with a cookie that the server has just set, and has not seen yet. */
  "signed-in"(state, { user, fresh = false }) {
    if (state.user && state.user.id !== user.id) {
      const other = { ...asAnother(state, user), fresh };
      return [other, [{ do: "forget-cache" }, { do: "load-outbox" }, { do: "disconnect" }, { do: "connect" }]];
    }
    return [
      { ...withConnection(state, { status: "connecting", reason: null }), user, signIn: "in", signInReason: null, invite: null, fresh },
      [{ do: "snapshot" }, { do: "connect" }],
    ];
  },

  /** Another page of this browser has signed in: all its pages have that user's cookie now. */
  "user-replaced"(state, { user, now }) {
    if (state.signIn === "starting") return state;
    if (!state.user || (state.user.id === user.id && state.signIn === "out")) return connection["signed-in"](state, { user, now });
    if (state.user.id === user.id) return state;
    const other = asAnother(state, user);
    const effects = [{ do: "forget-cache" }, { do: "load-outbox" }, { do: "disconnect" }, { do: "connect" }];
    return [other, [...effects, { do: "show-user-replaced", from: state.user.name, to: user.name }]];
  },

  /** An invite brought the visitor here; who is somebody already needs none. */
  invited(state, { invite }) {
    return state.user ? [state, [{ do: "toast", text: `You are ${state.user.name} here already. The invite is for somebody new.` }]] : { ...state, invite };
  },

  "user-changed"(state, { user }) {
    return [{ ...state, user, users: { ...state.users, [user.id]: user } }, [{ do: "snapshot" }]];
  },

  /** The session is over. What was read here goes; what was written and not sent stays. */
  "signed-out"(state, { reason }) {
    const { page, peopleShown, folding, user, outbox, drafts, invite } = state;
    const gone = { ...initialState(), page, peopleShown, folding, invite };
    if (state.fresh) {
      // The server set a cookie a moment ago and does not get it back.
      const lost = { ...gone, outbox, drafts, signIn: /** @type {const} */ ("out"), signInReason: NO_COOKIE };
      return [requeue(withConnection(lost, { status: "signed-out", reason: "no cookie" })), [{ do: "disconnect" }, { do: "forget-cache" }]];
    }
    // A guest whose name was given back while away simply gets a new one.
    if (state.session === null && user?.role === "guest" && outbox.length === 0) {
      return [gone, [{ do: "disconnect" }, { do: "forget-cache" }, { do: "start-session" }]];
    }
    const out = { ...gone, user, outbox, drafts, signIn: /** @type {const} */ ("out"), signInReason: reason };
    return [requeue(withConnection(out, { status: "signed-out", reason })), [{ do: "disconnect" }, { do: "forget-cache" }]];
  },

  connecting(state) {
    return withConnection(state, { status: "connecting", retryAt: null, latency: null });
  },

  /** The socket is gone. What was sent and not answered is asked again on the next one. */
  "connection-lost"(state, { retryAt, reason }) {
    if (state.signIn === "out") return state;
    return {
      ...requeue(withConnection(state, { status: "offline", retryAt, reason, latency: null })),
      typing: {},
      typed: null,
    };
  },

  latency(state, { ms }) {
    return state.connection.latency === ms ? state : withConnection(state, { latency: ms });
  },

  Welcome(state, { user, session, epoch, server, rooms, limits, ignored = [], followed_threads: followed = [] }) {
    if (state.user && state.user.id !== user.id) {
      // Another page of this browser signed in as someone else: our cursors are not theirs.
      const why = "signed in as another user elsewhere";
      const effects = [{ do: "forget-cache" }, { do: "load-outbox" }, { do: "resync", why }];
      return [asAnother(state, user), [...effects, { do: "show-user-replaced", from: state.user.name, to: user.name }]];
    }
    /** @type {State["rooms"]} */ const known = {};
    /** @type {State["cursors"]} */ const cursors = {};
    /** @type {State["counted"]} */ const counted = {};
    /** @type {State["timelines"]} */ const timelines = {};
    let total = 0;
    for (const room of rooms) {
      known[room.id] = room;
      counted[room.id] = room.last_seq;
      const kept = state.epoch === null ? undefined : state.cursors[room.id];
      cursors[room.id] = kept ?? cursorOf(room.last_seq, room.last_at);
      if (kept) {
        total += Math.max(0, room.last_seq - kept.seq);
        if (state.timelines[room.id]) timelines[room.id] = state.timelines[room.id];
      } else {
        timelines[room.id] = emptyTimeline();
      }
    }
    const welcomed = {
      ...withConnection(state, { status: "catching-up", retryAt: null, reason: null, total, done: 0 }),
      user,
      signIn: /** @type {const} */ ("in"),
      fresh: false,
      session,
      epoch,
      server,
      limits,
      ignored,
      followed,
      // What was pinned meanwhile is not known here.
      pinned: {},
      rooms: known,
      cursors,
      counted,
      timelines,
      users: { ...state.users, [user.id]: user },
    };
    const [opened, effects] = roomToOpen(welcomed);
    return [opened, [{ do: "snapshot" }, ...effects]];
  },

  Live(state, { now }) {
    const live = withConnection(state, { status: "connected" });
    const [flushed, sends] = flush(live, now);
    const failed = flushed.current !== null && flushed.timelines[flushed.current]?.failed;
    // What could not be loaded without the server can be now.
    const [ready, loads] = failed ? retryPage(flushed, flushed.current) : ensurePage(flushed, flushed.current);
    const [searched, asks] = retrySearch(ready);
    return [searched, [{ do: "live" }, ...focusFrame(ready), ...sends, ...readFrames(ready), ...loads, ...asks]];
  },

  Draining(state) {
    return withConnection(state, { reason: "the server is restarting" });
  },
};

/** A new start as another user, with the page as it stands. @param {State} state @param {import("../types.js").User} user @returns {State} */
function asAnother({ page, peopleShown, folding }, user) {
  return { ...initialState(), page, peopleShown, folding, user, signIn: "in" };
}
