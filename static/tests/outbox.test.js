// What is written is sent in order, once, with its first id, and is never lost.
import assert from "node:assert/strict";
import test from "node:test";
import { slowFor } from "../js/store/selectors.js";
import { ALICE, BOB, LOBBY, OPS, at, connectedPage, reconnect, room, said, welcome } from "./harness.js";

const bodies = (/** @type {any[]} */ frames) => frames.map((frame) => frame.body);
const ack = (/** @type {string} */ id, seq = 1) => ({ type: "Ack", id, room: LOBBY, seq });
const wait = (/** @type {string} */ id, /** @type {object} */ more = {}) => ({ type: "Error", id, code: "rate_limited", detail: "slow down", retry_after_ms: 500, ...more });

test("a message goes to disk before it goes out", () => {
  const page = connectedPage();
  page.tell({ type: "message-written", id: "m1", room: LOBBY, body: "hi" });
  assert.equal(page.asked("outbox-put")[0].entry.status, "queued");
  assert.deepEqual(page.sent("Message"), []);
  page.tell({ type: "message-saved", id: "m1" });
  assert.deepEqual(page.sent("Message"), [{ type: "Message", id: "m1", room: LOBBY, body: "hi" }]);
  assert.deepEqual(page.outbox(), ["m1 sending"]);
});

test("a later message does not overtake one that the disk still holds", () => {
  const page = connectedPage();
  page.tell({ type: "message-written", id: "m1", room: LOBBY, body: "one" });
  page.write("m2", "two");
  assert.deepEqual(page.sent("Message"), []);
  page.tell({ type: "message-saved", id: "m1" });
  assert.deepEqual(bodies(page.sent("Message")), ["one", "two"]);
});

test("written offline, sent in order when back", () => {
  const page = connectedPage();
  page.tell({ type: "connection-lost", retryAt: 1, reason: null });
  page.write("m1").write("m2").write("m3");
  assert.deepEqual(page.sent("Message"), []);
  page.tell(welcome(), { type: "Live" });
  assert.deepEqual(bodies(page.sent("Message")), ["m1", "m2", "m3"]);
});

test("acknowledged, it leaves the disk; told as an event, it leaves the outbox", () => {
  const page = connectedPage().write("m1");
  page.tell(ack("m1"));
  assert.deepEqual(page.asked("outbox-delete"), [{ do: "outbox-delete", id: "m1" }]);
  assert.deepEqual(page.outbox(), ["m1 sent"]);
  page.tell(said(1, { id: "m1", author: ALICE }));
  assert.deepEqual(page.outbox(), []);
  assert.deepEqual(page.seqs(), [1]);
});

test("the event may come before the Ack", () => {
  const page = connectedPage().write("m1");
  page.tell(said(1, { id: "m1", author: ALICE }), ack("m1"));
  assert.deepEqual(page.outbox(), []);
  assert.deepEqual(page.asked("outbox-delete"), [{ do: "outbox-delete", id: "m1" }]);
});

test("in slow mode a member's next message waits for its turn, which comes with the end of slow mode at the latest", () => {
  const slow = room({ slow_seconds: 3600, role: "member" });
  const page = connectedPage([slow]).write("m1").tell(said(1, { id: "m1", author: ALICE }));
  const told = Date.parse(at(1));
  const wanted = (/** @type {any} */ changes, /** @type {number} */ now) => slowFor(page.state, { ...page.state.rooms[LOBBY], ...changes }, now);
  assert.equal(wanted({}, told + 60_000), 59 * 60_000);
  assert.equal(wanted({}, told + 3_600_000), 0);
  assert.equal(wanted({ role: "moderator" }, told), 0);
  assert.equal(wanted({ slow_seconds: 0 }, told), 0);
  page.write("m2").sent();
  page.tell(wait("m2", { retry_after_ms: 3_600_000 }));
  assert.deepEqual(page.state.outbox.map(({ status, reason }) => [status, reason]), [["waiting", "slow_mode"]]);
  page.tell({ type: "RoomUpdated", room: LOBBY, seq: 2, at: at(2), user: BOB, changes: { slow_seconds: 0 } });
  assert.deepEqual(bodies(page.sent("Message")), ["m2"]);
});

test("an Ack for what is already in the log behind the cursor settles it", () => {
  const page = connectedPage([room({ last_seq: 5, last_at: "2026-01-01T00:00:05.000Z" })], [4, 5]).write("m1");
  page.tell(ack("m1", 5));
  assert.deepEqual(page.outbox(), []);
});

test("sent and not answered, it is sent again with the same id on the next connection", () => {
  const page = connectedPage().write("m1");
  page.sent();
  reconnect(page, welcome()).tell({ type: "Live" });
  assert.deepEqual(page.sent("Message").map((frame) => frame.id), ["m1"]);
});

test("a message that the catch-up brings back is not sent again", () => {
  const page = connectedPage().write("m1");
  page.sent();
  reconnect(page, welcome([room({ last_seq: 1 })])).tell(said(1, { id: "m1", author: ALICE }), { type: "Live" });
  assert.deepEqual(page.sent("Message"), []);
  assert.deepEqual(page.outbox(), []);
});

