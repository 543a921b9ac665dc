// The golden messages, one per variant: the page understands each of them, and says nothing that is not among them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { slotOf, SLOTS } from "../js/kit/colours.js";
import { ALICE, BOB, EPOCH, LOBBY, Page, fixture, fixtureNames, message } from "./harness.js";

const event = (/** @type {string} */ name) => fixture(`events/${name}.json`);
const MESSAGE = "01890a5e-1111-7222-8333-444455556666";

/** A page that was welcomed as the fixtures tell. */
function welcomed() {
  const page = new Page().tell({ type: "signed-in", user: ALICE }, event("Welcome"));
  page.page([40, 41]).tell(event("Live"), event("Members"));
  page.effects = [];
  return page;
}

/** The message that the golden changes are about. @param {Page} page */
const told = ({ state }) => {
  const found = state.timelines[LOBBY].items.find((item) => item.kind === "message" && item.message.id === MESSAGE);
  assert.ok(found?.kind === "message");
  return found.message;
};

/** What must be seen after each event. @type {Record<string, (page: Page) => void>} */
const seen = {
  Welcome: ({ state }) => {
    assert.equal(state.user?.name, "alice");
    assert.equal(state.epoch, EPOCH);
    assert.equal(state.limits["message-bytes"], 16384);
    assert.equal(state.current, LOBBY);
  },
  Live: ({ state }) => assert.equal(state.connection.status, "connected"),
  RoomAdded: ({ state }) => assert.equal(state.rooms[LOBBY].topic, "Release planning"),
  RoomRemoved: ({ state }) => assert.equal(state.rooms[LOBBY], undefined),
  Message: (page) => {
    assert.deepEqual(page.seqs(), [40, 41, 42]);
    assert.equal(page.state.rooms[LOBBY].mentions, 1);
    assert.equal(page.asked("notify")[0].message.id, MESSAGE);
  },
  MessageEdited: (page) => {
    assert.equal(told(page).body, "the build is **red**");
    assert.deepEqual(told(page).mentions, []);
    assert.deepEqual(page.seqs(), [40, 41, 42], "an edit is no row of its own");
  },
  MessageDeleted: (page) => {
    assert.deepEqual([told(page).deleted, told(page).body, told(page).blocks, told(page).mentions], [true, "", undefined, []]);
  },
  ReactionAdded: (page) => assert.deepEqual(told(page).reactions, [{ emoji: "👍", count: 2, users: [{ id: ALICE.id, name: "alice" }] }]),
  ReactionRemoved: (page) => assert.deepEqual(told(page).reactions, [{ emoji: "👍", count: 1, users: [] }]),
  MessagePinned: ({ state }) => {
    assert.equal(state.rooms[LOBBY].pins, 1);
    assert.equal(state.timelines[LOBBY].items.at(-1)?.kind, "notice");
  },
  MessageUnpinned: ({ state }) => assert.equal(state.rooms[LOBBY].pins, 0),
  Moderated: ({ state }) => {
    const said = /** @type {any} */ (state.timelines[LOBBY].items.at(-1));
    assert.deepEqual([said.what, said.action, said.user.name, said.by.name, said.reason], ["moderated", "mute", "bob", "alice", "too loud"]);
    assert.equal(state.rooms[LOBBY].members, 2, "a muted member stays one");
  },
  RoomSettings: ({ state }) => {
    const { notify, favourite, hidden } = state.rooms[LOBBY];
    assert.deepEqual([notify, favourite, hidden], ["all", true, false]);
  },
  ThreadFollowed: ({ state }) => assert.deepEqual(state.followed, [MESSAGE]),
  Ignored: ({ state }) => assert.deepEqual(state.ignored, [BOB.id]),
  UserJoined: ({ state }) => assert.equal(state.rooms[LOBBY].members, 3),
  UserLeft: ({ state }) => assert.deepEqual(state.people[LOBBY].members.map(({ name }) => name), ["alice"]),
  RoomUpdated: ({ state }) => assert.equal(state.rooms[LOBBY].topic, "0.3 is out"),
  Members: ({ state }) => assert.deepEqual([state.people[LOBBY].total, state.people[LOBBY].online, state.people[LOBBY].moderators], [2, 2, [ALICE.id]]),
  UserTyping: ({ state }) => assert.equal(state.typing[LOBBY][0].name, "bob"),
  UserStoppedTyping: ({ state }) => assert.deepEqual(state.typing[LOBBY] ?? [], []),
  Presence: ({ state }) => {
    assert.equal(state.people[LOBBY].online, 1);
    assert.equal(state.people[LOBBY].members.find(({ id }) => id === BOB.id)?.online, false);
  },
  UserUpdated: ({ state }) => assert.equal(state.users[BOB.id].name, "bob"),
  ReadMarker: ({ state }) => assert.deepEqual([state.rooms[LOBBY].read_seq, state.rooms[LOBBY].unread], [42, 0]),
  Ack: (page) => assert.deepEqual(page.outbox(), [`${MESSAGE} sent`]),
  Error: (page) => {
    assert.deepEqual(page.outbox(), [`${MESSAGE} waiting`]);
    assert.equal(page.asked("wake")[0].at, page.now + 200);
  },
  Reset: ({ state }) => assert.equal(state.cursors[LOBBY].seq, 42),
  Draining: ({ state }) => assert.match(state.connection.reason ?? "", /restarting/),
  Pong: () => {}, // Answers the socket's own Ping and never reaches the store; see socket.test.js.
};

