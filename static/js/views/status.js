// @ts-check
// How the connection stands and what happens next: a dot while all is well, words when it is not; and the first keys, until
// they were used.
/** @import { App } from "../app.js" */
/** @import { State } from "../types.js" */
import { byId, setAttr, setText } from "../kit/dom.js";
import { outboxCounts } from "../store/selectors.js";
import { loadPreference, savePreference } from "../disk/preferences.js";
import { number, plural } from "../kit/text.js";

/** The countdown moves once a second. */
const TICK = 1_000;
/** Somebody wrote on this device before, and knows how to send. */
const WROTE = "chat:wrote";

/** @param {App} app */
export function statusView(app) {
  const row = byId("status");
  let wrote = loadPreference(WROTE) !== null;
  setAttr(byId("hints"), "hidden", wrote);
  /** @type {ReturnType<typeof setInterval>|null} */ let ticking = null;
  byId("status-now").addEventListener("click", () => app.actions.reconnect());
  byId("status-failed").addEventListener("click", () => app.showFailed());

  /** @param {State} state */
  function paint(state) {
    const { connection } = state;
    const { queued, failed } = outboxCounts(state);
    const offline = connection.status === "offline";
    setAttr(row, "data-state", connection.status);
    const isDelayed = state.outbox.some(({ status }) => status === "waiting");
    setAttr(row, "data-trouble", connection.status !== "connected" || connection.reason !== null || isDelayed || failed > 0);
    if (!wrote && state.outbox.length > 0) {
      wrote = true;
      savePreference(WROTE, "yes");
      setAttr(byId("hints"), "data-faded", true);
    }
    // Read aloud is only how things stand; what goes on and on (times, counts) stands beside it.
    setText(byId("status-text"), [...words(state), offline && queued && `${queued} queued`].filter(Boolean).join(" · "));
    const seconds = Math.max(0, Math.ceil(((connection.retryAt ?? 0) - Date.now()) / 1000));
    setText(byId("status-next"), offline ? `retry in ${seconds} s` : [...progress(state), queued && `${queued} queued`].filter(Boolean).join(" · "));
    setAttr(byId("status-now"), "hidden", !offline);
    setAttr(byId("status-failed"), "hidden", failed === 0);
    setText(byId("status-failed"), failedWords(state, failed));
    if (offline && ticking === null) ticking = setInterval(() => paint(app.state()), TICK);
    if (!offline && ticking !== null) {
      clearInterval(ticking);
      ticking = null;
    }
  }
  return paint;
}

/** What the server refused. @param {State} state @param {number} failed */
function failedWords({ outbox }, failed) {
  const changes = outbox.filter(({ status, command }) => status === "failed" && command).length;
  if (changes === 0) return `${plural(failed, "message")} not sent`;
  return changes === failed ? `${plural(failed, "change")} not made` : `${failed} not sent`;
}

/** How the connection stands. @param {State} state @returns {(string|null)[]} */
function words({ connection: { status, reason }, signInReason }) {
  if (status === "connected") return ["connected", reason];
  if (status === "catching-up") return ["catching up"];
  if (status === "connecting") return ["connecting…"];
  if (status === "signed-out") return ["signed out", signInReason?.replace(/\.$/, "") ?? null];
  return ["offline", reason];
}

/** How far it has come, or how quick it is. @param {State} state @returns {(string|null)[]} */
function progress({ connection: { status, latency, total, done } }) {
  if (status === "connected") return [latency === null ? null : `${latency} ms`];
  return [status === "catching-up" && total ? `${number(done)}/${number(total)}` : null];
}
