// What of a room the user is notified of: mentions, replies in threads that they follow, or all of it.
import assert from "node:assert/strict";
import test from "node:test";
import { isWanted } from "../js/store/selectors.js";
import { snapshotOf } from "../js/disk/snapshot.js";
import { ALICE, BOB, LOBBY, Page, connectedPage, fixture, message, room, welcome } from "./harness.js";

const FIRST = message(1).id;
const followed = (/** @type {boolean} */ following) => ({ type: "ThreadFollowed", message_id: FIRST, following });
const reply = () => message(2, { reply_to: FIRST, thread: FIRST });

test("replies in followed threads notify, until the thread is left", () => {
  const page = connectedPage([room()], [1]);
  assert.equal(isWanted(page.state, reply()), false);
  page.tell(followed(true));
  assert.equal(isWanted(page.state, reply()), true);
  assert.equal(isWanted(page.state, message(3)), false, "what is outside of it does not");
  page.tell({ type: "Message", room: LOBBY, seq: 1, at: message(1).sent_at, message: message(1) });
  page.tell({ type: "Message", room: LOBBY, seq: 2, at: reply().sent_at, message: reply() });
  assert.deepEqual([page.state.rooms[LOBBY].unread, page.state.rooms[LOBBY].mentions], [2, 0], "they are no mentions");
  page.tell(followed(false));
  assert.equal(isWanted(page.state, reply()), false);
});

test("the server says which threads are followed, whatever was known before", () => {
  const page = connectedPage([room()], [1]).tell(followed(true));
  assert.deepEqual(snapshotOf(page.state).followed, [FIRST], "the next visit knows, too");
  const other = message(9).id;
  page.tell({ type: "connection-lost", retryAt: 1, reason: null }, { ...welcome(), followed_threads: [other] });
  assert.deepEqual(page.state.followed, [other]);
});

test("the setting of the room and who is ignored come first", () => {
  const page = connectedPage([room()], [1]).tell(followed(true));
  page.tell({ type: "RoomSettings", room: LOBBY, notify: "none", favourite: false, hidden: false });
  assert.equal(isWanted(page.state, reply()), false, "a room that is muted");
  page.tell({ type: "RoomSettings", room: LOBBY, notify: "all", favourite: false, hidden: false });
  assert.equal(isWanted(page.state, message(3)), true, "all of a room");
  page.tell({ type: "Ignored", users: [BOB.id] });
  assert.equal(isWanted(page.state, reply()), false, "someone who is ignored");
  page.tell({ type: "Ignored", users: [] }, { type: "RoomSettings", room: LOBBY, notify: "mentions", favourite: false, hidden: false });
  assert.equal(isWanted(page.state, message(3, { mentions: [ALICE.id] })), true, "a mention");
  assert.equal(isWanted(page.state, message(3, { mentions: [ALICE.id], deleted: true })), false, "what is deleted");
});

test("messages notify as the cases say that every client has", () => {
  const { me, room: facts, message: said, cases } = fixture("notify.json");
  assert.ok(cases.length >= 12);
  for (const { about, ignored = [], followed: follows = [], notifies, ...changed } of cases) {
    const page = new Page().tell({ type: "signed-in", user: { ...ALICE, id: me } }, { ...welcome([{ ...facts, ...changed.room }]), user: { ...ALICE, id: me }, ignored, followed_threads: follows });
    assert.equal(isWanted(page.state, { ...said, ...changed.message }), notifies, about);
  }
});