for (const name of fixtureNames("events")) {
  test(`understands ${name}`, () => {
    assert.ok(Object.hasOwn(seen, name), `the page's tests know no ${name}: say what must be seen`);
    const page = welcomed();
    if (name === "Ack" || name === "Error") page.write(MESSAGE);
    const golden = event(name);
    // What changes a message needs one.
    if (golden.message_seq === 42 || name === "MessageEdited") page.tell(event("Message"));
    if (typeof golden.seq === "number" && golden.at) page.state.cursors[LOBBY] = { seq: golden.seq - 1 };
    page.tell(golden);
    seen[name](page);
  });
}

test("says only what the golden commands say", () => {
  const page = new Page().tell({ type: "signed-in", user: ALICE }, event("Welcome"));
  page.page([40, 41]).tell(event("Live"));
  page.tell({ type: "typed", room: LOBBY, text: "h" }, { type: "typed", room: LOBBY, text: "" });
  page.write(MESSAGE, "hi").tell({ ...event("Error"), after: undefined }, { type: "message-dropped", id: MESSAGE });
  page.tell({ type: "on-screen", room: LOBBY, seq: 41 }, { type: "reads-due" });
  page.tell({ type: "marked-unread", room: LOBBY, seq: 41 });
  const about = { room: LOBBY, message_id: MESSAGE };
  page.tell({ type: "message-edited", id: "c1", body: "hello", ...about }, { type: "message-saved", id: "c1" });
  page.tell({ type: "reaction-toggled", id: "c2", emoji: "👍", on: true, ...about }, { type: "message-saved", id: "c2" });
  page.tell({ type: "pin-toggled", id: "c3", on: true, ...about }, { type: "message-saved", id: "c3" });
  page.tell({ type: "delete-wanted", id: "c4", ...about }, { type: "deletes-due" }, { type: "message-saved", id: "c4" });
  page.tell({ type: "away-changed", away: true });
  const frames = page.sent();
  /** Fields that the contract allows and the golden message happens not to have. @type {Record<string, string[]>} */
  const optional = { Read: ["back"], Message: ["reply_to"] };
  for (const frame of frames) {
    const allowed = [...Object.keys(fixture(`commands/${frame.type}.json`)), ...(optional[frame.type] ?? [])];
    assert.deepEqual(Object.keys(frame).filter((field) => !allowed.includes(field)), [], frame.type);
  }
  const said = new Set(frames.map((frame) => frame.type));
  assert.deepEqual(fixtureNames("commands").filter((name) => !said.has(name)), ["Hello", "Ping", "UpdateRoom"], "two are the socket's, and rooms are changed over REST");
});

test("colours of users are those of the terminal", () => {
  const { palette, samples } = fixture("palette.json");
  assert.equal(palette.length, SLOTS);
  for (const { user, slot } of samples) assert.equal(slotOf(user), slot);
  const css = readFileSync(new URL("../css/colours.css", import.meta.url), "utf8");
  palette.forEach((/** @type {any} */ { light, dark }, /** @type {number} */ slot) => {
    assert.ok(css.includes(`--user-${slot}: light-dark(${light}, ${dark});`), `--user-${slot}`);
  });
});

test("the harness's own messages are shaped like the golden one", () => {
  const golden = event("Message").message;
  for (const field of Object.keys(message(1))) assert.ok(field in golden, field);
});
