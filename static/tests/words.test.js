// The small pure parts: ids, names, completion, commands, keys, colours, what is kept for the next visit.
import assert from "node:assert/strict";
import test from "node:test";
import { CONVERSATIONS } from "../js/keyboard/conversations.js";
import { COMMANDS, hintsFor, parseCommand } from "../js/keyboard/commands.js";
import { completionsAt, loadEmojis } from "../js/keyboard/completion.js";
import { deviceName } from "../js/kit/device.js";
import { fenced, looksLikeCode } from "../js/kit/code.js";
import { KEYS, combo } from "../js/keyboard/keys.js";
import { contrast, readable } from "../js/kit/colours.js";
import { fromSnapshot, snapshotOf } from "../js/disk/snapshot.js";
import { displayName, excerpt, fullName, initials, match, nameList, sentence } from "../js/kit/text.js";
import { duration } from "../js/kit/time.js";
import { uuid7 } from "../js/kit/uuid.js";
import { RowBudget } from "../js/views/timeline/row-budget.js";
import { BOB, LOBBY, at, connectedPage, fixture, room, said } from "./harness.js";

test("ids are UUIDs of version 7, and ascend even within a millisecond and when the clock runs back", () => {
  const now = Date.now();
  const ids = Array.from({ length: 6000 }, (_, n) => uuid7(now - (n % 3)));
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(ids, [...ids].sort());
  assert.equal(new Set(ids).size, ids.length);
});

test("a device is called what its owner calls it", () => {
  const chrome = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36";
  assert.equal(deviceName(chrome), "Chrome on Android");
  assert.equal(deviceName("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"), "Firefox on Linux");
  assert.equal(deviceName("curl"), "a browser");
});

test("a wait is told in the unit that a person would use", () => {
  const waits = [200, 1000, 30_000, 120_500, 20 * 60_000, 167 * 60_000, 26 * 3_600_000].map(duration);
  assert.deepEqual(waits, ["1 second", "1 second", "30 seconds", "3 minutes", "20 minutes", "3 hours", "26 hours"]);
});

test("names: initials, lists, matches", () => {
  assert.deepEqual(["quiet-otter-42", "alice", "Bob Builder", "42", "日本"].map(initials), ["QO", "A", "BB", "4", "日"]);
  assert.deepEqual(["the lobby cannot be left", "No.", "in:#x: there is no such room"].map(sentence), ["The lobby cannot be left.", "No.", "in:#x: there is no such room."]);
  assert.equal(nameList(["bob"]), "bob");
  assert.equal(nameList(["bob", "carol", "dave", "erin"]), "bob, carol and 2 others");
  assert.deepEqual(["ot", "quiet", "ott", "iet", "qo42", "qoter", "or", "he", "x", ".*", "("].map((query) => match(query, "quiet-otter-42")), [1, 0, 1, 2, 3, null, null, null, null, null, null]);
});

test("a name that its user chose shows what can be seen, cannot turn its line, and never stands alone where it could pose", () => {
  const shown = (/** @type {string} */ wish) => displayName({ display_name: wish });
  for (const sign of "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u2060\ufeff\u00ad\u0007\u0085") {
    assert.equal(shown(`${sign}eci${sign}la`), "ecila", sign.codePointAt(0)?.toString(16));
    assert.equal(shown(` ${sign} `), null);
  }
  for (const nothing of ["", " ", "\u3164", "\u0301", "\u200d", "\ufe0f"]) assert.equal(shown(nothing), null, JSON.stringify(nothing));
  assert.deepEqual(["Ünal", "👩‍🚀", "日本", "O'Neil"].map(shown), ["Ünal", "👩‍🚀", "日本", "O'Neil"]);
  assert.equal(fullName({ name: "bob", display_name: "\u202eecila" }), "ecila (@bob)");
  assert.equal(fullName({ name: "bob", display_name: "\u202e" }), "bob");
  for (const name of ["👩‍🚀 x", "---", "e\u0301a", "_"]) assert.ok(initials(name).length > 0, name);
  assert.equal(initials("👩‍🚀"), "👩‍🚀");
});

test("an excerpt cuts no letter in half", () => {
  for (const letter of ["👩‍🚀", "🇩🇪", "e\u0301", "x", "👍🏽"]) {
    assert.equal(excerpt(letter.repeat(20), 10), `${letter.repeat(10)}…`);
    assert.equal(excerpt(letter.repeat(10), 10), letter.repeat(10));
  }
  assert.ok(excerpt("e" + "\u0301".repeat(100_000), 10).length < 1000, "marks without end are cut");
});

