// Names can be read on everything that they stand on, whatever colour their owner chose.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { GROUNDS, contrast, readable } from "../js/kit/colours.js";

const css = readFileSync(new URL("../css/colours.css", import.meta.url), "utf8");
const THEMES = /** @type {const} */ (["light", "dark"]);

/** What a variable of the style sheet is in a theme, as [r, g, b, a]. */
function colour(name, theme) {
  const value = css.match(new RegExp(`--${name}: (.+);`))?.[1];
  assert.ok(value, `css/colours.css has no --${name}`);
  const [, light, dark] = /^light-dark\((rgb\([^)]*\)|[^,]+), (.+)\)$/.exec(value) ?? [null, value, value];
  const part = theme === "light" ? light : dark;
  const other = /^var\(--([\w-]+)\)$/.exec(part);
  if (other) return colour(other[1], theme);
  const mixed = /^rgb\((\d+) (\d+) (\d+) \/ (\d+)%\)$/.exec(part);
  if (mixed) return [...mixed.slice(1, 4).map(Number), Number(mixed[4]) / 100];
  return [...[1, 3, 5].map((at) => parseInt(part.slice(at, at + 2), 16)), 1];
}

const over = ([r, g, b, a], ground) => [r, g, b].map((part, at) => Math.round(part * a + ground[at] * (1 - a)));

test("the grounds of names are those of the style sheets", () => {
  for (const theme of THEMES) {
    const surface = colour("surface", theme).slice(0, 3);
    const wanted = [surface, over(colour("surface-hover", theme), surface), ...["mention-ground", "danger-ground", "linked-ground"].map((name) => colour(name, theme).slice(0, 3))];
    assert.deepEqual(GROUNDS[theme], wanted, theme);
  }
});

test("the palette can be read on each of them", () => {
  for (const theme of THEMES) {
    for (let slot = 0; slot < 12; slot++) {
      const user = colour(`user-${slot}`, theme).slice(0, 3);
      for (const ground of GROUNDS[theme]) assert.ok(contrast(user, ground) >= 4.5, `--user-${slot}, ${theme}, on ${ground}: ${contrast(user, ground).toFixed(2)}`);
    }
  }
});

test("so can any colour that somebody chooses, and initials on it", () => {
  const steps = [0, 51, 102, 153, 204, 255];
  const hex = (part) => part.toString(16).padStart(2, "0");
  for (const theme of THEMES) {
    const initials = colour("on-user", theme).slice(0, 3);
    for (const r of steps) for (const g of steps) for (const b of steps) {
      const chosen = `#${hex(r)}${hex(g)}${hex(b)}`;
      const shown = readable(chosen, theme)?.match(/\d+/g)?.map(Number);
      assert.ok(shown, `${chosen} is shown`);
      for (const ground of [...GROUNDS[theme], initials]) assert.ok(contrast(shown, ground) >= 4.5, `${chosen}, ${theme}, on ${ground}`);
    }
  }
});
