// @ts-check
// Small choices that this device remembers. Where a browser keeps nothing, they hold until the page is left.

/** @type {Map<string, string>} */ const here = new Map();

/** @param {string} key @returns {string|null} */
export function loadPreference(key) {
  if (here.has(key)) return here.get(key) ?? null;
  let value = null;
  try {
    value = localStorage.getItem(key);
  } catch {
    // Refused: nothing was ever chosen.
  }
  if (value !== null) here.set(key, value);
  return value;
}

/** @param {string} key @param {string} value */
export function savePreference(key, value) {
  here.set(key, value);
  try {
    localStorage.setItem(key, value);
  } catch {
    // It holds while the page is open.
  }
}
