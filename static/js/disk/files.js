// @ts-check
// The bytes of files that wait in the outbox, on disk: they outlive the page like the message that carries them.
/** @import { Storage } from "./storage.js" */
/** @import { Held } from "../kit/held-files.js" */
import { heldFiles } from "../kit/held-files.js";

/** @param {string} id of a message */
const name = (id) => `files:${id}`;

/** Messages whose files are on disk already. @type {Set<string>} */
const kept = new Set();

/** @param {Storage} storage @param {string} id */
export async function keepFiles(storage, id) {
  const held = heldFiles.get(id);
  if (!held || kept.has(id)) return;
  await storage.write("kept", name(id), held);
  kept.add(id);
}

/** @param {Storage} storage @param {string} id @returns {Promise<Held[]|null>} */
export async function loadFiles(storage, id) {
  const held = await storage.read("kept", name(id)).catch(() => null);
  return held ?? null;
}

/** The server has them, or nobody wants them. @param {Storage} storage @param {string} id */
export function forgetFiles(storage, id) {
  heldFiles.delete(id);
  kept.delete(id);
  return storage.erase("kept", name(id)).catch(() => {});
}
