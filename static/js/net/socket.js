// @ts-check
// The one WebSocket of the page: opens it, notices when it is dead, reconnects. It knows nothing of rooms or messages; what it
// receives it dispatches as events.
import { afterClose, backoff } from "./backoff.js";

/** A page cannot see the protocol's own pings, so it sends its own after about this long, in ms (±20 %). */
const PING_EVERY = 20_000;
/** An answer to a ping must come within this, in ms: a dead line is noticed in 45 s. */
const ANSWER = 20_000;
/** After the network or the reader came back, an answer must come sooner, in ms. */
const PROBE = 5_000;
/** An attempt that neither opens nor fails is given up, in ms. */
const OPENING = 15_000;
/** A timer that rings later than this was held back, in ms: what arrived meanwhile may not have been delivered yet. */
const LATE = 1_000;

/**
 * @typedef {object} Options
 * @property {string} url
 * @property {() => WebSocket|null} [takeOpened]  one that was opened before the page was there
 * @property {() => object} hello          the first frame, made for each connection
 * @property {() => Promise<"in"|"out"|"unknown">} whoAmI  asked when a socket did not open
 * @property {(event: {type: string, [field: string]: any}) => void} dispatch
 */

export class Socket {
  /** @type {Options} */ #options;
  /** @type {WebSocket|null} */ #ws = null;
  /** @type {Set<ReturnType<typeof setTimeout>>} */ #timers = new Set();
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #retry;
  #wanted = false;
  #attempt = 0;
  /** Frames heard on all connections. */
  #frames = 0;
  #openedAt = 0;
  #pings = 0;
  #pingedAt = 0;

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
  }

  /** Connects, and stays connected until `stop`. */
  start() {
    this.#wanted = true;
    if (!this.#ws) this.#open();
  }

  stop() {
    this.#wanted = false;
    this.#drop();
  }

  /** Tries at once if it waits for its next try; if it is connected, makes sure that this is still so. */
  retryNow() {
    if (!this.#wanted) return;
    const ws = this.#ws;
    if (!ws) this.#open();
    else if (ws.readyState === WebSocket.OPEN) this.#ping(PROBE);
    // The timer that gives up an attempt may be held back.
    else if (Date.now() - this.#openedAt > OPENING) (this.#drop(), this.#open());
  }

  /** Leaves this connection for a new one: what is missing is asked for by its cursors. */
  resync() {
    if (!this.#wanted) return;
    this.#drop();
    this.#scheduleRetry(backoff(this.#attempt++, Math.random()), "catching up again");
  }

  /** All missed events have come: the connection has proved good. */
  live() {
    this.#attempt = 0;
  }

  /** @param {object} frame */
  send(frame) {
    if (this.#ws?.readyState === WebSocket.OPEN) this.#ws.send(JSON.stringify(frame));
  }

  #open() {
    clearTimeout(this.#retry);
    this.#options.dispatch({ type: "connecting" });
    this.#openedAt = Date.now();
    const early = this.#options.takeOpened?.();
    const ws = early && early.readyState <= WebSocket.OPEN ? early : new WebSocket(this.#options.url);
    this.#ws = ws;
    let opened = false;
    this.#schedule(OPENING, () => opened || this.#onClosed(ws, 0, "", false));
    const greet = () => {
      opened = true;
      this.send(this.#options.hello());
      this.#keepAlive(ws);
    };
    ws.onmessage = ({ data }) => this.#receive(data);
    ws.onclose = ({ code, reason }) => this.#onClosed(ws, code, reason, opened);
    if (ws.readyState === WebSocket.OPEN) greet();
    else ws.onopen = greet;
  }

  /** @param {unknown} data */
  #receive(data) {
    this.#frames += 1;
    let frame;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return;
    }
    // The page's own events are in lower case: none of them can come from outside.
    if (typeof frame?.type !== "string" || !/^[A-Z]/.test(frame.type)) return;
    if (frame.type === "Pong") {
      if (frame.n === this.#pings) this.#options.dispatch({ type: "latency", ms: Date.now() - this.#pingedAt });
      return;
    }
    this.#options.dispatch(frame);
  }

  /** A hidden page's timers may run once a minute: time that has passed says nothing, only a ping without an answer does.
   * @param {WebSocket} ws */
  #keepAlive(ws) {
    this.#schedule(PING_EVERY * (0.8 + 0.4 * Math.random()), () => {
      this.#ping(ANSWER);
      this.#keepAlive(ws);
    });
  }

  /** @param {number} patience ms @param {boolean} [again] the one before was judged by a timer that rang late */
  #ping(patience, again = false) {
    const ws = this.#ws;
    const asked = Date.now();
    this.#pingedAt = asked;
    this.#pings += 1;
    const heard = this.#frames;
    this.send({ type: "Ping", n: this.#pings });
    this.#schedule(patience, () => {
      if (!ws || ws !== this.#ws || this.#frames !== heard) return;
      const late = Date.now() - asked > patience + LATE;
      if (late && !again) this.#ping(PROBE, true);
      else this.#onClosed(ws, 4408, "", true);
    });
  }

  /** Measures how far the server is. */
  measure() {
    this.#ping(ANSWER);
  }

  /** @param {WebSocket} ws @param {number} code @param {string} reason @param {boolean} opened */
  async #onClosed(ws, code, reason, opened) {
    if (ws !== this.#ws) return;
    this.#drop();
    const { signedOut, wait, why } = afterClose({ code, reason, attempt: this.#attempt++, random: Math.random() });
    if (signedOut) {
      this.#wanted = false;
      return this.#options.dispatch({ type: "signed-out", reason: "This device was signed out." });
    }
    this.#scheduleRetry(wait, why);
    if (opened) return;
    // Why a socket did not open cannot be seen; whether we are still signed in can be asked.
    if ((await this.#options.whoAmI()) === "out" && this.#wanted && !this.#ws) {
      this.stop();
      this.#options.dispatch({ type: "signed-out", reason: "This device was signed out." });
    }
  }

  /** @param {number} wait ms @param {string|null} reason */
  #scheduleRetry(wait, reason) {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), wait);
    this.#options.dispatch({ type: "connection-lost", retryAt: Date.now() + wait, reason });
  }

  #drop() {
    clearTimeout(this.#retry);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    const ws = this.#ws;
    this.#ws = null;
    if (!ws) return;
    ws.onopen = ws.onmessage = ws.onclose = null;
    ws.close();
  }

  /** @param {number} ms @param {() => void} then */
  #schedule(ms, then) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, ms);
    this.#timers.add(timer);
  }
}
