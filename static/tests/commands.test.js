// Edits, deletions, reactions, pins and replies: what waits in the outbox, and what becomes of it.
import assert from "node:assert/strict";
import test from "node:test";
import { asItWillBe, commandsByMessage } from "../js/store/commands.js";
import { snapshotOf } from "../js/disk/snapshot.js";
import { fullTime } from "../js/kit/time.js";
import { ALICE, BOB, LOBBY, at, connectedPage, message, reconnect, room, said, welcome } from "./harness.js";

const FIRST = message(1).id;
const about = { room: LOBBY, message_id: FIRST };
const edit = (/** @type {string} */ id, /** @type {string} */ body, target = FIRST) => [
  { type: "message-edited", id, room: LOBBY, message_id: target, body },
  { type: "message-saved", id },
];
const react = (/** @type {string} */ id, on = true) => [{ type: "reaction-toggled", id, ...about, emoji: "👍", on }, { type: "message-saved", id }];
const logged = (/** @type {string} */ type, /** @type {number} */ seq, /** @type {any} */ more) => ({ type, room: LOBBY, seq, at: at(seq), user: BOB, ...more });
const offline = { type: "connection-lost", retryAt: 1, reason: null };
const target = (/** @type {any} */ page, seq = 1) => page.state.timelines[LOBBY].items.find((/** @type {any} */ item) => item.seq === seq).message;

/** A page on which the room has one message. */
const page = () => connectedPage([room({ last_seq: 1, last_at: at(1), read_seq: 1 })], [1]);

test("an edit waits behind the message that it changes, and goes out once", () => {
  const alice = connectedPage().write("m1", "helo");
  assert.equal(alice.sent("Message").length, 1);
  alice.tell(offline, ...edit("c1", "hello", "m1"));
  assert.deepEqual(alice.outbox(), ["m1 queued", "c1 queued"], "the server may have the message, so the edit is a command");
  reconnect(alice, welcome()).tell({ type: "Live" });
  assert.deepEqual(alice.sent().filter(({ type }) => /Message/.test(type)), [
    { type: "Message", id: "m1", room: LOBBY, body: "helo" },
    { type: "EditMessage", id: "c1", message_id: "m1", body: "hello" },
  ]);
});

test("what was never sent is edited in the outbox alone", () => {
  const alice = connectedPage().tell(offline).write("m1", "helo").tell(...edit("c1", "hello", "m1"));
  assert.deepEqual(alice.outbox(), ["m1 queued"]);
  assert.equal(alice.asked("outbox-put").at(-1).entry.body, "hello", "on disk, too");
  alice.tell(welcome(), { type: "Live" });
  assert.deepEqual(alice.sent("Message").map(({ body }) => body), ["hello"]);
  assert.deepEqual(alice.sent("EditMessage"), []);
});

test("two edits offline are one", () => {
  const alice = page().tell(offline, ...edit("c1", "one"), ...edit("c2", "two"));
  assert.deepEqual(alice.state.outbox.map(({ id, command }) => [id, command?.body]), [["c1", "two"]]);
});

test("a message that is not sent is deleted in the outbox alone", () => {
  const alice = connectedPage().tell(offline).write("m1").tell({ type: "delete-wanted", id: "c1", room: LOBBY, message_id: "m1" });
  assert.deepEqual(alice.outbox(), []);
  assert.deepEqual(alice.asked("outbox-delete").map(({ id }) => id), ["m1"]);
});

test("a deletion can be taken back until its time comes", () => {
  const alice = page().tell({ type: "delete-wanted", id: "c1", ...about });
  assert.equal(alice.asked("wake")[0].at, alice.now + 5_000);
  alice.tell({ type: "delete-undone", message_id: FIRST }, { type: "delete-due", message_id: FIRST });
  assert.deepEqual(alice.outbox(), []);
});

test("a deletion goes out when its time comes, and takes what waited for the message with it", () => {
  const alice = page().tell(offline, ...react("c1"), { type: "delete-wanted", id: "c2", ...about }, { type: "delete-due", message_id: FIRST });
  alice.tell({ type: "message-saved", id: "c2" });
  assert.deepEqual(alice.outbox(), ["c2 queued"]);
  alice.tell(welcome([room({ last_seq: 1, last_at: at(1), read_seq: 1 })]), { type: "Live" });
  assert.deepEqual(alice.sent("DeleteMessage"), [{ type: "DeleteMessage", id: "c2", message_id: FIRST }]);
});

test("a page that is left deletes at once what was to be deleted", () => {
  const alice = page().tell({ type: "delete-wanted", id: "c1", ...about }, { type: "deletes-due" });
  assert.deepEqual(alice.asked("outbox-put").map(({ entry }) => entry.command.type), ["DeleteMessage"]);
});

test("a reaction that is taken back offline was never there", () => {
  const alice = page().tell(offline, ...react("c1"));
  assert.deepEqual(alice.outbox(), ["c1 queued"]);
  alice.tell(...react("c2", false));
  assert.deepEqual(alice.outbox(), []);
});

test("a message shows at once what waits for it", () => {
  const alice = page().tell(offline, ...react("c1"), ...edit("c2", "new"));
  const waits = commandsByMessage(alice.state).get(FIRST) ?? [];
  const shown = asItWillBe(alice.state, target(alice), waits);
  assert.deepEqual([shown.body, shown.reactions], ["new", [{ emoji: "👍", count: 1, users: [{ id: ALICE.id, name: ALICE.name }] }]]);
});

