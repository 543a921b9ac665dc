// Files of messages that wait in the outbox: when they are uploaded, what a cut does, and what goes with the message.
import assert from "node:assert/strict";
import test from "node:test";
import { connectedPage, reconnect, room, said, welcome, ALICE } from "./harness.js";

const FILE = { name: "a.png", size: 100, type: "image/png", url: "blob:1" };

/** @param {import("./harness.js").Page} page @param {string} id @param {string} [body] */
const send = (page, id, body = "") => page.tell({ type: "message-written", id, room: room().id, body, files: [FILE] }, { type: "message-saved", id });

test("a message goes once its files are there, and what was written after it goes after it", () => {
  const page = send(connectedPage(), "m1", "look");
  page.write("m2");
  assert.deepEqual([page.asked("upload").map(({ entry }) => entry.id), page.sent("Message"), page.outbox()], [["m1"], [], ["m1 uploading", "m2 queued"]]);
  page.tell({ type: "upload-begun", id: "m1", at: 0, upload: "u1" }, { type: "upload-moved", id: "m1", at: 0, done: 40 });
  assert.equal(page.state.outbox[0].files?.[0].done, 40);
  assert.equal(page.asked("outbox-put").pop()?.entry.files[0].upload, "u1", "it can be gone on with after a reload");
  page.tell({ type: "uploads-done", id: "m1" });
  assert.deepEqual(page.sent("Message").map(({ id, attachments }) => [id, attachments]), [["m1", ["u1"]], ["m2", undefined]]);
  page.effects = [];
  page.tell({ type: "Ack", id: "m1", room: room().id, seq: 1 });
  assert.deepEqual(page.asked("outbox-delete").map(({ id, files }) => [id, files.length]), [["m1", 1]]);
});

test("a cut is waited out, and the upload goes on", () => {
  const page = send(connectedPage(), "m1");
  page.tell({ type: "upload-begun", id: "m1", at: 0, upload: "u1" }, { type: "upload-failed", id: "m1", status: 0, code: "unreachable", reason: "", wait: null });
  assert.deepEqual([page.outbox(), page.state.outbox[0].reason], [["m1 waiting"], "cut"]);
  page.asked("upload");
  page.now += 2_000;
  page.tell({ type: "outbox-due" });
  assert.equal(page.asked("upload").pop()?.entry.files[0].upload, "u1");
});

test("offline it waits, and is uploaded when the server is back", () => {
  const page = connectedPage();
  page.tell({ type: "connection-lost", retryAt: page.now, reason: null });
  send(page, "m1").write("m2");
  assert.deepEqual([page.asked("upload"), page.outbox()], [[], ["m1 queued", "m2 queued"]]);
  reconnect(page, welcome()).tell({ type: "Live" });
  assert.deepEqual([page.asked("upload").map(({ entry }) => entry.id), page.sent("Message")], [["m1"], []]);
});

test("what the server refuses is told, frees what waits behind it, and is looked for again by a retry", () => {
  const page = send(connectedPage(), "m1");
  page.write("m2").asked("upload");
  page.tell({ type: "upload-failed", id: "m1", status: 413, code: "too_large", reason: "Too large.", wait: null });
  assert.deepEqual([page.outbox(), page.state.outbox[0].reason], [["m1 failed", "m2 sending"], "Too large."]);
  page.tell({ type: "message-retried", id: "m1" });
  assert.deepEqual(page.asked("upload").map(({ entry }) => entry.id), ["m1"]);
});

test("an answer that was lost is asked for with the same files", () => {
  const page = send(connectedPage(), "m1");
  page.tell({ type: "upload-begun", id: "m1", at: 0, upload: "u1" }, { type: "uploads-done", id: "m1" });
  page.asked("upload");
  page.sent();
  reconnect(page, welcome()).tell({ type: "Live" });
  assert.deepEqual([page.asked("upload"), page.sent("Message").map(({ attachments }) => attachments)], [[], [["u1"]]]);
});

test("who drops it ends the upload", () => {
  const page = send(connectedPage(), "m1").tell({ type: "upload-begun", id: "m1", at: 0, upload: "u1" }, { type: "message-dropped", id: "m1" });
  assert.deepEqual([page.outbox(), page.asked("upload-cancel").map(({ entry }) => entry.files[0].upload)], [[], ["u1"]]);
  page.tell({ type: "upload-failed", id: "m1", status: 0, code: "unreachable", reason: "", wait: null }, { type: "uploads-done", id: "m1" });
  assert.deepEqual([page.outbox(), page.sent("Message")], [[], []]);
});

test("what comes back by the log needs no keeping", () => {
  const page = send(connectedPage(), "m1").tell({ type: "uploads-done", id: "m1" });
  page.tell(said(1, { id: "m1", author: ALICE }));
  assert.deepEqual([page.outbox(), page.asked("outbox-delete").map(({ files }) => files.length)], [[], [1]]);
});
