// @ts-check
// Whether replies stand in the timeline one by one, or as one row for each thread: chosen per device.
/** @import { App } from "../app.js" */
import { loadPreference, savePreference } from "../disk/preferences.js";

const KEY = "chat:folding";

/** @param {App} app @param {boolean} on */
export function setFolding(app, on) {
  savePreference(KEY, on ? "yes" : "no");
  app.dispatch({ type: "folding-chosen", on });
}

/** As it was chosen before. @param {App} app */
export function restoreFolding(app) {
  app.dispatch({ type: "folding-chosen", on: loadPreference(KEY) === "yes" });
}
