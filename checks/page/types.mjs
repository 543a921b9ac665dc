// The page's types: the comments of its modules say what each thing is, and nothing may contradict them. A word that is used
// before it is made, or a field that nobody has, is found here and not by a user.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const COMPILER = fileURLToPath(new URL("node_modules/.bin/tsc", import.meta.url));
const PROJECT = fileURLToPath(new URL("types.json", import.meta.url));

export function types() {
  const { stdout, status, error } = spawnSync(COMPILER, ["--project", PROJECT], { encoding: "utf8" });
  if (error) throw error;
  process.stderr.write(stdout);
  const found = stdout.split("\n").filter((line) => line.includes("error TS")).length;
  return [{ name: "types that do not fit", value: String(found), bar: "0", ok: status === 0 }];
}
