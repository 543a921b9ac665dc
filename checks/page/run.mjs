// Runs the checks that are named, or all, and prints each number beside its bar. Fails where one is missed.
import os from "node:os";

const CHECKS = {
  types: async () => (await import("./types.mjs")).types(),
  line: async () => (await import("./first-message.mjs")).firstMessage(),
  flood: async () => (await import("./flood.mjs")).flood(),
  axe: async () => (await import("./axe.mjs")).axe(),
  lighthouse: async () => (await import("./lighthouse.mjs")).lighthouses(),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(CHECKS, name));
if (unknown.length) {
  console.error(`there is no check ${unknown.join(", ")}: ${Object.keys(CHECKS).join(", ")}`);
  process.exit(2);
}
const results = [];
for (const name of wanted.length ? wanted : Object.keys(CHECKS)) results.push(...(await CHECKS[name]()));
const width = (key) => Math.max(...results.map((result) => result[key].length));
console.log(`load ${os.loadavg().map((load) => load.toFixed(1)).join(" ")} on ${os.cpus().length} processors`);
for (const { name, value, bar, ok } of results) {
  console.log(`${ok ? "  " : "✗ "}${name.padEnd(width("name"))}  ${value.padStart(width("value"))}  wanted: ${bar}`);
}
const missed = results.filter(({ ok }) => !ok).length;
if (missed) console.error(`${missed} of ${results.length} missed`);
process.exit(missed ? 1 : 0);
