// The log as the page follows it: each event once, in order, without gaps, and honest after a change of history.
import assert from "node:assert/strict";
import test from "node:test";
import { helloFrame } from "../js/store/connection.js";
import { onlineCount } from "../js/store/selectors.js";
import { ALICE, BOB, EPOCH, LOBBY, OPS, Page, at, connectedPage, reconnect, room, said, welcome } from "./harness.js";

test("events move the cursor one by one", () => {
  const page = connectedPage().tell(said(1), said(2));
  assert.deepEqual(page.state.cursors[LOBBY], { seq: 2, at: at(2) });
  assert.deepEqual(page.seqs(), [1, 2]);
});

test("an event that was told before changes nothing", () => {
  const page = connectedPage().tell(said(1), said(1, { body: "again" }));
  assert.deepEqual(page.seqs(), [1]);
  assert.equal(page.state.rooms[LOBBY].unread, 1);
});

test("a gap is a fault: nothing is taken, the page comes back and asks", () => {
  const page = connectedPage().tell(said(1));
  page.effects = [];
  page.tell(said(3));
  assert.deepEqual(page.effects.map((effect) => effect.do), ["resync"]);
  assert.deepEqual(page.seqs(), [1]);
  assert.equal(page.state.cursors[LOBBY].seq, 1);
});

test("a logged event of an unknown type moves the cursor; an unknown ephemeral one is nothing", () => {
  const page = connectedPage().tell({ type: "PollClosed", room: LOBBY, seq: 1, at: at(1) }, { type: "Wave", room: LOBBY });
  assert.equal(page.state.cursors[LOBBY].seq, 1);
  page.tell(said(2));
  assert.deepEqual(page.seqs(), [2]);
});

test("the first Hello has no cursors; the next ones give them back as they came, with the epoch", () => {
  assert.equal("cursors" in helloFrame(new Page().state), false);
  const page = connectedPage([room({ last_seq: 7, last_at: at(7) }), room({ id: OPS, name: "ops" })]).tell(said(8));
  const hello = helloFrame(page.state);
  assert.deepEqual(hello.cursors, { [LOBBY]: { seq: 8, at: at(8) }, [OPS]: { seq: 0 } });
  assert.equal(hello.epoch, EPOCH);
  assert.equal(hello.blocks, true);
});

test("coming back continues where the page was", () => {
  const page = connectedPage([room({ last_seq: 2, last_at: at(2) })], [1, 2]);
  reconnect(page, welcome([room({ last_seq: 4, last_at: at(4) })]));
  assert.equal(page.state.connection.status, "catching-up");
  assert.equal(page.state.connection.total, 2);
  page.tell(said(3), said(4), { type: "Live" });
  assert.deepEqual(page.seqs(), [1, 2, 3, 4]);
  assert.equal(page.state.connection.status, "connected");
  assert.deepEqual(page.asked("load"), [], "nothing is loaded that is already there");
});

test("Reset drops what is cached and loads the newest page", () => {
  const page = connectedPage([room({ last_seq: 2, last_at: at(2) })], [1, 2]);
  page.tell({ type: "Reset", room: LOBBY, last_seq: 900, at: at(900), why: "too_far" });
  assert.deepEqual(page.seqs(), []);
  assert.deepEqual(page.state.cursors[LOBBY], { seq: 900, at: at(900) });
  page.page([899, 900], { before: true }).tell(said(901));
  assert.deepEqual(page.seqs(), [899, 900, 901]);
});

test("Reset to an empty room leaves a cursor without a time", () => {
  const page = connectedPage([room({ last_seq: 2, last_at: at(2) })], [1, 2]);
  page.tell({ type: "Reset", room: LOBBY, last_seq: 0, at: null, why: "epoch" });
  assert.deepEqual(page.state.cursors[LOBBY], { seq: 0 });
});

test("a page that was asked for before a Reset is not believed", () => {
  const page = connectedPage([room({ last_seq: 60, last_at: at(60) })], [59, 60]);
  page.state.timelines[LOBBY].before = true;
  page.tell({ type: "older-wanted", room: LOBBY });
  const [old] = page.asked("load");
  page.tell({ type: "Reset", room: LOBBY, last_seq: 0, at: null, why: "epoch" });
  page.tell({ type: "page-loaded", ...old, page: { messages: [said(1).message], has_more_before: false, has_more_after: false } });
  assert.deepEqual(page.seqs(), []);
});

test("a room joined on another device appears; one that was left goes, and the lobby comes on screen", () => {
  const page = connectedPage().tell({ type: "RoomAdded", room: room({ id: OPS, name: "ops", last_seq: 3, last_at: at(3) }) });
  assert.equal(page.state.current, LOBBY, "it does not push itself on the screen");
  page.tell({ type: "UserJoined", room: OPS, seq: 4, at: at(4), user: ALICE }, { type: "room-opened", room: "ops" });
  assert.equal(page.state.current, OPS);
  page.tell({ type: "RoomRemoved", room_id: OPS });
  assert.equal(page.state.current, LOBBY);
  assert.equal(page.state.cursors[OPS], undefined);
});

test("a room that we asked to join opens when it comes", () => {
  const page = connectedPage().tell({ type: "room-wanted", room: "#ops" });
  page.tell({ type: "RoomAdded", room: room({ id: OPS, name: "ops" }) });
  assert.equal(page.state.current, OPS);
});

