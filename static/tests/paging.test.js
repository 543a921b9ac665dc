// Which pages are asked for while somebody scrolls.
import assert from "node:assert/strict";
import test from "node:test";
import { pagesWanted } from "../js/views/timeline/paging.js";

const range = (/** @type {number} */ from, /** @type {number} */ to) => /** @type {any} */ ({ items: Array.from({ length: to - from + 1 }, (_, at) => ({ seq: from + at })) });
const middle = { toTop: 5000, toEnd: 5000 };

test("a page is asked for near an end of what is loaded, and nowhere else", () => {
  const drawn = range(51, 100);
  assert.deepEqual(pagesWanted(middle, drawn, drawn), []);
  assert.deepEqual(pagesWanted({ ...middle, toTop: 100 }, drawn, drawn), ["older-wanted"]);
  assert.deepEqual(pagesWanted({ ...middle, toEnd: 100 }, drawn, drawn), ["newer-wanted"]);
});

test("a page that has arrived and is not drawn yet is not taken for the end of the room", () => {
  const nothing = range(1, 0);
  assert.deepEqual(pagesWanted({ toTop: 0, toEnd: 0 }, undefined, range(51, 100)), []);
  assert.deepEqual(pagesWanted({ toTop: 0, toEnd: 0 }, nothing, range(51, 100)), []);
  assert.deepEqual(pagesWanted({ toTop: 100, toEnd: 100 }, range(51, 100), range(1, 150)), []);
});

test("messages that arrive live hold up no older page", () => {
  assert.deepEqual(pagesWanted({ ...middle, toTop: 100 }, range(51, 100), range(51, 130)), ["older-wanted"]);
});