test("a command leaves the outbox when what it did is seen, and not before", () => {
  const alice = page().tell(...react("c1"));
  alice.tell({ type: "Ack", id: "c1", room: LOBBY, seq: 2 });
  assert.deepEqual(alice.outbox(), ["c1 sent"], "or the reaction would vanish for a moment");
  alice.tell(logged("ReactionAdded", 2, { message_id: FIRST, message_seq: 1, emoji: "👍", count: 1, user: ALICE }));
  assert.deepEqual(alice.outbox(), []);
  alice.tell(...react("c2")).tell({ type: "Ack", id: "c2", room: LOBBY, seq: 2 });
  assert.deepEqual(alice.outbox(), [], "one that changed nothing makes no event");
});

test("what changed while a page was on its way is not lost", () => {
  const alice = connectedPage([room({ last_seq: 1, last_at: at(1), read_seq: 1 })], []);
  alice.tell({ type: "Reset", room: LOBBY, last_seq: 1, at: at(1) });
  alice.tell(logged("MessageEdited", 2, { message: message(1, { body: "changed", edited_at: at(2) }) }));
  alice.page([1]);
  assert.equal(target(alice).body, "changed");
});

test("a deleted text leaves what is kept for the next visit", () => {
  const alice = page().tell(said(2, { body: "secret" }), logged("MessageDeleted", 3, { message_id: message(2).id, message_seq: 2 }));
  assert.doesNotMatch(JSON.stringify(snapshotOf(alice.state)), /secret/);
});

test("people of a reaction are named once, whatever is told twice", () => {
  const alice = page();
  for (const seq of [2, 3]) alice.tell(logged("ReactionAdded", seq, { message_id: FIRST, message_seq: 1, emoji: "🎉", count: 1 }));
  assert.deepEqual(target(alice).reactions, [{ emoji: "🎉", count: 1, users: [BOB] }]);
});

test("the first message of a thread counts its replies, and those that are deleted no more", () => {
  const reply = { reply_to: FIRST, thread: FIRST };
  const alice = page().tell(said(2, reply), said(3, { ...reply, author: { id: ALICE.id, name: ALICE.name } }));
  assert.deepEqual([target(alice).replies.count, target(alice).replies.people.map((/** @type {any} */ { name }) => name)], [2, ["bob", "alice"]]);
  alice.tell(logged("MessageDeleted", 4, { message_id: message(2).id, message_seq: 2 }));
  assert.equal(target(alice).replies.count, 1);
});

test("a reply that a replayed edit shows as deleted counts no more, and an edit brings no count of its own", () => {
  const reply = { reply_to: FIRST, thread: FIRST };
  const alice = page().tell(said(2, reply), said(3, reply));
  const gone = { ...message(2, reply), body: "", deleted: true };
  alice.tell(logged("MessageEdited", 4, { message: gone }), logged("MessageDeleted", 5, { message_id: gone.id, message_seq: 2 }));
  assert.equal(target(alice).replies.count, 1);
  alice.tell(logged("MessageEdited", 6, { message: { ...message(1), body: "now", replies: { ...target(alice).replies, count: 7 } } }));
  assert.deepEqual([target(alice).body, target(alice).replies.count], ["now", 1]);
});

test("an open thread takes on what is said and changed in it", () => {
  const alice = page().tell({ type: "thread-opened", room: LOBBY, first: FIRST });
  assert.equal(alice.asked("load-thread")[0].first, FIRST);
  alice.tell(said(2, { reply_to: FIRST, thread: FIRST }));
  alice.tell({ type: "thread-loaded", first: FIRST, page: { messages: [message(1)], has_more_before: false } });
  assert.deepEqual(alice.state.thread?.messages.map(({ seq }) => seq), [1, 2]);
  alice.tell(logged("MessageEdited", 3, { message: message(2, { body: "better", thread: FIRST }) }));
  assert.equal(alice.state.thread?.messages[1].body, "better");
  alice.tell({ type: "room-opened", room: LOBBY });
  assert.ok(alice.state.thread, "it stays while its room is on screen");
});

test("a reply says what it answers, once", () => {
  const alice = page().tell({ type: "reply-wanted", ...about });
  alice.tell({ type: "message-written", id: "m1", room: LOBBY, body: "yes", reply_to: alice.state.replying[LOBBY] }, { type: "message-saved", id: "m1" });
  assert.equal(alice.sent("Message")[0].reply_to, FIRST);
  assert.equal(alice.state.replying[LOBBY], undefined);
});

test("a moderator's removal says who, where and why", () => {
  const alice = page().tell({ type: "RoomRemoved", room_id: LOBBY, why: "kicked", by: BOB, reason: "wrong room" });
  assert.equal(alice.asked("toast")[0].text, "bob removed you from #lobby: wrong room");
});

test("who is muted knows until when", () => {
  const alice = page();
  const until = at(3_600);
  alice.tell(logged("Moderated", 2, { action: "mute", by: BOB, user: ALICE, until }));
  assert.equal(alice.state.muted[LOBBY], until);
  alice.tell(logged("Moderated", 3, { action: "unmute", by: BOB, user: ALICE }));
  assert.equal(LOBBY in alice.state.muted, false);
  alice.write("m0").tell({ type: "Error", id: "m0", code: "forbidden", detail: `muted until ${until}`, until });
  assert.equal(alice.state.outbox[0].reason, `a moderator has muted you here until ${fullTime(until)}`, "as people read times");
  alice.write("m1").tell({ type: "Error", id: "m1", code: "forbidden", detail: "You are muted here.", until: null });
  assert.equal(alice.state.muted[LOBBY], null, "for ever, as the refusal says");
});

