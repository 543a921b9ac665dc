// Staying connected: when to come back, when not to, and how a dead line is noticed. Time is the test's own.
import assert from "node:assert/strict";
import test, { mock } from "node:test";
import { afterClose, backoff } from "../js/net/backoff.js";
import { Socket } from "../js/net/socket.js";
import { fixture } from "./harness.js";

class FakeWebSocket {
  static OPEN = 1;
  /** @type {FakeWebSocket[]} */ static made = [];
  readyState = 0;
  /** @type {any[]} */ frames = [];
  constructor() {
    FakeWebSocket.made.push(this);
  }
  /** @param {string} text */
  send(text) {
    this.frames.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  open() {
    this.readyState = 1;
    this.onopen();
  }
  /** @param {object} frame */
  hear(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }
}

/** @param {import("node:test").TestContext} t @param {"in"|"out"|"unknown"} [who] @param {() => any} [opened] */
function setUp(t, who = "unknown", opened) {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const original = globalThis.WebSocket;
  globalThis.WebSocket = /** @type {any} */ (FakeWebSocket);
  FakeWebSocket.made = [];
  t.after(() => {
    mock.timers.reset();
    globalThis.WebSocket = original;
  });
  /** @type {any[]} */ const told = [];
  const socket = new Socket({ url: "ws://x/ws", takeOpened: opened, hello: () => ({ type: "Hello" }), whoAmI: async () => who, dispatch: (event) => told.push(event) });
  return { socket, told, line: () => /** @type {FakeWebSocket} */ (FakeWebSocket.made.at(-1)), tries: () => FakeWebSocket.made.length };
}

test("the wait is a random part of 0.5 s doubling to 30 s", () => {
  assert.deepEqual([0, 1, 2, 3, 5, 6, 7, 100].map((attempt) => backoff(attempt, 1)), [500, 1000, 2000, 4000, 16000, 30000, 30000, 30000]);
  assert.equal(backoff(4, 0.5), 4000);
});

test("close codes say whether to come back, and when", () => {
  const close = (/** @type {number} */ code, reason = "") => afterClose({ code, reason, attempt: 0, random: 1 });
  assert.equal(close(4403).signedOut, true);
  for (const code of [1012, 1013, 4429]) assert.equal(close(code, "retry_after_ms=1234").wait, 1234);
  assert.equal(close(1012, "no number").wait, 500);
  assert.equal(close(1011, "retry_after_ms=9999").wait, 500, "only those codes name a wait");
  for (const code of [1006, 1011, 4401, 4408]) assert.equal(close(code).signedOut, false);
});

test("Hello is the first frame of every connection", (t) => {
  const { socket, line } = setUp(t);
  socket.start();
  line().open();
  assert.deepEqual(line().frames, [{ type: "Hello" }]);
});

test("a socket that was opened ahead is greeted, whether it is open by then or not; one that is gone makes way", (t) => {
  for (const readyState of [0, 1, 2, 3]) {
    const early = new FakeWebSocket();
    early.readyState = readyState;
    const once = [early];
    const { socket, line, tries } = setUp(t, "unknown", () => once.pop() ?? null);
    socket.start();
    if (readyState === 0) early.open();
    const isGone = readyState >= 2;
    assert.equal(tries(), isGone ? 1 : 0);
    if (isGone) line().open();
    assert.deepEqual((isGone ? line() : early).frames, [{ type: "Hello" }]);
    if (!isGone) early.onclose({ code: 1006, reason: "" });
    mock.timers.tick(30_000);
    assert.equal(tries(), 1, "the next one is the page's own");
    socket.stop();
    mock.timers.reset();
  }
});

test("a closed socket is opened again after the wait that the server named", (t) => {
  const { socket, told, line, tries } = setUp(t);
  socket.start();
  line().open();
  line().onclose({ code: 1012, reason: "retry_after_ms=2000" });
  assert.equal(told.at(-1).retryAt, 1_002_000);
  mock.timers.tick(1999);
  assert.equal(tries(), 1);
  mock.timers.tick(1);
  assert.equal(tries(), 2);
});

test("now means now", (t) => {
  const { socket, line, tries } = setUp(t);
  socket.start();
  line().open();
  line().onclose({ code: 1012, reason: "retry_after_ms=20000" });
  socket.retryNow();
  assert.equal(tries(), 2);
  line().open();
  mock.timers.tick(20_000);
  assert.equal(tries(), 2, "the try that was planned is off");
});

test("signed out means no more tries", (t) => {
  const { socket, told, line, tries } = setUp(t);
  socket.start();
  line().open();
  line().onclose({ code: 4403, reason: "" });
  assert.equal(told.at(-1).type, "signed-out");
  mock.timers.tick(60_000);
  socket.retryNow();
  assert.equal(tries(), 1);
});

test("a socket that does not open asks who we are", async (t) => {
  const { socket, told, line } = setUp(t, "out");
  socket.start();
  await line().onclose({ code: 1006, reason: "" });
  assert.equal(told.at(-1).type, "signed-out");
});

test("a silent line is noticed and left", (t) => {
  const { socket, told, line } = setUp(t);
  socket.start();
  line().open();
  mock.timers.tick(24_001);
  assert.equal(line().frames.at(-1).type, "Ping");
  line().hear(fixture("events/Pong.json"));
  mock.timers.tick(24_000);
  assert.equal(told.filter((event) => event.type === "connection-lost").length, 0, "an answer keeps it");
  for (let second = 0; second < 45; second++) mock.timers.tick(1000);
  assert.equal(told.find((event) => event.type === "connection-lost")?.reason, "the connection timed out");
});

/** As a browser treats a page in the background: all timers ring at full minutes. */
class MinuteClock {
  now = 0;
  /** @type {Map<number, {due: number, ring: () => void}>} */ #timers = new Map();
  #made = 0;
  setTimeout = (/** @type {() => void} */ ring, ms = 0) => {
    this.#timers.set(++this.#made, { due: Math.ceil((this.now + ms) / 60_000) * 60_000, ring });
    return this.#made;
  };
  clearTimeout = (/** @type {number} */ id) => void this.#timers.delete(id);
  /** @param {number} until ms */
  run(until) {
    for (;;) {
      const [next] = [...this.#timers].filter(([, { due }]) => due <= until).sort(([, a], [, b]) => a.due - b.due);
      if (!next) break;
      this.#timers.delete(next[0]);
      this.now = Math.max(this.now, next[1].due);
      next[1].ring();
    }
    this.now = until;
  }
}

/** @param {import("node:test").TestContext} t */
function inTheBackground(t) {
  const clock = new MinuteClock();
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, now: Date.now };
  t.after(() => {
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    Date.now = real.now;
  });
  const page = setUp(t);
  mock.timers.reset();
  Object.assign(globalThis, { setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout });
  Date.now = () => clock.now;
  return { ...page, clock };
}

test("a page in the background keeps a socket whose pings are answered, for as long as it likes", (t) => {
  const { socket, told, line, tries, clock } = inTheBackground(t);
  socket.start();
  line().open();
  const send = line().send.bind(line());
  line().send = (text) => {
    send(text);
    const frame = JSON.parse(text);
    if (frame.type === "Ping") line().hear({ type: "Pong", n: frame.n });
  };
  clock.run(24 * 3_600_000);
  assert.ok(line().frames.length > 1000, "it goes on asking");
  assert.deepEqual([tries(), told.filter(({ type }) => type === "connection-lost").length], [1, 0]);
});

test("a page in the background leaves a line that does not answer", (t) => {
  const { socket, told, line, clock } = inTheBackground(t);
  socket.start();
  line().open();
  clock.run(3 * 60_000);
  assert.equal(told.find(({ type }) => type === "connection-lost")?.reason, "the connection timed out");
});

test("an answer that is delivered after the timer that was held back saves the line", (t) => {
  const { socket, told, line, clock } = inTheBackground(t);
  socket.start();
  line().open();
  clock.run(119_000);
  const asked = line().frames.length;
  clock.run(120_000);
  assert.ok(line().frames.length > asked, "it asks again before it gives up");
  line().hear({ type: "Pong", n: line().frames.at(-1).n });
  clock.run(170_000);
  assert.equal(told.filter(({ type }) => type === "connection-lost").length, 0);
});

test("in front again, the page waits for no timer: not for the next try, not for one that hangs", (t) => {
  const { socket, line, tries, clock } = inTheBackground(t);
  socket.start();
  clock.run(16_000);
  socket.retryNow();
  assert.equal(tries(), 2, "the try that hangs is given up");
  line().open();
  line().onclose({ code: 1012, reason: "retry_after_ms=2000" });
  clock.run(20_000);
  socket.retryNow();
  assert.equal(tries(), 3);
});

test("when the network comes back, a dead line is noticed within seconds", (t) => {
  const { socket, told, line } = setUp(t);
  socket.start();
  line().open();
  mock.timers.tick(1000);
  socket.retryNow();
  mock.timers.tick(5000);
  assert.equal(told.at(-1).type, "connection-lost");
});

test("latency comes from the answer to our own Ping", (t) => {
  const { socket, told, line } = setUp(t);
  socket.start();
  line().open();
  socket.measure();
  mock.timers.tick(12);
  line().hear({ type: "Pong", n: line().frames.at(-1).n });
  assert.deepEqual(told.at(-1), { type: "latency", ms: 12 });
});

test("no frame can pose as one of the page's own events", (t) => {
  const { socket, told, line } = setUp(t);
  socket.start();
  line().open();
  const before = told.length;
  line().hear({ type: "signed-in", user: {} });
  line().onmessage({ data: "not JSON" });
  line().onmessage({ data: "null" });
  assert.equal(told.length, before);
});
