// @ts-check
// How a visitor signs in: by the cookie of an earlier visit, by a sign-in link, with a name and password, or, where anyone can
// register, as a guest with a name that the server makes.
/** @import { Store } from "../store/store.js" */
import { setActingUser, api, ApiError, onUnauthorized } from "./api.js";
import { backoff } from "./backoff.js";
import { requestGuest, pendingGuest, markSeen } from "./first-visit.js";
import { duration } from "../kit/time.js";
import { LOST, NO_COOKIE } from "../store/connection.js";

/** Tells the browser's other pages who is signed in now. */
const CHANNEL = "chat-session";
/** A first visit that is refused for longer than this, in ms, shows the sign-in dialog: some have an account and need no guest. */
const LONGEST_PAUSE = 30_000;

/** The code of a sign-in link or an invite in the address, taken out of it at once: it must not stay in the history. */
export function takeCodes() {
  const found = new URLSearchParams(location.hash.slice(1));
  const codes = { link: found.get("link"), invite: found.get("invite") };
  if (codes.link !== null || codes.invite !== null) history.replaceState(null, "", location.pathname + location.search);
  return codes;
}

export class Session {
  /**
   * @param {Store} store
   * @param {(code: string) => Promise<boolean>} confirmLink asks whether to use a sign-in link
   * @param {Promise<Response|null>|null} asked for a guest, before the page was there
   */
  constructor(store, confirmLink, asked) {
    this.store = store;
    this.confirmLink = confirmLink;
    this.#requestedGuest = asked;
    this.#otherTabs?.addEventListener("message", ({ data }) => this.#replaced(data));
    onUnauthorized(() => this.whoAmI());
    store.watch(({ user, session }) => {
      setActingUser(user?.id ?? null);
      if (session && !this.#seen) markSeen();
      this.#seen = session !== null;
    });
  }

  /** The browser's other pages, where it has a way to tell them. */
  #otherTabs = "BroadcastChannel" in globalThis ? new BroadcastChannel(CHANNEL) : null;

  /** @param {string|null} code of a sign-in link @param {string|null} [invite] code of an invite */
  async start(code, invite = null) {
    const { user } = this.store.state;
    if (invite) this.store.dispatch({ type: "invited", invite });
    // Known from an earlier visit: there is something to read, even without the server.
    if (user && !code) return this.#resumed(user);
    for (let attempt = 0; ; attempt++) {
      try {
        if (code && (await this.#useLink(code, await api.me().catch(unlessSignedOut)))) return;
        if (invite && !(await api.me().catch(unlessSignedOut))) return this.#signedOut(INVITED);
        return await this.#firstVisit();
      } catch (error) {
        if (!(error instanceof ApiError) || (error.status !== 0 && error.status < 500 && error.status !== 429)) {
          return this.#signedOut(error instanceof Error ? error.message : null);
        }
        if (user && !code) return this.#resumed(user);
        const wait = error.retryAfter ?? 500 + backoff(attempt, Math.random());
        if (error.status === 429 && wait > LONGEST_PAUSE) return this.#signedOut(tooMany(wait));
        await this.#pause(wait, error.status === 429 ? "too many new users from this address" : null);
      }
    }
  }

  /** @param {{name?: string, password?: string, invite?: string}} user */
  async register(user) {
    this.#signedIn((await api.register(user)).user);
  }

  /** @param {{name: string, password: string}|{link_code: string}} credentials */
  async signIn(credentials) {
    this.#signedIn((await api.signIn(credentials)).user);
  }

  async signOut() {
    await api.endSession("current").catch(unlessSignedOut);
    this.store.dispatch({ type: "signed-out", reason: "You signed out on this device." });
  }

  /** Is the cookie still good? @returns {Promise<"in"|"out"|"unknown">} */
  async whoAmI() {
    try {
      const user = await api.me().catch(unlessSignedOut);
      if (user) this.#replaced(user);
      return user ? "in" : "out";
    } catch {
      return "unknown";
    }
  }

  /** With a valid session the server makes nothing and answers with its user; else, where anyone can register, a guest. Only
   * one is ever made without being asked for: where its answer or its cookie was lost, so would be the next one's. */
  async #firstVisit() {
    if (!navigator.cookieEnabled) return this.#signedOut(NO_COOKIE);
    const asked = this.#requestedGuest ?? requestGuest();
    this.#requestedGuest = null;
    try {
      const guest = await api.guest(asked);
      if (guest) return guest.made ? this.#signedIn(guest.user) : this.#resumed(guest.user);
      const user = await api.me().catch(unlessSignedOut);
      if (user) this.#resumed(user);
      else this.#signedOut(pendingGuest() === "made" ? NO_COOKIE : LOST);
    } catch (error) {
      // Here one has to say a name and show an invite, or nobody new is taken: the sign-in dialog says which.
      if (!(error instanceof ApiError) || ![400, 403].includes(error.status)) throw error;
      this.#signedOut(error.status === 403 ? error.message : null);
    }
  }

  /** @type {Promise<Response|null>|null} */ #requestedGuest;
  /** The server knows our cookie. */
  #seen = false;

  /** @param {string} code @param {import("../types.js").User|null} who */
  async #useLink(code, who) {
    if (who) this.store.dispatch({ type: "user-changed", user: who });
    if (!(await this.confirmLink(code))) return false;
    try {
      await this.signIn({ link_code: code });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 0) throw error;
      const isRefused = error instanceof ApiError && error.status < 500 && error.status !== 429;
      const why = isRefused ? BAD_LINK : /** @type {Error} */ (error).message;
      if (who) this.#resumed(who);
      this.store.dispatch(who ? { type: "toast", text: why } : { type: "signed-out", reason: why });
      return true;
    }
  }

  /** By the cookie of an earlier visit. @param {import("../types.js").User} user */
  #resumed(user) {
    this.store.dispatch({ type: "signed-in", user });
  }

  /** Just now, with a new cookie. @param {import("../types.js").User} user */
  #signedIn(user) {
    this.store.dispatch({ type: "signed-in", user, fresh: true });
    this.#otherTabs?.postMessage(user);
  }

  /** The cookie belongs to this user now. @param {import("../types.js").User} user */
  #replaced(user) {
    this.store.dispatch({ type: "user-replaced", user });
  }

  /** @param {string|null} reason */
  #signedOut(reason) {
    this.store.dispatch({ type: "signed-out", reason });
  }

  /** @param {number} wait ms @param {string|null} reason */
  #pause(wait, reason) {
    this.store.dispatch({ type: "connection-lost", retryAt: Date.now() + wait, reason });
    return new Promise((resolve) => {
      this.#endPause = () => resolve(undefined);
      setTimeout(resolve, wait);
    });
  }

  #endPause = () => {};

  /** Ends a pause between two tries. */
  retryNow() {
    this.#endPause();
  }
}

const INVITED = "You are invited. Choose the name that others will see.";
const BAD_LINK = "The sign-in link did not work: it was already used or has expired. Make a new one on the other device.";

/** @param {number} wait ms */
const tooMany = (wait) =>
  `Too many new users came from your address. Try again in ${duration(wait)}, or sign in if you have an account.`;

/** @param {unknown} error @returns {null} */
function unlessSignedOut(error) {
  if (error instanceof ApiError && error.status === 401) return null;
  throw error;
}
