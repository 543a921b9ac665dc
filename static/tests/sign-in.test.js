// Who the visitor is, and what stays on the device when that ends.
import assert from "node:assert/strict";
import test from "node:test";
import { ALICE, BOB, LOBBY, Page, at, connectedPage, room, said, welcome } from "./harness.js";

const GUEST = { ...ALICE, name: "quiet-otter-42", role: "guest" };
const kinds = (/** @type {Page} */ page) => page.effects.map((effect) => effect.do);

test("signed out: what was read goes from the page and the disk, what was written stays", () => {
  const page = connectedPage([room({ last_seq: 1, last_at: at(1) })], [1]).write("m1").tell({ type: "typed", room: LOBBY, text: "half" });
  page.effects = [];
  page.tell({ type: "signed-out", reason: "This device was signed out." });
  assert.equal(page.state.signIn, "out");
  assert.deepEqual([page.state.rooms, page.state.timelines, page.state.cursors], [{}, {}, {}]);
  assert.deepEqual(page.outbox(), ["m1 queued"]);
  assert.equal(page.state.drafts[LOBBY], "half");
  assert.deepEqual(kinds(page), ["disconnect", "forget-cache"]);
});

test("a lost line does not turn a signed-out page into an offline one", () => {
  const page = connectedPage().tell({ type: "signed-out", reason: null }, { type: "connection-lost", retryAt: 1, reason: null });
  assert.equal(page.state.connection.status, "signed-out");
});

test("a guest whose name was given back while away gets a new one without a question", () => {
  const page = new Page().tell({ type: "signed-in", user: GUEST });
  page.effects = [];
  page.tell({ type: "signed-out", reason: null });
  assert.equal(page.state.signIn, "starting");
  assert.equal(page.state.user, null);
  assert.deepEqual(kinds(page), ["disconnect", "forget-cache", "start-session"]);
});

test("a guest with something unsent is asked, and so is one who was signed out while here", () => {
  const unsent = new Page().tell({ type: "signed-in", user: GUEST }).write("m1").tell({ type: "signed-out", reason: null });
  assert.equal(unsent.state.signIn, "out");
  const here = connectedPage().tell({ type: "signed-out", reason: null });
  assert.equal(here.state.signIn, "out");
});

test("someone else signs in: nothing of the first user remains on screen, and their outbox is not sent", () => {
  const page = connectedPage().tell(said(1)).write("m1");
  page.effects = [];
  page.tell({ type: "signed-in", user: BOB });
  assert.equal(page.state.user?.name, "bob");
  assert.deepEqual([page.state.rooms, page.outbox()], [{}, []]);
  assert.ok(!kinds(page).includes("outbox-delete"), "it stays on disk for its owner");
  assert.ok(kinds(page).includes("load-outbox"));
});

test("a cookie that does not come back ends in a sign-in dialog that says so, and never in another guest", () => {
  const page = new Page().tell({ type: "signed-in", user: GUEST, fresh: true });
  page.effects = [];
  page.tell({ type: "signed-out", reason: "This device was signed out." });
  assert.equal(page.state.signIn, "out");
  assert.match(String(page.state.signInReason), /does not keep the cookie/);
  assert.deepEqual(kinds(page), ["disconnect", "forget-cache"]);
  // The server has seen the cookie: from now on, being signed out is something else.
  const proved = new Page().tell({ type: "signed-in", user: ALICE, fresh: true }, welcome(), { type: "signed-out", reason: "This device was signed out." });
  assert.equal(proved.state.signInReason, "This device was signed out.");
});

test("another tab signs in as someone else: this page starts again as them, and says so", () => {
  const page = connectedPage().tell(said(1)).write("m1").tell({ type: "typed", room: LOBBY, text: "half" });
  page.effects = [];
  page.tell({ type: "user-replaced", user: ALICE });
  assert.deepEqual(page.effects, [], "the same user: nothing happens");
  page.tell({ type: "user-replaced", user: BOB });
  assert.equal(page.state.user?.name, "bob");
  assert.deepEqual([page.state.rooms, page.outbox(), page.state.drafts, page.state.current], [{}, [], {}, null]);
  assert.ok(!kinds(page).includes("outbox-delete"), "what alice has not sent stays on disk");
  assert.deepEqual(page.asked("show-user-replaced"), [{ do: "show-user-replaced", from: "alice", to: "bob" }]);
});

test("another tab signs in: one that waits for that goes in too", () => {
  const page = connectedPage().tell({ type: "signed-out", reason: null }, { type: "user-replaced", user: ALICE });
  assert.equal(page.state.signIn, "in");
  const nobody = new Page().tell({ type: "signed-out", reason: null }, { type: "user-replaced", user: BOB });
  assert.deepEqual([nobody.state.signIn, nobody.state.user?.name], ["in", "bob"]);
});
