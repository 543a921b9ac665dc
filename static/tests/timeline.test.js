// The window over a room's history: contiguous, bounded, and steady under the reader.
import assert from "node:assert/strict";
import test from "node:test";
import { rowsOf } from "../js/store/selectors.js";
import { fromSnapshot, snapshotOf } from "../js/disk/snapshot.js";
import { ALICE, LOBBY, Page, at, connectedPage, reconnect, room, said, welcome } from "./harness.js";

const range = (/** @type {number} */ from, /** @type {number} */ to) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
const lobbyAt = (/** @type {number} */ seq) => [room({ last_seq: seq, last_at: at(seq), read_seq: seq })];

/** A reader who has scrolled up. @param {import("./harness.js").Page} page */
const scrollUp = (page) => page.tell({ type: "scrolled", room: LOBBY, atEnd: false });

test("older pages come above, once, until the room begins", () => {
  const page = connectedPage(lobbyAt(100), []);
  page.state.timelines[LOBBY].before = true;
  page.tell({ type: "older-wanted", room: LOBBY });
  assert.deepEqual(page.asked("load"), [], "an empty window has no top");

  const full = connectedPage(lobbyAt(100), range(51, 100));
  full.state.timelines[LOBBY].before = true;
  full.tell({ type: "older-wanted", room: LOBBY }, { type: "older-wanted", room: LOBBY });
  assert.deepEqual(full.effects.filter((effect) => effect.do === "load").map(({ where, seq }) => [where, seq]), [["before", 51]]);
  full.page(range(1, 50));
  assert.deepEqual(full.seqs(), range(1, 100));
  full.tell({ type: "older-wanted", room: LOBBY });
  assert.deepEqual(full.asked("load"), []);
});

test("a page that was asked for ahead is there to read at once, and is asked for again where something may be missing", () => {
  const ahead = (/** @type {Page} */ page, /** @type {number[]} */ seqs) => {
    const load = page.asked("load").pop();
    const messages = seqs.map((seq) => said(seq).message);
    return page.tell({ type: "page-loaded", ...load, prefetched: true, page: { room: LOBBY, messages, has_more_before: false, has_more_after: false } });
  };
  const first = (/** @type {number} */ seq) => new Page().tell({ type: "signed-in", user: ALICE }, welcome(lobbyAt(seq)));
  const whole = ahead(first(3), [1, 2, 3]);
  assert.deepEqual([whole.seqs(), whole.asked("load")], [[1, 2, 3], []]);

  // Two were said before the page knew of the room, and one after.
  const short = ahead(first(5), [1, 2, 3]);
  assert.deepEqual(short.seqs(), [1, 2, 3]);
  short.tell(said(6)).page([1, 2, 3, 4, 5]);
  assert.deepEqual(short.seqs(), range(1, 6), "no hole is left");
  // The next page does not come: it is asked for again as it was.
  const failed = ahead(first(5), [1, 2, 3]).tell(said(6));
  const { load } = failed.asked("load")[0];
  failed.tell({ type: "page-failed", room: LOBBY, load, reason: "no" }, { type: "page-retried", room: LOBBY });
  assert.equal(failed.asked("load")[0].where, "newest");
});

test("the window never holds more than 300, and knows which end it cut", () => {
  const page = connectedPage(lobbyAt(50), range(1, 50));
  for (let seq = 51; seq <= 1050; seq++) {
    page.tell(said(seq));
    assert.ok(page.seqs().length <= 300);
  }
  assert.deepEqual(page.seqs(), range(page.seqs()[0], 1050), "no holes");
  assert.equal(page.state.timelines[LOBBY].before, true);
  assert.equal(page.state.timelines[LOBBY].after, false);
});

test("a flood cuts the far end while someone reads above, and counts what is below", () => {
  const page = scrollUp(connectedPage(lobbyAt(250), range(1, 250)));
  for (let seq = 251; seq <= 400; seq++) page.tell(said(seq));
  const timeline = page.state.timelines[LOBBY];
  assert.deepEqual(page.seqs(), range(1, page.seqs().length), "the top stays");
  assert.ok(page.seqs().length <= 300);
  assert.equal(timeline.after, true);
  assert.equal(timeline.below, 150);
});

test("back at the live end nothing is missing, even what came while the page was on its way", () => {
  const page = scrollUp(connectedPage(lobbyAt(300), range(1, 300)));
  page.tell(said(301), { type: "newer-wanted", room: LOBBY });
  const last = /** @type {number} */ (page.seqs().at(-1));
  assert.ok(last < 301, "the end was cut");
  const [load] = page.effects.filter((effect) => effect.do === "load");
  assert.deepEqual([load.where, load.seq], ["after", last]);
  page.tell(said(302));
  page.page(range(last + 1, 301));
  const [again] = page.effects.filter((effect) => effect.do === "load");
  assert.deepEqual([again.where, again.seq], ["after", 301]);
  page.page([302]);
  assert.deepEqual(page.seqs(), range(page.seqs()[0], 302));
  assert.equal(page.state.timelines[LOBBY].after, false);
});

