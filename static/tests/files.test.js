// The page's own files: what none of them may do.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";

const ROOT = new URL("../", import.meta.url);
const read = (/** @type {string} */ path) => readFileSync(new URL(path, ROOT), "utf8");
const page = read("index.html");
const modules = readdirSync(new URL("js", ROOT), { recursive: true }).map((file) => `js/${file}`.replaceAll("\\", "/")).filter((file) => file.endsWith(".js"));

test("no file makes HTML or code from text, and the page has nothing inline", () => {
  for (const path of modules) {
    const code = read(path).replace(/\/\/.*/g, "");
    assert.doesNotMatch(code, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, path);
  }
  assert.doesNotMatch(page, /<style|style="|<script(?![^>]*src=)|\son\w+="/);
});

test("the store has no clock, no dice and nothing of the browser", () => {
  for (const path of modules.filter((path) => path.startsWith("js/store/"))) {
    assert.doesNotMatch(read(path).replace(/\/\/.*|\/\*[^]*?\*\//g, ""), /Date\.now|new Date\(\)|Math\.random|\bdocument\b|\bwindow\b|fetch\(|setTimeout/, path);
  }
});

test("what must be done in one way everywhere is done in one place", () => {
  /** @type {[string, RegExp, string[]]} what, how it looks, where it may stand */
  const ways = /** @type {any} */ ([
    ["keys are heard where the input method's are left out", /keydown|keyup|keypress|isComposing/, ["js/keyboard/listen.js", "js/kit/away.js"]],
    ["locks may be refused", /navigator\.locks/, ["js/kit/locks.js"]],
    ["a name that a user chose is cleaned before it is shown", /display_name/, ["js/kit/text.js", "js/types.js", "js/store/log.js", "js/views/dialogs/settings.js", "js/views/timeline/message.js"]],
    ["text goes into a box so that undo takes it back", /setRangeText/, ["js/views/composer/insert.js"]],
  ]);
  for (const [what, looks, places] of ways) {
    const found = modules.filter((path) => looks.test(read(path).replace(/\/\/.*|\/\*[^]*?\*\//g, "")));
    assert.deepEqual(found.filter((path) => !places.includes(path)), [], what);
  }
});
