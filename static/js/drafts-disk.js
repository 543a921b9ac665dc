// @ts-check
// Half-written messages on disk. They are in localStorage, which is written at once: a page that is being left does not
// live until IndexedDB has answered.
/** @import { State } from "./types.js" */

const KEY = "chat:drafts";

/** @param {State["drafts"]} drafts */
export const keepDrafts = (drafts) => attempt(() => localStorage.setItem(KEY, JSON.stringify(drafts)));

/** @returns {State["drafts"]} */
export const keptDrafts = () => attempt(() => JSON.parse(localStorage.getItem(KEY) ?? "{}")) ?? {};

export const forgetDrafts = () => attempt(() => localStorage.removeItem(KEY));

/** Some browsers refuse, some disks are full: then there is no draft next time. @template T @param {() => T} act */
function attempt(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}
