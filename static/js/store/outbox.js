// @ts-check
// Messages that are not acknowledged yet. Each is on disk before it is sent, keeps its id, and is sent in the order in which it
// was written; it is removed only when the server has it or the user drops it.
/** @import { State, Outgoing, Effect, Handlers } from "../types.js" */
import { without } from "./state.js";
import { toLiveEnd } from "./timeline.js";
import { fullTime } from "../kit/time.js";

/** Messages of a room sent before they are acknowledged: enough to fill the line, few enough to be refused cheaply. */
const MAX_IN_FLIGHT = 8;
/** How long to wait when the server says "later" but not when, in ms. */
export const DEFAULT_WAIT = 2_000;
/** Refusals that pass by themselves: the message is sent again later. */
export const RETRYABLE = new Set(["rate_limited", "unavailable", "storage_full"]);

/** Those that a writer may send again by hand. */
const REFUSED = new Set(["failed", "waiting"]);

/** Puts everything unanswered back in the queue: a new connection starts free. @param {State} state @returns {State} */
export function requeue(state) {
  const outbox = state.outbox.map((entry) =>
    entry.status === "sending" || entry.status === "waiting" ? queued(entry) : entry,
  );
  return { ...state, outbox, throttled: [] };
}

/** Sends what may be sent now. @param {State} state @param {number} now @returns {[State, Effect[]]} */
export function flush(state, now) {
  if (state.connection.status !== "connected") return [state, []];
  /** @type {Effect[]} */ const effects = [];
  /** @type {Map<string, number>} */ const inFlight = new Map();
  /** @type {Set<string>} */ const blocked = new Set();
  const outbox = state.outbox.map((entry) => {
    if (entry.status === "sent" || entry.status === "failed" || blocked.has(entry.room)) return entry;
    const unanswered = inFlight.get(entry.room) ?? 0;
    const due = entry.status === "queued" || (entry.status === "waiting" && (entry.retryAt ?? 0) <= now);
    // After a refusal a room goes on one by one, the refused message first.
    const full = unanswered >= (state.throttled.includes(entry.room) ? 1 : MAX_IN_FLIGHT);
    if (entry.status === "uploading") {
      blocked.add(entry.room);
      return entry;
    }
    if (entry.status === "saving" || (entry.status !== "sending" && (!due || full))) {
      blocked.add(entry.room);
      return entry;
    }
    if (entry.files && !entry.ready) {
      // What was written after it goes after it.
      blocked.add(entry.room);
      effects.push({ do: "upload", entry });
      return { ...queued(entry), status: /** @type {const} */ ("uploading") };
    }
    inFlight.set(entry.room, unanswered + 1);
    if (entry.status === "sending") return entry;
    effects.push({ do: "send", frame: frameOf(entry) });
    return { ...queued(entry), tried: true, status: /** @type {const} */ ("sending") };
  });
  const throttled = state.throttled.filter((room) => outbox.some((entry) => entry.room === room && entry.status !== "failed"));
  return effects.length || throttled.length < state.throttled.length ? [{ ...state, outbox, throttled }, effects] : [state, []];
}

/** The message has come back as an event: it is in the log, whether or not its Ack came first.
 * @param {State} state @param {string} id @param {number} now @returns {[State, Effect[]]} */
export function receivedOwn(state, id, now) {
  const entry = state.outbox.find((other) => other.id === id);
  if (!entry) return [state, []];
  const rest = { ...state, outbox: state.outbox.filter((other) => other.id !== id) };
  const [flushed, sends] = flush(unblock(rest, id), now);
  return [flushed, entry.status === "sent" ? sends : [forget(entry), ...sends]];
}

/** It need not be kept any more, nor its files. @param {Outgoing} entry @returns {Effect} */
const forget = ({ id, files }) => ({ do: "outbox-delete", id, ...(files ? { files } : {}) });

/** What an acknowledged command did has been seen: it leaves the outbox. @param {State} state @param {{room: string, seq: number}} event @returns {State} */
export function settle(state, { room, seq }) {
  const isDone = (/** @type {Outgoing} */ entry) => entry.status === "sent" && entry.command !== undefined && entry.room === room && (entry.seq ?? 0) <= seq;
  return state.outbox.some(isDone) ? { ...state, outbox: state.outbox.filter((entry) => !isDone(entry)) } : state;
}

