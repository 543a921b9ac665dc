// @ts-check
// Slow mode: how long a member has to wait for the next message, counted down below the box.
/** @import { App } from "../../app.js" */
import { serverNow } from "../../kit/server-clock.js";
import { duration } from "../../kit/time.js";
import { slowFor } from "../../store/selectors.js";

/** The countdown moves once a second. */
const TICK = 1_000;

/** @param {App} app @param {() => void} repaint */
export function slowMode(app, repaint) {
  /** @type {ReturnType<typeof setInterval>|null} */ let ticking = null;

  /** What to say now; empty: nothing. */
  function words() {
    const state = app.state();
    const room = state.current ? state.rooms[state.current] : null;
    const wait = room ? slowFor(state, room, serverNow()) : 0;
    if (wait > 0) ticking ??= setInterval(repaint, TICK);
    else if (ticking !== null) {
      clearInterval(ticking);
      ticking = null;
    }
    return wait > 0 ? `Slow mode: your next message goes in ${duration(wait)}.` : "";
  }
  return { words, isCounting: () => ticking !== null };
}
