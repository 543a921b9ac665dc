// Searching: what is asked, in which order answers count, and what becomes of what was found.
import assert from "node:assert/strict";
import test from "node:test";
import { askedOf, filtersAt, hasFilter, roomFilter, toggleFilter } from "../js/keyboard/search-filters.js";
import { markedPieces } from "../js/kit/marks.js";
import { ALICE, BOB, LOBBY, OPS, connectedPage, message, reconnect, room, welcome } from "./harness.js";

const NOW = Date.UTC(2026, 10, 28, 12);

/** @param {number} seq @param {object} [changes] */
const hit = (seq, changes) => ({ message: message(seq, changes), room: LOBBY, marks: [[0, 7]] });

/** @param {import("./harness.js").Page} page @param {string} q */
const type = (page, q) => page.tell({ type: "search-typed", text: q, q });

/** The question under way is answered. @param {import("./harness.js").Page} page @param {any[]} hits @param {string} [next] */
function answer(page, hits, next) {
  const asked = page.asked("search").pop();
  if (!asked) throw new Error("nothing was asked");
  return page.tell({ type: "search-loaded", q: asked.q, before: asked.before, page: { hits, ...(next ? { next } : {}) } });
}

/** @param {import("./harness.js").Page} page */
const found = (page) => page.state.search.hits.map((one) => one.message.seq);

test("what is typed while the server is asked is asked next, and only the newest of it", () => {
  const page = connectedPage();
  type(page, "d");
  type(page, "di");
  type(page, "dis");
  assert.deepEqual(page.effects.filter((effect) => effect.do === "search").map(({ q }) => q), ["d"]);
  answer(page, [hit(9)]);
  assert.deepEqual(found(page), [], "the answer is to another question");
  assert.deepEqual(page.effects.filter((effect) => effect.do === "search").map(({ q }) => q), ["dis"]);
  answer(page, [hit(4)]);
  assert.deepEqual([found(page), page.state.search.answered], [[4], "dis"]);
});

test("an answer that comes when nothing is looked for any more is dropped", () => {
  const page = type(connectedPage(), "disk");
  type(page, "");
  answer(page, [hit(4)]);
  assert.deepEqual([found(page), page.asked("search")], [[], []]);
});

test("the next page is asked for once, and stands below", () => {
  const page = answer(type(connectedPage(), "disk"), [hit(9), hit(8)], "cursor");
  page.tell({ type: "search-more-wanted" }, { type: "search-more-wanted" });
  assert.deepEqual(page.effects.filter((effect) => effect.do === "search").map(({ before }) => before), ["cursor"]);
  answer(page, [hit(8), hit(3)]);
  assert.deepEqual(found(page), [9, 8, 3]);
  page.tell({ type: "search-more-wanted" });
  assert.deepEqual(page.asked("search"), []);
});

test("a page of an earlier question is no page of the one that is asked again", () => {
  const page = answer(type(connectedPage(), "disk"), [hit(9)], "cursor");
  page.tell({ type: "search-more-wanted" });
  type(page, "");
  type(page, "disk");
  answer(page, [hit(3)]);
  assert.deepEqual(found(page), []);
  answer(page, [hit(9)], "cursor");
  assert.deepEqual(found(page), [9]);
});

test("an empty page that is not the last goes on by itself", () => {
  const page = answer(type(connectedPage(), "disk"), [], "cursor");
  assert.equal(page.effects.find((effect) => effect.do === "search")?.before, "cursor");
  answer(page, [hit(2)]);
  assert.deepEqual(found(page), [2]);
});

test("a refusal is told beside the field, and ends with the next question", () => {
  const page = answer(type(connectedPage(), "disk"), [hit(9)]);
  type(page, "disk in:#x");
  const [asked] = page.asked("search");
  page.tell({ type: "search-failed", q: asked.q, before: null, reason: "in:#x: there is no such room.", status: 400, retryAfter: null });
  assert.deepEqual([found(page), page.state.search.refusal], [[], "in:#x: there is no such room."]);
  type(page, "disk");
  assert.equal(page.state.search.refusal, null);
});

