// What stands below a message that is not sent yet, in every state in which it can be.
import assert from "node:assert/strict";
import test from "node:test";
import { deliveryNote } from "../js/views/timeline/delivery.js";
import { markup, withDocument } from "./document.js";

/** The words and the buttons of a note. @param {object} entry @param {boolean} [connected] */
function shown(entry, connected = true) {
  const note = deliveryNote(/** @type {any} */ ({ id: "m1", ...entry }), connected, () => {});
  return note && markup(note).replace(/<svg.*?<\/svg>/g, "").replace(/<button[^>]*>/g, " | ").replace(/<[^>]*>/g, "");
}

test("every state of a message says how far it has come, and what can be done", (t) => {
  t.after(withDocument());
  assert.equal(shown({ status: "sent" }), null);
  assert.equal(shown({ status: "saving" }), "◌ sending");
  assert.equal(shown({ status: "sending" }), "◌ sending");
  assert.equal(shown({ status: "queued" }), "◌ queued");
  assert.equal(shown({ status: "queued" }, false), "◌ queued | Drop");
  assert.equal(shown({ status: "queued", after: "m0" }), "◌ queued | Drop");
  assert.equal(shown({ status: "waiting", reason: "rate_limited" }), "◌ queued · you are sending faster than the server allows | Drop");
  assert.equal(shown({ status: "waiting", reason: "something new" }), "◌ queued · waiting | Drop");
  assert.equal(shown({ status: "failed", reason: "You are not a member." }), "✗ not sent: You are not a member. | Retry | Drop");
  assert.equal(shown({ status: "failed" }), "✗ not sent: refused | Retry | Drop");
});

test("a message that the disk did not take says that this page must stay open", (t) => {
  t.after(withDocument());
  const risk = " · not saved on this device: keep this page open";
  assert.equal(shown({ status: "queued", unkept: true }, false), `◌ queued${risk} | Drop`);
  assert.equal(shown({ status: "failed", reason: "No.", unkept: true }), `✗ not sent: No.${risk} | Retry | Drop`);
  assert.equal(shown({ status: "sending", unkept: true }), "◌ sending");
});
