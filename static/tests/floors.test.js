// The page's floors: a module imports from its own folder and from those below, and no two modules import each other, by way of
// others either. What a comment imports, a type, counts as well.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import test from "node:test";

const ROOT = new URL("../js/", import.meta.url);
const modules = readdirSync(ROOT, { recursive: true }).map((file) => String(file).replaceAll("\\", "/")).filter((file) => file.endsWith(".js"));

/** From the ground up, each with the folders below it that it may import from. Modules outside of folders stand by their names. */
const FLOORS = /** @type {Record<string, string[]>} */ ({
  kit: [],
  types: [],
  store: ["kit", "types"],
  disk: ["kit", "types", "store"],
  net: ["kit", "types", "store"],
  prefetch: ["kit", "net"],
  actions: ["kit", "store", "net"],
  app: ["kit", "types", "store", "actions"],
  uploads: ["kit", "types", "store", "disk", "net"],
  effects: ["types", "store", "disk", "net", "uploads"],
  keyboard: ["kit", "types", "store", "app"],
  views: ["kit", "types", "store", "disk/preferences", "keyboard", "app"],
  main: ["kit", "types", "store", "disk", "net", "prefetch", "actions", "app", "effects", "keyboard", "views"],
});

/** @param {string} path */
const floorOf = (path) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : path.replace(/\.js$/, ""));

/** The modules that a text imports: named at its top, when they are needed, or in a comment for their types.
 * @param {string} path of the text @param {string} text */
const importsOf = (path, text) => [...text.matchAll(/(?:\bfrom |\bimport |\bimport\()"(\.[^"]+)"/g)].map(([, name]) => join(dirname(path), name));

const imports = new Map(modules.map((path) => [path, importsOf(path, readFileSync(new URL(path, ROOT), "utf8"))]));

test("no module imports from a floor above its own", () => {
  const order = Object.keys(FLOORS);
  for (const [path, targets] of imports) {
    const floor = floorOf(path);
    const allowed = FLOORS[floor];
    assert.ok(allowed, `${path} has no floor: give it one here`);
    assert.ok(allowed.every((below) => order.indexOf(floorOf(below)) < order.indexOf(floor)), `${floor} stands below ${allowed}`);
    for (const target of targets) {
      assert.ok(modules.includes(target), `${path} imports ${target}, which does not exist`);
      const fits = [floor, ...allowed].some((below) => target === `${below}.js` || target.startsWith(`${below}/`));
      assert.ok(fits, `${path} imports ${target}: ${floor} may import from ${allowed.join(", ") || "nothing"}`);
    }
  }
});

test("no modules import each other in a circle", () => {
  const done = new Set();
  /** @param {string} path @param {string[]} way */
  function visit(path, way) {
    assert.ok(!way.includes(path), `a circle: ${[...way.slice(way.indexOf(path)), path].join(" → ")}`);
    if (done.has(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  }
  for (const path of modules) visit(path, []);
});

test("imports are found however they are written", () => {
  const text = 'import { a } from "./a.js";\nimport "./b.js";\n/** @import { C } from "../c.js" */\nconst d = await import("./d/d.js");\n/** @param {import("./e.js").E} e */';
  assert.deepEqual(importsOf("views/x.js", text), ["views/a.js", "views/b.js", "c.js", "views/d/d.js", "views/e.js"]);
});
