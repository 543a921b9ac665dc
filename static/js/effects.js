// @ts-check
// Carries out what the store decided: sending, loading, saving, timers. It decides nothing itself.
/** @import { Effect } from "./types.js" */
/** @import { Store } from "./store/store.js" */
/** @import { Storage } from "./disk/storage.js" */
/** @import { Socket } from "./net/socket.js" */
/** @import { Session } from "./net/session.js" */
import { api } from "./net/api.js";
import { clearDrafts, saveDrafts } from "./disk/drafts.js";
import { forgetFiles, keepFiles } from "./disk/files.js";
import { orphans, remove, save } from "./disk/outbox.js";
import { snapshotOf } from "./disk/snapshot.js";
import { isOutdated } from "./net/version.js";
import { uploader } from "./uploads.js";

/** Drafts and pages are written at most this often, in ms. */
const KEEP_AFTER = 1_000;

/**
 * @typedef {object} Context what effects work with
 * @property {Store} store
 * @property {Storage} storage
 * @property {Socket} socket
 * @property {Session} session
 * @property {{notify: (state: import("./types.js").State, message: import("./types.js").Message, open: () => void) => void, toast: (text: string) => void}} notifier
 * @property {Promise<any>|null} newest   the newest page of the first room, if it was asked for ahead
 * @property {(from: string, to: string) => void} showUserReplaced
 * @property {() => void} showNewVersion
 */

/** @param {Context} context */
export function effectRunner({ store, storage, socket, session, notifier, newest, showUserReplaced, showNewVersion }) {
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */ const timers = new Map();

  /** Does `then` once, `ms` from the first time it is asked for. @param {string} name @param {number} ms @param {() => void} then */
  function once(name, ms, then) {
    if (timers.has(name)) return;
    timers.set(name, setTimeout(() => (timers.delete(name), then()), ms));
  }

  const uploads = uploader({ storage, dispatch: store.dispatch });
  const isIn = () => store.state.signIn === "in" && store.state.user !== null;
  const draft = () => void (isIn() && saveDrafts(store.state.drafts));
  /** Without a disk there is simply nothing to begin with next time. */
  const snapshot = () => void (isIn() && storage.write("kept", "snapshot", snapshotOf(store.state)).catch(() => {}));
  addEventListener("pagehide", () => (draft(), snapshot()));
  addEventListener("beforeunload", (event) => {
    if (store.state.outbox.some(({ unkept, status }) => unkept && status !== "sent")) event.preventDefault();
  });

  /** A page that the worker kept, or that was open before, may be older than the server. */
  let mayBeOlder = Boolean(navigator.serviceWorker?.controller);
  async function checkVersion() {
    if (mayBeOlder && (await isOutdated())) showNewVersion();
    mayBeOlder = true;
  }

  /** @type {Set<string>} */ const quotesAsked = new Set();

  /** @type {Record<string, (effect: any) => void>} */
  const handlers = {
    send: ({ frame }) => socket.send(frame),
    connect: () => socket.start(),
    disconnect: () => socket.stop(),
    live: () => (socket.live(), socket.measure(), checkVersion()),
    resync({ why }) {
      console.warn(`chat: coming back to catch up: ${why}`);
      socket.resync();
    },

    async load({ room, where, seq, limit, load }) {
      if (where === "newest" && newest) {
        const asked = newest;
        newest = null;
        const page = await asked;
        if (page?.room === room && page.messages.length) return store.dispatch({ type: "page-loaded", room, where, load, page, prefetched: true });
      }
      const page = where === "newest" ? { limit } : { [where]: seq, limit };
      try {
        store.dispatch({ type: "page-loaded", room, where, load, page: await api.messages(room, page) });
      } catch (error) {
        store.dispatch({ type: "page-failed", room, load, reason: /** @type {Error} */ (error).message });
      }
    },
    "fetch-room": ({ room }) =>
      api.room(room).then(
        (fetched) => store.dispatch({ type: "room-fetched", room: fetched }),
        () => {}, // The counts stay as they were; the next Welcome brings them.
      ),

    "load-thread": ({ room, first, page }) =>
      api.thread(first, page).then(
        (found) => store.dispatch({ type: "thread-loaded", room, first, page: found }),
        (error) => store.dispatch({ type: "thread-failed", first, reason: error.message }),
      ),
    search: ({ q, before }) =>
      api.search(q, before).then(
        (page) => store.dispatch({ type: "search-loaded", q, before, page }),
        ({ message, status, retryAfter }) => store.dispatch({ type: "search-failed", q, reason: message, status, retryAfter }),
      ),
    "load-found-room": ({ room }) =>
      api.room(room).then(
        (found) => store.dispatch({ type: "search-room", room: found }),
        () => {}, // It stays without a name.
      ),
    "load-pins": ({ room }) =>
      api.pins(room).then(
        (messages) => store.dispatch({ type: "pins-loaded", room, messages }),
        () => {}, // Which are pinned is asked again when the list is opened.
      ),
    "load-quote"({ id }) {
      if (quotesAsked.has(id)) return;
      quotesAsked.add(id);
      api.message(id).then(
        (message) => store.dispatch({ type: "quote-loaded", message }),
        // One that cannot be read will not be; for the network's sake it is asked again.
        (error) => error.status === 0 && quotesAsked.delete(id),
      );
    },

    async "outbox-put"({ entry }) {
      // Its files first: a message that is found has them.
      const kept = await (entry.files ? keepFiles(storage, entry.id) : Promise.resolve()).then(() => save(storage, entry)).catch((error) => {
        console.warn("chat: this message is not kept on disk", error);
        return false;
      });
      store.dispatch({ type: "message-saved", id: entry.id, kept });
    },
    "outbox-delete"({ id, files }) {
      remove(storage, id).then(() => files && forgetFiles(storage, id)).catch(() => {});
      for (const { url } of files ?? []) if (url) URL.revokeObjectURL(url);
    },
    upload: ({ entry }) => void uploads.start(entry),
    "upload-cancel": ({ entry }) => uploads.cancel(entry),
    "load-outbox": () =>
      orphans(storage).then(
        (entries) => store.dispatch({ type: "outbox-loaded", entries }),
        () => {}, // No disk, nothing left on it.
      ),

    draft: () => once("drafts", KEEP_AFTER, draft),
    snapshot: () => once("snapshot", KEEP_AFTER, snapshot),
    "forget-cache"() {
      clearDrafts();
      storage.erase("kept", "snapshot").catch(() => {});
    },

    wake: ({ at, event }) => void setTimeout(() => store.dispatch(event), Math.max(0, at - Date.now())),
    "wake-in": ({ ms, event }) => once(event.type, ms, () => store.dispatch(event)),
    "start-session": () => session.start(null),
    notify: ({ message }) => notifier.notify(store.state, message, () => store.dispatch({ type: "room-opened", room: message.room })),
    toast: ({ text }) => notifier.toast(text),
    "show-user-replaced": ({ from, to }) => showUserReplaced(from, to),
  };

  return (/** @type {Effect} */ effect) => handlers[effect.do](effect);
}