test("nobody counts twice as a member: neither who joined before Welcome counted, nor oneself in a new room", () => {
  const page = connectedPage().tell({ type: "RoomAdded", room: room({ id: OPS, name: "ops", members: 2, last_seq: 3, last_at: at(3), read_seq: 4 }) });
  page.tell({ type: "UserJoined", room: OPS, seq: 4, at: at(4), user: ALICE });
  assert.equal(page.state.rooms[OPS].members, 2, "RoomAdded counted its user in");
  page.tell({ type: "UserJoined", room: OPS, seq: 5, at: at(5), user: { id: "c", name: "carol" } });
  assert.equal(page.state.rooms[OPS].members, 3);
  page.tell({ type: "UserLeft", room: OPS, seq: 6, at: at(6), user: BOB });
  assert.equal(page.state.rooms[OPS].members, 2);

  const back = connectedPage([room({ members: 2 })]);
  reconnect(back, welcome([room({ members: 3, last_seq: 1, last_at: at(1) })]));
  back.tell({ type: "UserJoined", room: LOBBY, seq: 1, at: at(1), user: { id: "c", name: "carol" } });
  assert.equal(back.state.rooms[LOBBY].members, 3, "Welcome counted carol in");
});

test("who joins is here; whether someone is who was added, the server says", () => {
  const page = connectedPage().tell({ type: "Members", room: LOBBY, total: 1, online: 1, members: [{ ...BOB, online: true }] });
  page.tell({ type: "UserJoined", room: LOBBY, seq: 1, at: at(1), user: { id: "c", name: "carol" } });
  page.tell({ type: "UserJoined", room: LOBBY, seq: 2, at: at(2), user: { id: "d", name: "dave" }, by: BOB });
  const here = () => page.state.people[LOBBY].members.filter(({ online }) => online).map(({ name }) => name);
  assert.deepEqual([here(), page.state.people[LOBBY].online], [["bob", "carol"], 2]);
  page.tell({ type: "Presence", room: LOBBY, online: 3, changes: [{ user: { id: "d", name: "dave" }, online: true }] });
  assert.deepEqual(here(), ["bob", "carol", "dave"]);
});

test("another user's Welcome starts again, with none of our cursors", () => {
  const page = connectedPage([room({ last_seq: 2, last_at: at(2) })], [1, 2]);
  reconnect(page, { ...welcome(), user: BOB });
  assert.deepEqual(page.state.cursors, {});
  assert.deepEqual(page.state.timelines, {});
  assert.equal(page.asked("resync").length, 1);
});

test("typing ends with the message, and never shows ourselves", () => {
  const page = connectedPage();
  page.tell({ type: "UserTyping", room: LOBBY, user: BOB }, { type: "UserTyping", room: LOBBY, user: ALICE });
  assert.deepEqual(page.state.typing[LOBBY], [BOB]);
  page.tell(said(1));
  assert.deepEqual(page.state.typing[LOBBY], []);
});

test("our typing is told every 3 s at most, and taken back when the draft is gone", () => {
  const page = connectedPage();
  const type = (/** @type {string} */ text) => page.tell({ type: "typed", room: LOBBY, text });
  type("h"), type("he");
  page.now += 2_999;
  type("hel");
  assert.equal(page.sent("UserTyping").length, 1);
  page.now += 1;
  type("hell");
  assert.equal(page.sent("UserTyping").length, 1);
  type("");
  assert.equal(page.sent("UserStoppedTyping").length, 1);
  type("/join ops");
  assert.deepEqual(page.sent(), [], "a command is nobody's business");
});

test("the count of those online agrees with the names in sight", () => {
  const page = connectedPage().tell({ type: "Members", room: LOBBY, total: 1, online: 2, members: [{ ...ALICE, online: true }] });
  page.tell({ type: "UserJoined", room: LOBBY, seq: 1, at: at(1), user: BOB });
  assert.equal(onlineCount(page.state.people[LOBBY]), 2);
  page.tell({ type: "Presence", room: LOBBY, online: 1, changes: [{ user: BOB, online: false }] });
  assert.equal(onlineCount(page.state.people[LOBBY]), 1);
  assert.equal(onlineCount({ total: 5000, online: 700, members: [] }), 700);
});

test("who moderates a room is listed with its people, until they no longer do or are gone", () => {
  const members = [ALICE, BOB].map((user) => ({ ...user, online: true }));
  const page = connectedPage().tell({ type: "Members", room: LOBBY, total: 2, online: 2, members, moderators: [ALICE.id] });
  const listed = () => page.state.people[LOBBY].moderators;
  const ruled = (/** @type {number} */ seq, /** @type {any} */ ruling) => page.tell({ type: "Moderated", room: LOBBY, seq, at: at(seq), user: BOB, by: ALICE, ...ruling });
  ruled(1, { action: "role", role: "moderator" });
  assert.deepEqual(listed(), [ALICE.id, BOB.id]);
  ruled(2, { action: "mute" });
  page.tell({ type: "UserUpdated", user: { ...ALICE, display_name: "Al" } });
  assert.deepEqual(listed(), [ALICE.id, BOB.id]);
  ruled(3, { action: "role", role: "member" });
  assert.deepEqual(listed(), [ALICE.id]);
  ruled(4, { action: "role", role: "moderator" });
  ruled(5, { action: "kick", removed: true });
  assert.deepEqual(listed(), [ALICE.id]);
});
