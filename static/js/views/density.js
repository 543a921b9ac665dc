// @ts-check
// How close messages stand: chosen per device, and said to the style sheets as an attribute of the document.
import { loadPreference, savePreference } from "../disk/preferences.js";

const KEY = "chat:density";

/** @returns {"normal"|"compact"} */
export const density = () => (document.documentElement.dataset.density === "compact" ? "compact" : "normal");

/** @param {"normal"|"compact"} wanted */
export function setDensity(wanted) {
  document.documentElement.dataset.density = wanted;
  savePreference(KEY, wanted);
}

/** As it was chosen before. */
export function restoreDensity() {
  if (loadPreference(KEY) === "compact") document.documentElement.dataset.density = "compact";
}
