// @ts-check
// The one WebSocket of the page: opening it, hearing that it is dead, coming back. It knows nothing of rooms or
// messages; what it hears it says as events.
import { afterClose, backoff } from "./backoff.js";

/** A page cannot see the protocol's own pings, so it sends its own after about this long, in ms (±20 %). */
const PING_EVERY = 20_000;
/** Nothing heard for so long: the connection is dead, in ms. */
const SILENCE = 45_000;
/** After the network or the reader came back, an answer must come sooner, in ms. */
const PROBE = 5_000;
/** An attempt that neither opens nor fails is given up, in ms. */
const OPENING = 15_000;

/**
 * @typedef {object} Surroundings
 * @property {string} url
 * @property {() => object} hello          the first frame, made anew for each connection
 * @property {() => Promise<"in"|"out"|"unknown">} whoAmI  asked when a socket did not open
 * @property {(event: {type: string, [field: string]: any}) => void} tell
 */

export class Socket {
  /** @type {Surroundings} */ #around;
  /** @type {WebSocket|null} */ #ws = null;
  /** @type {Set<ReturnType<typeof setTimeout>>} */ #timers = new Set();
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #retry;
  #wanted = false;
  #attempt = 0;
  #heard = 0;
  #pings = 0;
  #pingedAt = 0;

  /** @param {Surroundings} around */
  constructor(around) {
    this.#around = around;
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
  now() {
    if (!this.#wanted) return;
    if (!this.#ws) this.#open();
    else if (this.#ws.readyState === WebSocket.OPEN) this.#ping(PROBE);
  }

  /** Leaves this connection for a new one: what is missing is asked for by its cursors. */
  again() {
    if (!this.#wanted) return;
    this.#drop();
    this.#wait(backoff(this.#attempt++, Math.random()), "catching up anew");
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
    this.#around.tell({ type: "connecting" });
    const ws = new WebSocket(this.#around.url);
    this.#ws = ws;
    let opened = false;
    this.#later(OPENING, () => opened || this.#lost(ws, 0, "", false));
    ws.onopen = () => {
      opened = true;
      this.#heard = Date.now();
      this.send(this.#around.hello());
      this.#keepAlive(ws);
    };
    ws.onmessage = ({ data }) => this.#hear(data);
    ws.onclose = ({ code, reason }) => this.#lost(ws, code, reason, opened);
  }

  /** @param {unknown} data */
  #hear(data) {
    this.#heard = Date.now();
    let frame;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return;
    }
    // The page's own events are in lower case: none of them can come from outside.
    if (typeof frame?.type !== "string" || !/^[A-Z]/.test(frame.type)) return;
    if (frame.type === "Pong") {
      if (frame.n === this.#pings) this.#around.tell({ type: "latency", ms: Math.round(this.#heard - this.#pingedAt) });
      return;
    }
    this.#around.tell(frame);
  }

  /** @param {WebSocket} ws */
  #keepAlive(ws) {
    this.#later(PING_EVERY * (0.8 + 0.4 * Math.random()), () => {
      if (Date.now() - this.#heard > SILENCE) return this.#lost(ws, 4408, "", true);
      this.#ping(SILENCE - PING_EVERY);
      this.#keepAlive(ws);
    });
  }

  /** @param {number} patience ms */
  #ping(patience) {
    const ws = this.#ws;
    const asked = Date.now();
    this.#pingedAt = asked;
    this.#pings += 1;
    this.send({ type: "Ping", n: this.#pings });
    this.#later(patience, () => {
      if (ws && ws === this.#ws && this.#heard < asked) this.#lost(ws, 4408, "", true);
    });
  }

  /** Measures how far the server is. */
  measure() {
    this.#ping(SILENCE);
  }

  /** @param {WebSocket} ws @param {number} code @param {string} reason @param {boolean} opened */
  async #lost(ws, code, reason, opened) {
    if (ws !== this.#ws) return;
    this.#drop();
    const { signedOut, wait, why } = afterClose({ code, reason, attempt: this.#attempt++, dice: Math.random() });
    if (signedOut) {
      this.#wanted = false;
      return this.#around.tell({ type: "signed-out", reason: "This device was signed out." });
    }
    this.#wait(wait, why);
    if (opened) return;
    // Why a socket did not open cannot be seen; whether we are still signed in can be asked.
    if ((await this.#around.whoAmI()) === "out" && this.#wanted && !this.#ws) {
      this.stop();
      this.#around.tell({ type: "signed-out", reason: "This device was signed out." });
    }
  }

  /** @param {number} wait ms @param {string|null} reason */
  #wait(wait, reason) {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), wait);
    this.#around.tell({ type: "connection-lost", retryAt: Date.now() + wait, reason });
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
  #later(ms, then) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, ms);
    this.#timers.add(timer);
  }
}
