// Truthful unread: the position moves only while someone looks and the message is on screen.
import assert from "node:assert/strict";
import test from "node:test";
import { nextUnread, rowsOf, unreadOf, unreadTotal } from "../js/store/selectors.js";
import { ALICE, BOB, LOBBY, OPS, at, connectedPage, room, said, welcome, reconnect } from "./harness.js";

const look = (/** @type {number} */ seq) => ({ type: "on-screen", room: LOBBY, seq });
const away = { type: "attention-changed", visible: true, focused: false };
const here = { type: "attention-changed", visible: true, focused: true };
const two = () => [room(), room({ id: OPS, name: "ops" })];

test("messages of others count, our own and joins do not", () => {
  const page = connectedPage(two());
  page.tell(said(1, { room: OPS }), said(2, { room: OPS, author: ALICE }), said(3, { room: OPS, mentions: [ALICE.id] }));
  page.tell({ type: "UserJoined", room: OPS, seq: 4, at: at(4), user: BOB });
  const { unread, mentions } = page.state.rooms[OPS];
  assert.deepEqual({ unread, mentions }, { unread: 2, mentions: 1 });
  assert.equal(nextUnread(page.state)?.id, OPS);
});

test("missed events do not count twice: Welcome has counted them", () => {
  const page = connectedPage(two());
  reconnect(page, welcome([room(), room({ id: OPS, name: "ops", last_seq: 1, last_at: at(1), unread: 1 })]));
  page.tell(said(1, { room: OPS }), { type: "Live" }, said(2, { room: OPS }));
  assert.equal(page.state.rooms[OPS].unread, 2);
});

test("nothing is read while the page has no focus", () => {
  const page = connectedPage().tell(away, said(1), look(1), { type: "reads-due" });
  assert.deepEqual(page.sent("Read"), []);
  assert.equal(unreadTotal(page.state).unread, 1);
  page.tell(here, look(1), { type: "reads-due" });
  assert.deepEqual(page.sent("Read"), [{ type: "Read", room: LOBBY, seq: 1 }]);
  assert.equal(unreadTotal(page.state).unread, 0);
});

test("only what is on screen is read", () => {
  const page = connectedPage().tell({ type: "scrolled", room: LOBBY, atEnd: false }, said(1), said(2), said(3), look(2));
  assert.equal(page.state.rooms[LOBBY].read_seq, 2);
  assert.equal(page.state.rooms[LOBBY].unread, 1);
});

test("reading offline is told when back", () => {
  const page = connectedPage().tell(said(1), { type: "connection-lost", retryAt: 1, reason: null }, look(1), { type: "reads-due" });
  assert.deepEqual(page.sent("Read"), []);
  page.tell(welcome([room({ last_seq: 1, last_at: at(1), unread: 1 })]), { type: "Live" });
  assert.deepEqual(page.sent("Read"), [{ type: "Read", room: LOBBY, seq: 1 }]);
});

test("another device reads: the count follows; an answer that we have moved past does not turn it back", () => {
  const page = connectedPage(two()).tell(said(1, { room: OPS }), said(2, { room: OPS }));
  page.tell({ type: "ReadMarker", room: OPS, seq: 2, unread: 0, mentions: 0 });
  assert.equal(page.state.rooms[OPS].unread, 0);
  page.tell(said(1), said(2), look(1), look(2), { type: "ReadMarker", room: LOBBY, seq: 1, unread: 1, mentions: 0 });
  assert.equal(page.state.rooms[LOBBY].read_seq, 2);
  page.tell({ type: "ReadMarker", room: LOBBY, seq: 2, unread: 0, mentions: 0 }, { type: "reads-due" });
  assert.deepEqual(page.sent("Read"), [], "confirmed is confirmed");
});

test("a divider stands above what came while nobody looked, and stays until the room is left", () => {
  const page = connectedPage(two()).tell(said(1), look(1), away, said(2), said(3), here, look(3), said(4));
  const rows = rowsOf(page.state, LOBBY, page.now);
  const at2 = rows.findIndex((row) => row.kind === "new");
  assert.match(rows[at2].text ?? "", /^2 new since/);
  assert.equal(rows[at2 + 1].seq, 2);
  page.tell({ type: "room-opened", room: "ops" });
  assert.equal(page.state.timelines[LOBBY].divider, null);
});

test("a room with unread messages opens at the first of them", () => {
  const page = connectedPage([room(), room({ id: OPS, name: "ops", last_seq: 9, last_at: at(9), read_seq: 4, unread: 5 })]);
  page.tell({ type: "room-opened", room: "ops" });
  const [load] = page.asked("load");
  assert.deepEqual([load.where, load.seq], ["around", 4]);
  assert.deepEqual(page.state.timelines[OPS].divider, { seq: 4, count: 5 });
  assert.equal(page.state.timelines[OPS].jump.seq, 4);
});

test("marked unread, a message stays so while it is looked at", () => {
  const page = connectedPage().tell(said(1), said(2), look(2), { type: "marked-unread", room: LOBBY, seq: 2 }, look(2));
  assert.deepEqual(page.sent("Read").at(-1), { type: "Read", room: LOBBY, seq: 1, back: true });
  assert.equal(unreadOf(page.state, page.state.rooms[LOBBY]).unread, 1);
  page.tell({ type: "room-opened", room: LOBBY }, { type: "marked-read", room: LOBBY }, { type: "reads-due" });
  assert.equal(page.state.rooms[LOBBY].unread, 0);
});
