// What people can do, in one list for all clients: the page's half of it. The terminal's and the server's is in
// `server/tests/server/parity.rs`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { COMMANDS } from "../js/keyboard/commands.js";
import { OPENERS } from "../js/views/dialogs.js";
import { ACTS } from "../js/views/timeline/message-acts.js";

/** @type {{can: string, page?: string[]}[]} */
const capabilities = JSON.parse(readFileSync(new URL("../../protocol/fixtures/capabilities.json", import.meta.url), "utf8"));

const there = new Set([
  ...COMMANDS.map(({ name }) => `/${name}`),
  ...ACTS.map(({ name }) => `act:${name}`),
]);
const dialogs = new Set(Object.keys(OPENERS).map((name) => `dialog:${name}`));

test("the page can do all of it", () => {
  const has = (/** @type {string} */ way) => way.startsWith("key:") || there.has(way) || dialogs.has(way);
  const missing = capabilities.flatMap(({ can, page = [] }) => page.filter((way) => !has(way)).map((way) => `${can}: ${way}`));
  assert.deepEqual(missing, []);
});

test("and nothing else", () => {
  const listed = new Set(capabilities.flatMap(({ page = [] }) => page));
  assert.deepEqual([...there].filter((way) => !listed.has(way)), [], "put these in protocol/fixtures/capabilities.json");
});