/** @type {Handlers} */
export const outbox = {
  /** The writer sends. `id` is made by the caller, since a reducer has no randomness. */
  "message-written"(state, { id, room, body, reply_to, files, at, thread = false, now }) {
    if (!state.user) return state;
    const answers = { ...(reply_to ? { reply_to } : {}), ...(files?.length ? { files } : {}) };
    /** @type {Outgoing} */
    const entry = { id, user: state.user.id, room, body, ...answers, at: at ?? new Date(now).toISOString(), status: "saving" };
    const replying = state.replying[room] && state.replying[room] === reply_to ? without(state.replying, room) : state.replying;
    // Sending ends typing at the server by itself.
    const written = { ...state, replying, typed: null, outbox: [...state.outbox, entry] };
    // Who writes in a thread stays where they read.
    const [shown, loads] = thread ? /** @type {[State, Effect[]]} */ ([written, []]) : toLiveEnd(written, room);
    return [shown, [{ do: "outbox-put", entry: queued(entry) }, ...loads]];
  },

  /** It is on disk (or this browser has none): now it may go. */
  "message-saved"(state, { id, kept = true, now }) {
    const unkept = kept ? {} : { unkept: true };
    return flush(change(state, id, (entry) => ({ ...(entry.status === "saving" ? queued(entry) : entry), ...unkept })), now);
  },

  /** Entries of this user that another page left behind. */
  "outbox-loaded"(state, { entries, now }) {
    const have = new Set(state.outbox.map((entry) => entry.id));
    const added = entries.filter((/** @type {Outgoing} */ entry) => !have.has(entry.id) && entry.user === state.user?.id);
    if (!added.length) return state;
    // Ids of version 7 sort by the time at which they were made.
    const all = [...state.outbox, ...added].sort((a, b) => (a.id < b.id ? -1 : 1));
    return flush({ ...state, outbox: all }, now);
  },

  Ack(state, { id, room, seq, now }) {
    const entry = state.outbox.find((one) => one.id === id);
    if (!entry) return state;
    const seen = seq <= (state.cursors[room]?.seq ?? 0);
    const acked = seen
      ? { ...state, outbox: state.outbox.filter((entry) => entry.id !== id) }
      : change(state, id, (entry) => ({ ...queued(entry), status: "sent", seq }));
    const [flushed, sends] = flush(unblock(acked, id), now);
    return [flushed, [forget(entry), ...sends]];
  },

  Error(state, { id, code, detail, retry_after_ms: wait, after, until, now }) {
    const entry = id ? state.outbox.find((other) => other.id === id) : undefined;
    if (!entry) return withoutMessage(state, code, wait);
    if (!RETRYABLE.has(code)) {
      const why = until ? `a moderator has muted you here until ${fullTime(until)}` : detail || code;
      const failed = change(state, id, (one) => ({ ...untried(one), status: "failed", reason: why }));
      const muted = until === undefined ? failed : { ...failed, muted: { ...failed.muted, [entry.room]: until } };
      const [flushed, sends] = flush(unblock(muted, id), now);
      const kept = flushed.outbox.find((one) => one.id === id);
      return [flushed, [{ do: "outbox-put", entry: kept }, ...sends]];
    }
    return postpone(state, entry, { code, wait: wait ?? DEFAULT_WAIT, after, now });
  },

  /** Time to try what was refused with a wait. */
  "outbox-due"(state, { now }) {
    const [flushed, sends] = flush(state, now);
    // A timer may ring a little early.
    const early = flushed.outbox.filter((entry) => entry.status === "waiting").map((entry) => entry.retryAt ?? now);
    return [flushed, early.length ? [...sends, wakeAt(Math.min(...early))] : sends];
  },

  "message-retried"(state, { id, now }) {
    if (!state.outbox.some((one) => one.id === id && REFUSED.has(one.status))) return state;
    // Its files may be gone from the server by now: they are looked for again.
    const asked = change(state, id, (one) => ({ ...queued(one), ...(one.ready ? { ready: false } : {}) }));
    const entry = asked.outbox.find((one) => one.id === id);
    const [retried, sends] = flush(asked, now);
    return [retried, [{ do: "outbox-put", entry }, ...sends]];
  },

  "message-dropped"(state, { id, now }) {
    const entry = state.outbox.find((one) => one.id === id);
    // One that is out on a live connection may be stored already: too late to take it back.
    if (!entry || entry.status === "sending" || entry.status === "sent") return state;
    const dropped = unblock({ ...state, outbox: state.outbox.filter((one) => one.id !== id) }, id);
    const isKnown = state.connection.status === "connected" && entry.status !== "saving";
    const withdrawn = isKnown ? [{ do: "send", frame: { type: "Forget", id } }] : [];
    const cancelled = entry.files ? [{ do: "upload-cancel", entry }] : [];
    const [flushed, sends] = flush(dropped, now);
    return [flushed, [...cancelled, forget(entry), ...withdrawn, ...sends]];
  },
};

