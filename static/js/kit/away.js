// @ts-check
// Whether somebody is at this device: nobody has touched it for ten minutes.

/** In ms. */
const AWAY_AFTER = 10 * 60_000;
const TOUCHES = ["keydown", "pointerdown", "pointermove", "wheel", "focus"];

/** @param {(away: boolean) => void} tell */
export function watchAway(tell) {
  let away = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ let timer;
  let touched = 0;
  function rest() {
    const left = touched + AWAY_AFTER - Date.now();
    if (left > 0) timer = setTimeout(rest, left);
    else tell((away = true));
  }
  function touch() {
    touched = Date.now();
    if (!away && timer !== undefined) return;
    if (away) tell((away = false));
    timer = setTimeout(rest, AWAY_AFTER);
  }
  for (const type of TOUCHES) addEventListener(type, touch, { passive: true });
  touch();
}