test("completion finds people, rooms, emojis and commands at the caret only", async () => {
  const page = connectedPage([room({ topic: "all" })]);
  page.tell({ type: "Members", room: LOBBY, total: 1, online: 1, members: [{ ...BOB, online: true }] });
  const at3 = completionsAt(page.state, "hi @b, you", 5);
  assert.deepEqual([at3?.from, at3?.to, at3?.choices[0].value], [3, 5, "@bob "]);
  assert.equal(completionsAt(page.state, "#lo", 3)?.choices[0].value, "#lobby ");
  assert.equal(completionsAt(page.state, "mail@b", 6), null);
  await loadEmojis();
  assert.deepEqual(completionsAt(page.state, "yes :tad", 8)?.choices[0], { value: "🎉 ", label: "🎉 :tada:", note: "" });
  assert.equal(completionsAt(page.state, "at 10:30", 8), null, "a time is not an emoji");
  assert.deepEqual(completionsAt(page.state, "/to", 3)?.choices.map(({ label }) => label), ["/topic [text]"]);
});

test("slash commands: the contract's words, parsed, hinted", () => {
  assert.deepEqual(COMMANDS.map(({ name }) => name), ["join", "part", "msg", "search", "file", "rooms", "topic", "nick", "me", ...CONVERSATIONS.map(({ name }) => name), "link", "password", "help"]);
  assert.deepEqual(parseCommand("/topic  two words "), { name: "topic", rest: "two words" });
  assert.equal(parseCommand("and/or"), null);
  assert.equal(parseCommand("/home/alice"), null);
  assert.deepEqual(hintsFor("/p").map(({ name }) => name), ["part", "private", "pins", "password"]);
});

test("no two keys of a place do the same", () => {
  for (const where of ["anywhere", "composer", "messages"]) {
    const keys = KEYS.filter((key) => key.where === where).flatMap((key) => key.keys);
    assert.equal(new Set(keys).size, keys.length, where);
  }
  const press = (/** @type {object} */ event) => combo(/** @type {any} */ ({ ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, code: "", ...event }));
  assert.equal(press({ key: "k", ctrlKey: true }), "Ctrl+K");
  assert.equal(press({ key: "å", altKey: true, code: "KeyA" }), "Alt+A");
  assert.equal(press({ key: "?", shiftKey: true }), "?");
  assert.equal(press({ key: "Escape", shiftKey: true }), "Shift+Escape");
});

test("a colour of one's own is made readable, or is not used", () => {
  for (const wish of ["#ffe100", "#000000", "#ffffff", "#3f7d8c"]) {
    const light = /** @type {string} */ (readable(wish, "light")).match(/\d+/g).map(Number);
    assert.ok(contrast(light, [255, 255, 255]) >= 4.5, wish);
    const dark = /** @type {string} */ (readable(wish, "dark")).match(/\d+/g).map(Number);
    assert.ok(contrast(dark, [20, 26, 35]) >= 4.5, wish);
  }
  assert.equal(readable("red; background: url(x)", "light"), null);
});

test("the next visit begins with the last pages, and their cursors fit", () => {
  const page = connectedPage([room({ last_seq: 1, last_at: at(1) })], [1]);
  for (let seq = 2; seq <= 100; seq++) page.tell(said(seq));
  const kept = fromSnapshot(structuredClone(snapshotOf(page.state)));
  const { items, before } = /** @type {any} */ (kept).timelines[LOBBY];
  assert.equal(items.at(-1).seq, kept.cursors?.[LOBBY].seq);
  assert.equal(items.length, 60);
  assert.equal(before, true, "what was cut can be loaded again");
  assert.deepEqual(fromSnapshot({ shape: 0 }), {});
  assert.deepEqual(fromSnapshot(undefined), {});
});

test("code is told from prose, and fenced, as in the terminal", () => {
  const cases = fixture("code.json");
  for (const text of cases.code) assert.ok(looksLikeCode(text), text);
  for (const text of cases.prose) assert.ok(!looksLikeCode(text), text);
  for (const { text, fenced: wanted } of cases.fenced) assert.equal(fenced(text), wanted);
  assert.equal(fenced("` ".repeat(500_000)).slice(0, 4), "```\n", "however much it is");
});

test("a frame takes as many rows as fit into its time, fewer at once and more by and by", () => {
  const budget = new RowBudget();
  const first = budget.rows;
  assert.ok(first >= 6 && first <= 24, "a slow phone's at first");
  budget.measured(first, first * 8);
  assert.equal(budget.rows, 6, "never none");
  for (let frame = 0; frame < 40; frame++) budget.measured(budget.rows, budget.rows * 0.5);
  assert.ok(Math.abs(budget.rows - 32) <= 1, "16 ms of half a ms each");
  budget.measured(1, 100);
  assert.ok(budget.rows >= 31, "one row says nothing");
  for (let frame = 0; frame < 40; frame++) budget.measured(budget.rows, 0);
  assert.equal(budget.rows, 48, "never all");
});
