// @ts-check
// The outbox on disk. It outlives the page: another open page, or the next one, sends what is left. A page that is still
// open keeps its own entries: each page holds a lock with its name, where the browser has locks. Where it has none, two
// pages may send the same message, which the server stores once.
/** @import { Storage } from "./storage.js" */
/** @import { Outgoing } from "../types.js" */
import { hasLocks, heldLocks, holdForever, whenFree } from "../kit/locks.js";
import { uuid7 } from "../kit/uuid.js";

const PAGE = uuid7();
const LOCK = "chat-page-";
/** Pages tell each other that they are there, and that they go. */
const CHANNEL = "chat-pages";

/** @param {Storage} storage @param {Outgoing} entry @returns {Promise<boolean>} whether it outlives the page */
export const save = (storage, entry) => storage.write("outbox", entry.id, { ...entry, ...(entry.files ? { files: entry.files.map(({ url: _, ...file }) => file) } : {}), page: PAGE }).then(() => storage.durable);

/** @param {Storage} storage @param {string} id */
export const remove = (storage, id) => storage.erase("outbox", id);

/** What no open page looks after. @param {Storage} storage @returns {Promise<Outgoing[]>} */
export async function orphans(storage) {
  const entries = await storage.all("outbox");
  const locks = await heldLocks();
  return entries
    .filter((entry) => entry.page === PAGE || !locks.includes(LOCK + entry.page))
    .map(adopted)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Another page wrote it, and may have sent it. @param {any} entry @returns {Outgoing} */
const adopted = ({ page: _, unkept: __, ...entry }) => ({ ...entry, tried: true });

/** Looks after this page's entries until it is gone, and takes over what other pages leave behind as they go.
 * @param {Storage} storage @param {(entries: Outgoing[]) => void} adopt */
export async function adoptOrphans(storage, adopt) {
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(CHANNEL) : null;
  const seen = new Set([PAGE]);

  /** Its lock is free when it is gone. @param {string} page */
  function watch(page) {
    if (seen.has(page)) return;
    seen.add(page);
    whenFree(LOCK + page, async () => {
      const left = (await storage.all("outbox")).filter((entry) => entry.page === page).map(adopted);
      for (const entry of left) await save(storage, entry);
      if (left.length) adopt(left);
    });
  }

  channel?.addEventListener("message", ({ data: { here, gone } }) => {
    if (here) watch(here);
    // Without locks nobody can tell whether a page is still there.
    if (gone && !hasLocks()) orphans(storage).then(adopt, () => {});
  });
  addEventListener("pagehide", () => channel?.postMessage({ gone: PAGE }));
  await holdForever(LOCK + PAGE);
  channel?.postMessage({ here: PAGE });
  for (const name of await heldLocks()) if (name.startsWith(LOCK)) watch(name.slice(LOCK.length));
}
