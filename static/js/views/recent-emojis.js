// @ts-check
// The emojis that were chosen last on this device; until then the usual ones.
import { loadPreference, savePreference } from "../disk/preferences.js";

const KEY = "chat:emojis";
const MOST = 16;
const FIRST = ["👍", "❤️", "😂", "🎉", "👀", "🙏", "✅", "🚀"];

export function recentEmojis() {
  return loadPreference(KEY)?.split(" ").filter(Boolean) ?? FIRST;
}

/** @param {string} emoji */
export function rememberEmoji(emoji) {
  savePreference(KEY, [emoji, ...recentEmojis().filter((one) => one !== emoji)].slice(0, MOST).join(" "));
}
