// @ts-check
// Half-written messages on disk, one entry a room, so that two open pages do not overwrite each other's. They are in
// localStorage, which is written at once: a page that is being left does not live until IndexedDB has answered.
/** @import { State } from "../types.js" */

const ENTRY = "chat:draft:";
/** Where earlier versions kept all of them. */
const OLD = "chat:drafts";

/** What this page has last read or written. @type {State["drafts"]} */
let known = {};

/** Writes what was written in this page. @param {State["drafts"]} drafts */
export function saveDrafts(drafts) {
  for (const room of new Set([...Object.keys(known), ...Object.keys(drafts)])) {
    const text = drafts[room];
    if (text === known[room]) continue;
    attempt(() => (text === undefined ? localStorage.removeItem(ENTRY + room) : localStorage.setItem(ENTRY + room, text)));
  }
  known = drafts;
}

/** @returns {State["drafts"]} */
export function loadDrafts() {
  const old = attempt(() => JSON.parse(localStorage.getItem(OLD) ?? "{}")) ?? {};
  const entries = attempt(() => Object.entries(localStorage).filter(([key]) => key.startsWith(ENTRY))) ?? [];
  known = Object.fromEntries(entries.map(([key, text]) => [key.slice(ENTRY.length), text]));
  return { ...old, ...known };
}

export function clearDrafts() {
  known = {};
  attempt(() => Object.keys(localStorage).filter((key) => key === OLD || key.startsWith(ENTRY)).forEach((key) => localStorage.removeItem(key)));
}

/** What another page of this browser has written, as it comes. @param {(room: string, text: string) => void} listener */
export function onDraftChangedElsewhere(listener) {
  addEventListener("storage", ({ key, newValue }) => {
    if (!key?.startsWith(ENTRY)) return;
    const room = key.slice(ENTRY.length);
    const { [room]: _, ...rest } = known;
    known = newValue === null ? rest : { ...rest, [room]: newValue };
    listener(room, newValue ?? "");
  });
}

/** Some browsers refuse, some disks are full: then there is no draft next time. @template T @param {() => T} act */
function attempt(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}
