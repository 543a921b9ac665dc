// @ts-check
// The first visit of a browser: where anyone can register, the server makes a guest. Only one is ever made without being asked
// for: until it is known what became of the first, the page asks who it is, and never for a second.
// Two scripts have this module (js/prefetch.js), so it holds nothing: what it knows is in the browser's storage.
import { exclusively } from "../kit/locks.js";

/** Two first pages of one browser must make one guest. */
const LOCK = "chat-first-visit";
/** What this browser keeps begins so. */
const OURS = "chat:";
/** How far a guest that was asked for has come, and since when: `asked` until there is an answer, `made` until it was seen. */
const GUEST = "chat:guest";
/** Somebody was signed in here. */
const VISITED = "chat:visited";
/** The server removes a guest that nobody uses after this: until then it may be there, in ms. */
const KEPT = 24 * 60 * 60_000;
/** As for any request, in ms. */
const TIMEOUT = 20_000;

/** Nothing is kept here of anybody, and nobody brought a sign-in link or an invite. */
export function isFirstVisit() {
  const isNew = () => !Object.keys(localStorage).some((key) => key.startsWith(OURS));
  return navigator.cookieEnabled && !history.state?.[GUEST] && !/link=|invite=/.test(location.hash) && nullIfRefused(isNew) === true;
}

/** Has a guest made, once. Another page of the browser that has one already makes the server answer with that one.
 * @returns {Promise<Response|null>} null where one was asked for before, and was not seen since */
export const requestGuest = () =>
  exclusively(LOCK, async () => {
    if (pendingGuest()) return null;
    remember("asked");
    const answer = await fetch("/api/users", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (answer.status === 201) remember("made");
    // What answers in the server's place does not know what the server has done.
    else if (answer.headers.get("Content-Type")?.includes("json")) forget();
    return answer;
  });

/** How far the guest of this browser has come that was not seen since. @returns {"asked"|"made"|null} */
export function pendingGuest() {
  const [state, since] = String(history.state?.[GUEST] ?? nullIfRefused(() => localStorage.getItem(GUEST)) ?? "").split(" ");
  return (state === "asked" || state === "made") && Date.now() - Number(since) < KEPT ? state : null;
}

/** The server knows this browser: who is signed out here later was signed in before. */
export function markSeen() {
  forget();
  nullIfRefused(() => localStorage.setItem(VISITED, "yes"));
}

/** In the browser's storage, and where it has none, with the page's place in the history, which a reload keeps.
 * @param {"asked"|"made"} state */
function remember(state) {
  const value = `${state} ${Date.now()}`;
  history.replaceState({ ...history.state, [GUEST]: value }, "");
  nullIfRefused(() => localStorage.setItem(GUEST, value));
}

function forget() {
  if (history.state?.[GUEST]) history.replaceState({ ...history.state, [GUEST]: undefined }, "");
  nullIfRefused(() => localStorage.removeItem(GUEST));
}

/** Where cookies are blocked, so is storage. @template T @param {() => T} act @returns {T|null} */
function nullIfRefused(act) {
  try {
    return act();
  } catch {
    return null;
  }
}