test("refused with a wait: tried again when it is due, not before, and those behind it after it", () => {
  const page = connectedPage().write("m1").write("m2").write("m3");
  page.sent();
  page.tell(wait("m1"), wait("m2", { after: "m1" }), wait("m3", { after: "m1" }));
  assert.deepEqual(page.outbox(), ["m1 waiting", "m2 queued", "m3 queued"]);
  page.now += 499;
  page.tell({ type: "outbox-due" });
  assert.deepEqual(page.sent("Message"), []);
  assert.equal(page.asked("wake").pop().at, page.now + 1, "an early timer rings again");
  page.now += 1;
  page.tell({ type: "outbox-due" });
  assert.deepEqual(bodies(page.sent("Message")), ["m1"], "the refused one first, alone");
  page.tell(ack("m1", 1));
  assert.deepEqual(bodies(page.sent("Message")), ["m2"]);
  page.tell(said(1, { id: "m1", author: ALICE }), said(2, { id: "m2", author: ALICE }));
  assert.deepEqual(bodies(page.sent("Message")), ["m3"], "the event alone lets the next one go too");
});

test("another room goes on while one waits", () => {
  const page = connectedPage([room(), room({ id: OPS, name: "ops" })]).write("m1");
  page.tell(wait("m1"));
  page.sent();
  page.write("m2", "here", LOBBY).write("m3", "there", OPS);
  assert.deepEqual(bodies(page.sent("Message")), ["there"]);
});

test("a refusal for good fails the message and lets the next ones go", () => {
  const page = connectedPage().write("m1").write("m2");
  page.tell(wait("m1"), wait("m2", { after: "m1" }));
  page.sent();
  page.now += 500;
  page.tell({ type: "outbox-due" }, { type: "Error", id: "m1", code: "forbidden", detail: "You may not." });
  assert.deepEqual(page.outbox(), ["m1 failed", "m2 sending"]);
  assert.equal(page.state.outbox[0].reason, "You may not.");
  assert.equal(page.asked("outbox-put").pop().entry.status, "failed", "the disk knows it too");
});

test("a failed message is sent again only when asked, with its first id", () => {
  const page = connectedPage().write("m1");
  page.tell({ type: "Error", id: "m1", code: "forbidden", detail: "no" });
  page.sent();
  reconnect(page, welcome()).tell({ type: "Live" });
  assert.deepEqual(page.sent("Message"), []);
  page.tell({ type: "message-retried", id: "m1" });
  assert.deepEqual(page.sent("Message").map((frame) => frame.id), ["m1"]);
});

test("dropping tells the server to forget, then the next one goes", () => {
  const page = connectedPage().write("m1").write("m2");
  page.tell(wait("m1"), wait("m2", { after: "m1" }));
  page.effects = [];
  page.tell({ type: "message-dropped", id: "m1" });
  assert.deepEqual(page.sent().map((frame) => `${frame.type} ${frame.id}`), ["Forget m1", "Message m2"]);
  assert.deepEqual(page.asked("outbox-delete"), [{ do: "outbox-delete", id: "m1" }]);
});

test("what is out on a live connection cannot be dropped", () => {
  const page = connectedPage().write("m1");
  page.tell({ type: "message-dropped", id: "m1" });
  assert.deepEqual(page.outbox(), ["m1 sending"]);
});

test("held behind a message that is not ours any more: it is given up, and the room opens", () => {
  const page = connectedPage().write("m2");
  page.sent();
  page.tell(wait("m2", { after: "gone" }));
  assert.deepEqual(page.sent(), [{ type: "Forget", id: "gone" }]);
  page.now += 500;
  page.tell({ type: "outbox-due" });
  assert.deepEqual(bodies(page.sent("Message")), ["m2"]);
});

test("no more than a few are sent ahead of their answers", () => {
  const page = connectedPage();
  for (let n = 0; n < 20; n++) page.write(`m${n}`);
  assert.equal(page.sent("Message").length, 8);
  page.tell(ack("m0"));
  assert.deepEqual(bodies(page.sent("Message")), ["m8"]);
});

test("a message that the disk did not take says so until it is sent", () => {
  const page = connectedPage().tell({ type: "connection-lost", retryAt: 1, reason: null });
  page.tell({ type: "message-written", id: "m1", room: LOBBY, body: "hi" }, { type: "message-saved", id: "m1", kept: false });
  assert.equal(page.state.outbox[0].unkept, true);
  page.tell(welcome(), { type: "Live" }, { type: "connection-lost", retryAt: 1, reason: null });
  assert.equal(page.state.outbox[0].unkept, true, "also after a try");
});

test("what an earlier page left behind goes first, and only its owner's", () => {
  const page = connectedPage();
  page.tell({ type: "connection-lost", retryAt: 1, reason: null }).write("b");
  const entry = (/** @type {string} */ id, user = ALICE.id) => ({ id, user, room: LOBBY, body: id, at: "", status: "queued" });
  page.tell({ type: "outbox-loaded", entries: [entry("a"), entry("b"), entry("x", "someone else")] });
  assert.deepEqual(page.outbox(), ["a queued", "b queued"]);
});

test("another page's draft is taken over, but never into the room that one writes in", () => {
  const page = connectedPage([room(), room({ id: OPS, name: "ops" })]).tell({ type: "typed", room: LOBBY, text: "mine" });
  page.tell({ type: "draft-changed-elsewhere", room: OPS, text: "theirs" }, { type: "draft-changed-elsewhere", room: LOBBY, text: "theirs" });
  assert.deepEqual(page.state.drafts, { [LOBBY]: "mine", [OPS]: "theirs" });
  page.tell({ type: "draft-changed-elsewhere", room: OPS, text: "" });
  assert.deepEqual(page.state.drafts, { [LOBBY]: "mine" });
});
