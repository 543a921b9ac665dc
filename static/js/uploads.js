// @ts-check
// Uploads the files of messages that wait in the outbox, and tells the store how far they are. It decides nothing itself.
/** @import { Store } from "./store/store.js" */
/** @import { Storage } from "./disk/storage.js" */
/** @import { Outgoing } from "./types.js" */
import { heldFiles } from "./kit/held-files.js";
import { loadFiles } from "./disk/files.js";
import { ApiError } from "./net/api.js";
import { giveUp, upload } from "./net/tus.js";

/** How often the store is told of progress, in ms. */
const TELL_EVERY = 200;

const GONE = "The file is not on this device any more. Drop the message and attach it again.";

/** @param {{storage: Storage, dispatch: Store["dispatch"]}} context */
export function uploader({ storage, dispatch }) {
  /** @type {Map<string, AbortController>} */ const running = new Map();

  /** @param {Outgoing} entry @param {AbortSignal} signal */
  async function run({ id, files = [] }, signal) {
    const held = heldFiles.get(id) ?? (await loadFiles(storage, id));
    if (!held) throw new ApiError(410, "gone", GONE);
    for (const [at, file] of files.entries()) {
      const { blob, preview } = held[at];
      const small = preview && !file.upload ? await upload(preview, { name: "preview" }, null, { signal }) : null;
      let told = 0;
      await upload(blob, { ...file, preview: small }, file.upload ?? null, {
        signal,
        began: (begun) => dispatch({ type: "upload-begun", id, at, upload: begun }),
        moved(done) {
          if (Date.now() - told < TELL_EVERY) return;
          told = Date.now();
          dispatch({ type: "upload-moved", id, at, done });
        },
      });
      dispatch({ type: "upload-moved", id, at, done: blob.size });
    }
  }

  return {
    /** @param {Outgoing} entry */
    async start(entry) {
      const { id } = entry;
      if (running.has(id)) return;
      const stop = new AbortController();
      running.set(id, stop);
      const outcome = await run(entry, stop.signal).then(() => null, (error) => error);
      running.delete(id);
      if (stop.signal.aborted) return;
      if (!outcome) return dispatch({ type: "uploads-done", id });
      const { status = 0, code = "internal", message, retryAfter = null } = outcome;
      dispatch({ type: "upload-failed", id, status, code, reason: message, wait: retryAfter });
    },
    /** The message was dropped. @param {Outgoing} entry */
    cancel({ id, files = [] }) {
      running.get(id)?.abort();
      for (const { upload: begun } of files) if (begun) giveUp(begun);
    },
  };
}
