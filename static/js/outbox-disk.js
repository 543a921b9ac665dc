// @ts-check
// The outbox on disk. It outlives the page; the next page sends what is left. A page that is still open
// keeps its own entries: each page holds a lock with its name, where the browser has locks. Where it has none, two
// pages may send the same message, which the server stores once.
/** @import { Storage } from "./storage.js" */
/** @import { Outgoing } from "./types.js" */
import { heldLocks, holdForever } from "./locks.js";
import { uuid7 } from "./uuid.js";

const PAGE = uuid7();
const LOCK = "chat-page-";

/** Held until the page is gone. */
export const holdPageLock = () => holdForever(LOCK + PAGE);

/** @param {Storage} storage @param {Outgoing} entry @returns {Promise<boolean>} whether it outlives the page */
export const keep = (storage, entry) => storage.write("outbox", entry.id, { ...entry, page: PAGE }).then(() => storage.durable);

/** @param {Storage} storage @param {string} id */
export const discard = (storage, id) => storage.erase("outbox", id);

/** What no open page looks after. @param {Storage} storage @returns {Promise<Outgoing[]>} */
export async function orphans(storage) {
  const entries = await storage.all("outbox");
  const held = await heldLocks();
  return entries
    .filter((entry) => entry.page === PAGE || !held.includes(LOCK + entry.page))
    .map(({ page: _, unkept: __, ...entry }) => entry)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
