// Addresses of rooms and messages: what is written can be read again, whatever a room is called.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress, roomPath } from "../js/kit/address.js";

const at = (pathname, hash = "") => readAddress({ pathname, hash });

test("what is written is what is read", () => {
  for (const name of ["lobby", "a.b_c-d", "日本語の部屋", "50%", "a/b", "#x".slice(1), "é"]) {
    assert.deepEqual(at(roomPath(name)), { name, seq: null });
    assert.deepEqual(at(roomPath(name, 41)), { name, seq: 41 });
  }
});

test("what names no room is no address", () => {
  for (const path of ["/", "/rooms", "/rooms/", "/rooms//4", "/rooms/a/4/5", "/other/a", "/rooms/%E0%A4%A", "/rooms/%23"]) {
    assert.equal(at(path), null, path);
  }
  assert.equal(at("/", "#link=ABCD-EFGH-JKLMN"), null, "a sign-in link is not a room");
});

test("a place that is no place is the room", () => {
  for (const seq of ["0", "-1", "x", "1e9", "", "99999999999999999999"]) assert.deepEqual(at(`/rooms/dev/${seq}`), { name: "dev", seq: null });
});

test("the fragment of earlier versions still names a room", () => {
  assert.deepEqual(at("/", "#dev"), { name: "dev", seq: null });
  assert.deepEqual(at("/", "#%E6%97%A5"), { name: "日", seq: null });
});
