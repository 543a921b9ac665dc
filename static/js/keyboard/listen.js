// @ts-check
// How the page listens to keys. While a word is being composed (Japanese, Chinese, Korean, accents) every key belongs to the input
// method, also the Enter that ends it: Safari sends that one after the composition, with the code 229. So all listeners
// are added here.

/** The code of a key that the input method has taken. */
const TAKEN = 229;

/** @param {KeyboardEvent} event */
const isComposing = (event) => event.isComposing || event.keyCode === TAKEN;

/** @param {EventTarget} target @param {(event: KeyboardEvent) => void} listener */
export function onKey(target, listener) {
  target.addEventListener("keydown", (event) => {
    if (!isComposing(/** @type {KeyboardEvent} */ (event))) listener(/** @type {KeyboardEvent} */ (event));
  });
}