test("what could not be asked is asked again when the server is back", () => {
  const page = type(connectedPage(), "disk");
  page.asked("search");
  page.tell({ type: "search-failed", q: "disk", before: null, reason: "The server cannot be reached.", status: 0, retryAfter: null });
  assert.deepEqual(page.asked("search"), []);
  reconnect(page, welcome()).tell({ type: "Live" });
  assert.deepEqual(page.asked("search").map(({ q }) => q), ["disk"]);
});

test("what is deleted is no longer found, and what is edited is shown as it is", () => {
  const page = answer(type(connectedPage([room({ last_seq: 9 })], [4, 9]), "disk"), [hit(9), hit(4)]);
  page.tell({ type: "MessageEdited", room: LOBBY, seq: 10, at: "", user: BOB, message: message(9, { body: "else", edited_at: "2026-01-01T00:00:10Z" }) });
  page.tell({ type: "MessageDeleted", room: LOBBY, seq: 11, at: "", user: BOB, message_id: message(4).id, message_seq: 4 });
  assert.deepEqual(page.state.search.hits.map(({ message, marks }) => [message.body, marks]), [["else", []]]);
});

test("what was found in a room goes with the room", () => {
  const page = answer(type(connectedPage([room(), room({ id: OPS, name: "ops" })]), "disk"), [{ ...hit(9), room: OPS }, hit(4)]);
  page.tell({ type: "RoomRemoved", room_id: OPS, why: "left" });
  assert.deepEqual(found(page), [4]);
});

test("a room that one is not in is looked up, and gone to once it was joined", () => {
  const page = answer(type(connectedPage(), "disk"), [{ ...hit(9), room: OPS }]);
  assert.deepEqual(page.asked("load-found-room").map((effect) => effect.room), [OPS]);
  page.tell({ type: "room-wanted", room: OPS, seq: 9 }, { type: "RoomAdded", room: room({ id: OPS, name: "ops", last_seq: 12 }) });
  assert.deepEqual([page.state.current, page.state.linked], [OPS, { room: OPS, seq: 9 }]);
});

test("marks count letters, not units, and stay in what is shown", () => {
  assert.deepEqual(markedPieces("🙂🙂 disk full", [[3, 7]], 100), [
    { text: "🙂🙂 ", marked: false }, { text: "disk", marked: true }, { text: " full", marked: false },
  ]);
  const long = markedPieces(`${"x".repeat(500)}disk${"y".repeat(500)}`, [[500, 504]], 40).map(({ text, marked }) => (marked ? `[${text}]` : text)).join("");
  assert.equal(long, `…${"x".repeat(10)}[disk]${"y".repeat(26)}…`);
  assert.deepEqual(markedPieces("disk", [], 40), [{ text: "disk", marked: false }]);
});

test("filters are completed, and asked for when they are whole", () => {
  const page = connectedPage([room(), room({ id: OPS, name: "ops" })]);
  page.tell({ type: "Members", room: LOBBY, total: 2, online: 1, members: [ALICE, BOB] });
  const offered = (/** @type {string} */ text) => filtersAt(page.state, text, text.length, NOW);
  const labels = (/** @type {string} */ text) => offered(text)?.choices.map(({ label }) => label) ?? null;
  assert.deepEqual(labels("disk from:b"), ["from:bob"]);
  assert.deepEqual(labels("from:bob"), null);
  assert.deepEqual(labels("in:op"), ["in:#ops"]);
  assert.deepEqual(labels("-has:"), ["-has:link", "-has:code", "-has:file"]);
  assert.equal(labels("after:")?.[0], "after:2026-11-28");
  assert.deepEqual(labels("what:"), null);
  assert.equal(askedOf("disk from:b", offered("disk from:b")), "disk");
  assert.equal(askedOf("disk from:nobody", offered("disk from:nobody")), "disk from:nobody");
  assert.deepEqual([toggleFilter("disk", "has:link"), toggleFilter("has:link disk", "has:link"), hasFilter("Has:Link", "has:link")], ["disk has:link ", "disk ", true]);
  assert.equal(roomFilter(room({ kind: "direct", name: "", people: [ALICE, BOB] }), ALICE.id), "in:@bob");
});
