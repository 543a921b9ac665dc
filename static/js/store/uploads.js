// @ts-check
// The files of messages in the outbox on their way to the server: what has begun, how far it is, what stopped it.
/** @import { Handlers } from "../types.js" */
import { DEFAULT_WAIT, RETRYABLE, change, flush, queued, wakeAt } from "./outbox.js";

/** What stops an upload, and passes by itself; the connection may have been cut, or the session be renewed. @param {{status: number, code: string}} refusal */
const passes = ({ status, code }) => status === 0 || status === 401 || status >= 500 || RETRYABLE.has(code);

/** @type {Handlers} */
export const uploads = {
  /** A file has a place at the server: from now on its upload can be gone on with. */
  "upload-begun"(state, { id, at, upload }) {
    const begun = change(state, id, (entry) => ({ ...entry, files: entry.files?.map((file, n) => (n === at ? { ...file, upload } : file)) }));
    const entry = begun.outbox.find((one) => one.id === id);
    return entry ? [begun, [{ do: "outbox-put", entry: queued(entry) }]] : state;
  },

  "upload-moved"(state, { id, at, done }) {
    return change(state, id, (entry) => ({ ...entry, files: entry.files?.map((file, n) => (n === at ? { ...file, done } : file)) }));
  },

  "uploads-done"(state, { id, now }) {
    if (!state.outbox.some((entry) => entry.id === id && entry.status === "uploading")) return state;
    const ready = change(state, id, (entry) => ({ ...queued(entry), ready: true }));
    const entry = ready.outbox.find((one) => one.id === id);
    const [flushed, sends] = flush(ready, now);
    return [flushed, [{ do: "outbox-put", entry }, ...sends]];
  },

  "upload-failed"(state, { id, status, code, reason, wait, now }) {
    if (!state.outbox.some((entry) => entry.id === id && entry.status === "uploading")) return state;
    if (passes({ status, code })) {
      const retryAt = now + (wait ?? DEFAULT_WAIT);
      return [change(state, id, (entry) => ({ ...queued(entry), status: "waiting", reason: status === 0 ? "cut" : code, retryAt })), [wakeAt(retryAt)]];
    }
    const failed = change(state, id, (entry) => ({ ...queued(entry), status: "failed", reason }));
    const kept = failed.outbox.find((one) => one.id === id);
    const [flushed, sends] = flush(failed, now);
    return [flushed, [{ do: "outbox-put", entry: kept }, ...sends]];
  },
};
