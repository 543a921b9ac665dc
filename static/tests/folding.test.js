// Replies as one row for each thread, where the reader wants them so.
import assert from "node:assert/strict";
import test from "node:test";
import { rowsOf } from "../js/store/selectors.js";
import { LOBBY, connectedPage, message, room, said } from "./harness.js";

const FIRST = message(1).id;
const reply = (/** @type {number} */ seq, /** @type {object} */ more = {}) => said(seq, { reply_to: FIRST, thread: FIRST, ...more });
const rows = (/** @type {any} */ page) => rowsOf(page.state, LOBBY, page.now).filter(({ kind }) => kind === "message");
const seqs = (/** @type {any} */ page) => rows(page).map(({ seq }) => seq);

/** A thread of two replies, and something between them. */
const page = () => connectedPage([room()], []).tell(said(1), reply(2), said(3), reply(4));

test("the newest reply stands for its thread, with what it began with", () => {
  const alice = page();
  assert.deepEqual(seqs(alice), [1, 2, 3, 4]);
  alice.tell({ type: "folding-chosen", on: true });
  assert.deepEqual(seqs(alice), [1, 3, 4]);
  const [, , folded] = rows(alice);
  assert.deepEqual([folded.folds, folded.quote?.id, folded.quote?.replies?.count], [true, FIRST, 2]);
  alice.tell(reply(5, { reply_to: message(4).id }));
  assert.deepEqual(seqs(alice), [1, 3, 5]);
  alice.tell({ type: "folding-chosen", on: false });
  assert.deepEqual(seqs(alice), [1, 2, 3, 4, 5]);
});

test("a deleted reply stands for nothing", () => {
  const alice = page().tell({ type: "folding-chosen", on: true });
  alice.tell({ type: "MessageDeleted", room: LOBBY, seq: 5, at: message(5).sent_at, message_id: message(4).id, message_seq: 4, user: message(4).author });
  assert.deepEqual(seqs(alice), [1, 2, 3]);
});

test("what is edited, what an address leads to, and what can still be kept is shown", () => {
  const alice = page().tell({ type: "folding-chosen", on: true });
  alice.tell({ type: "editing-wanted", message_id: message(2).id });
  assert.deepEqual(seqs(alice), [1, 2, 3, 4]);
  alice.tell({ type: "editing-wanted", message_id: null }, { type: "delete-wanted", id: "c1", room: LOBBY, message_id: message(2).id });
  assert.deepEqual(seqs(alice), [1, 2, 3, 4]);
  alice.tell({ type: "delete-undone", message_id: message(2).id });
  assert.deepEqual(seqs(alice), [1, 3, 4]);
  alice.tell({ type: "message-wanted", room: LOBBY, seq: 2 });
  assert.deepEqual(seqs(alice), [1, 2, 3, 4]);
});