test("messages that arrive before the first page are kept with it, once", () => {
  const page = connectedPage(lobbyAt(10), range(1, 10));
  page.tell({ type: "Reset", room: LOBBY, last_seq: 20, at: at(20), why: "ahead" }, said(21), said(22));
  page.page(range(12, 21), { before: true });
  assert.deepEqual(page.seqs(), range(12, 22));
});

test("a page that cannot be loaded says so and is not asked for by itself again", () => {
  const page = connectedPage(lobbyAt(100), range(51, 100));
  page.state.timelines[LOBBY].before = true;
  page.tell({ type: "older-wanted", room: LOBBY });
  const [load] = page.asked("load");
  page.tell({ type: "page-failed", ...load, reason: "no network" }, { type: "older-wanted", room: LOBBY });
  assert.deepEqual(page.asked("load"), []);
  assert.equal(page.state.timelines[LOBBY].failed, "no network");
  page.tell({ type: "page-retried", room: LOBBY });
  assert.equal(page.asked("load")[0].seq, 51);
});

test("sending while reading far above goes to the live end", () => {
  const page = scrollUp(connectedPage(lobbyAt(300), range(1, 300)));
  page.tell(said(301)).write("m1");
  assert.equal(page.asked("load")[0].where, "newest");
});

test("what is written offline while reading far above stands last, and is kept with what is read", () => {
  const page = scrollUp(connectedPage(lobbyAt(300), range(1, 300)));
  page.tell(said(301), { type: "connection-lost", retryAt: 1, reason: null }).write("m1");
  const [load] = page.asked("load");
  page.tell({ type: "page-failed", ...load, reason: "The server cannot be reached." });
  const rows = rowsOf(page.state, LOBBY, page.now);
  assert.equal(rows.at(-1).outgoing?.id, "m1");
  assert.ok(rows.some(({ text }) => text === "Newer messages are not loaded"));
  const kept = /** @type {any} */ (fromSnapshot(structuredClone(snapshotOf(page.state))));
  assert.equal(kept.timelines[LOBBY].items.length, 60);

  // Back again, it goes to the newest by itself: here, and in a page that starts with what was kept.
  reconnect(page, welcome(lobbyAt(301))).tell({ type: "Live" });
  assert.deepEqual(page.asked("load").map(({ where }) => where), ["newest"]);
  const next = new Page().tell({ type: "restored", snapshot: kept, outbox: [], drafts: {} }, welcome(lobbyAt(301)), { type: "Live" });
  assert.deepEqual(next.asked("load").map(({ where }) => where), ["newest"]);
});

test("rows: days, groups, folded comings and goings, and the outbox last", () => {
  const page = connectedPage(lobbyAt(0), []);
  page.tell(said(1), said(2), { type: "UserJoined", room: LOBBY, seq: 3, at: at(3), user: { id: "c", name: "carol" } });
  page.tell({ type: "UserLeft", room: LOBBY, seq: 4, at: at(4), user: { id: "c", name: "carol" } }, said(5)).write("m1");
  const rows = rowsOf(page.state, LOBBY, page.now);
  assert.deepEqual(rows.map((row) => row.kind), ["day", "message", "message", "notice", "message", "day", "message"]);
  assert.deepEqual(rows.map((row) => row.grouped ?? null), [null, false, true, null, false, null, false]);
  assert.equal(rows[3].notices.length, 2);
  assert.equal(rows.at(-1).outgoing.id, "m1");
});

test("a message keeps its row from the outbox to the log", () => {
  const page = connectedPage(lobbyAt(0), []).write("m1");
  const key = rowsOf(page.state, LOBBY, page.now).at(-1).key;
  page.tell({ type: "Ack", id: "m1", room: LOBBY, seq: 1 }, said(1, { id: "m1", author: ALICE }));
  assert.equal(rowsOf(page.state, LOBBY, page.now).at(-1).key, key);
  assert.equal(rowsOf(page.state, LOBBY, page.now).filter((row) => row.kind === "message").length, 1);
});

test("a page that no longer joins the window leaves no hole in it, and the reader stays at the end", () => {
  const page = connectedPage(lobbyAt(300), range(61, 300));
  page.state.timelines[LOBBY].before = true;
  page.tell({ type: "older-wanted", room: LOBBY });
  page.tell(...range(301, 400).map((seq) => said(seq))).page(range(11, 60), { before: true });
  const { items, after, before, loading } = page.state.timelines[LOBBY];
  assert.deepEqual(page.seqs(), range(400 - items.length + 1, 400));
  assert.deepEqual([before, after, loading], [true, false, null]);
  page.tell({ type: "older-wanted", room: LOBBY });
  assert.equal(page.asked("load")[0].seq, items[0].seq, "what is above is still there to be asked for");
});
