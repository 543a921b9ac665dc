// How long messages are kept: what a line means, and what the dialog says.
import assert from "node:assert/strict";
import test from "node:test";
import { retention } from "../js/keyboard/conversations.js";
import { kept } from "../js/views/dialogs/room-retention.js";

test("times, words and slips are told apart", () => {
  assert.deepEqual(retention("90d"), { retention_days: 90 });
  assert.deepEqual(retention("2w keep-pinned"), { retention_days: 14, retention_keeps_pinned: true });
  assert.deepEqual(retention("off"), { retention_days: 0 });
  assert.deepEqual(retention("default delete-pinned"), { retention_days: null, retention_keeps_pinned: false });
  for (const slip of ["90", "0d", "36h", "never", "90d pinned", "90d keep-pinned now", "-1d"]) assert.equal(retention(slip), null, slip);
});

test("the limit of the room goes before that of the server", () => {
  const says = (/** @type {any} */ room, /** @type {any} */ server = undefined) => kept(room, server);
  const year = { seconds: 365 * 86_400, keeps_pinned: true };
  assert.equal(says({}), "Messages are kept for ever, as everywhere on this server.");
  assert.equal(says({}, year), "Messages are deleted 365 days after they were sent, as everywhere on this server. Pinned ones stay.");
  assert.equal(says({ retention_days: 0 }, year), "Messages are kept for ever.");
  assert.equal(says({ retention_days: 1 }), "Messages are deleted 1 day after they were sent. Pinned ones are deleted as well.");
  assert.equal(says({ retention_days: null, retention_keeps_pinned: true }, { seconds: 43_200, keeps_pinned: false }), "Messages are deleted 12 hours after they were sent, as everywhere on this server. Pinned ones stay.");
});