/** Refused with a wait: this one is tried again when its time comes, those behind it after it.
 * @param {State} state @param {Outgoing} entry @param {{code: string, wait: number, after?: string, now: number}} refusal
 * @returns {[State, Effect[]]} */
function postpone(state, entry, { code, wait, after, now }) {
  const lost = after !== undefined && !state.outbox.some((one) => one.id === after);
  const retryAt = now + wait;
  // Only what is said in a slow room has to wait for its turn.
  const isSlow = code === "rate_limited" && !entry.command && Boolean(state.rooms[entry.room]?.slow_seconds);
  const postponed = change(state, entry.id, (one) =>
    after === undefined || lost
      ? { ...untried(one), status: "waiting", reason: isSlow ? "slow_mode" : code, retryAt }
      : { ...untried(one), status: "queued", after },
  );
  // The message that this one waits behind is not ours any more: forget it, or the room stays blocked.
  const withdrawn = lost ? [{ do: "send", frame: { type: "Forget", id: after } }] : [];
  const throttled = [...state.throttled.filter((room) => room !== entry.room), entry.room];
  return [{ ...postponed, throttled }, [...withdrawn, wakeAt(retryAt)]];
}

/** @param {number} at ms since 1970 @returns {Effect} */
export const wakeAt = (at) => ({ do: "wake", at, event: { type: "outbox-due" } });

/** A room's slow mode is another: what waits for its turn by the old one is tried now. @param {State} state @param {string} room @param {number} now @returns {[State, Effect[]]} */
export function slowModeChanged(state, room, now) {
  const waits = (/** @type {Outgoing} */ entry) => entry.room === room && entry.reason === "slow_mode";
  return flush({ ...state, outbox: state.outbox.map((entry) => (waits(entry) ? queued(entry) : entry)) }, now);
}

/** An error that answers no message of ours. @param {State} state @param {string} code @param {number} [wait] @returns {[State, Effect[]]} */
function withoutMessage(state, code, wait) {
  // Read and Focus carry no id; said again they do no harm.
  return RETRYABLE.has(code) ? [state, [{ do: "wake-in", ms: wait ?? DEFAULT_WAIT, event: { type: "position-due" } }]] : [state, []];
}

/** Those that waited behind `id` need wait no longer. @param {State} state @param {string} id @returns {State} */
function unblock(state, id) {
  if (!state.outbox.some((entry) => entry.after === id)) return state;
  return { ...state, outbox: state.outbox.map((entry) => (entry.after === id ? queued(entry) : entry)) };
}

/** @param {State} state @param {string} id @param {(entry: Outgoing) => Outgoing} to @returns {State} */
export function change(state, id, to) {
  return { ...state, outbox: state.outbox.map((entry) => (entry.id === id ? to(entry) : entry)) };
}

/** The entry as it stands on disk: ready to be sent. @param {Outgoing} entry @returns {Outgoing} */
export function queued({ id, user, room, body, reply_to, command, files, ready, at, unkept, tried }) {
  const what = { ...(reply_to ? { reply_to } : {}), ...(command ? { command } : {}), ...(files ? { files } : {}), ...(ready ? { ready } : {}) };
  return { id, user, room, body, at, status: "queued", ...what, ...(unkept ? { unkept } : {}), ...(tried ? { tried } : {}) };
}

/** The server has refused it, so it is certain that it is not stored. @param {Outgoing} entry */
const untried = (entry) => queued({ ...entry, tried: false });

/** @param {Outgoing} entry */
function frameOf({ id, room, body, reply_to, command, files }) {
  if (command) return { ...command, id };
  return { type: "Message", id, room, body, ...(reply_to ? { reply_to } : {}), ...(files ? { attachments: files.map(({ upload }) => upload) } : {}) };
}
