// A chat-server of the release build with its data in a temporary folder, and people who fill it.
import { spawn } from "node:child_process";
import http from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";

/** A flood does not open a connection for each message. */
const AGENT = new http.Agent({ keepAlive: true, maxSockets: 16 });
const LISTENING = "listening on ";
const UNLIMITED = ["messages=off", "registrations=off", "requests=off", "commands=off", "guest-messages=off"];

/** @param {{port?: number, data?: string}} [again] of a server that was stopped: it comes back in the same place */
export async function startServer({ port = 0, data = mkdtempSync(join(tmpdir(), "chat-page-check-")) } = {}) {
  if (!process.env.CHAT_SERVER) throw new Error("CHAT_SERVER names no program: use checks/page.sh");
  const folder = data;
  const child = spawn(
    process.env.CHAT_SERVER,
    ["--port", String(port), "--host", "127.0.0.1", "--data", folder, "--allow-private-webhooks", ...UNLIMITED.flatMap((limit) => ["--limit", limit])],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const url = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (data) => {
      text += data;
      if (text.includes("\n")) resolve(text.split("\n")[0].slice(LISTENING.length));
    });
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return {
    url,
    data: folder,
    port: Number(new URL(url).port),
    /** Ends the process and keeps the data. */
    kill: () => new Promise((resolve) => (child.on("exit", resolve), child.kill())),
    stop: () => new Promise((resolve) => (child.on("exit", () => (rmSync(folder, { recursive: true, force: true }), resolve())), child.kill())),
  };
}

/** Someone with a token. @param {string} url @param {string} name */
export async function person(url, name) {
  const { user, token } = await ask(url, "POST", "/api/users", null, { name });
  return {
    user,
    token,
    ask: (method, path, body) => ask(url, method, path, token, body),
    say: (room, body) => ask(url, "POST", "/api/messages", token, { id: uuid7(), room, body }),
  };
}

/** Not with `fetch`: the server takes what it says about itself for a page from elsewhere. */
function ask(url, method, path, token, body) {
  const headers = { ...(token && { Authorization: `Bearer ${token}` }), ...(body && { "Content-Type": "application/json" }) };
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, { method, headers, agent: AGENT }, async (answer) => {
      let text = "";
      for await (const piece of answer.setEncoding("utf8")) text += piece;
      if (answer.statusCode >= 400) reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
      else resolve(text ? JSON.parse(text) : null);
    });
    request.on("error", reject);
    request.end(body && JSON.stringify(body));
  });
}

/** Ids in the order in which they were made. */
export function uuid7() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** What a lobby looks like after a day: fifty messages of all kinds, some rooms, some people. @param {string} url */
export async function fill(url) {
  const alice = await person(url, "alice");
  const bob = await person(url, "bob");
  for (const [name, topic] of [["garden", "What grows"], ["kitchen", "What is cooked"], ["workshop-for-very-long-names", ""]]) {
    await alice.ask("POST", "/api/rooms", topic ? { name, topic } : { name });
    await bob.ask("PUT", `/api/rooms/${name}/members/me`);
  }
  const lobby = (await alice.ask("GET", "/api/rooms?limit=100")).find(({ name }) => name === "lobby").id;
  const texts = [
    "Good morning", "Did **anyone** see the *keys*?", "They are on the table, `next to the cup`",
    "```rust\nfn main() {\n    println!(\"hello\");\n}\n```", "See https://example.org/a/long/address?of=something",
    "- one\n- two\n- three", "> quoted\n\nanswered", "@alice could you look at this?",
  ];
  for (let number = 0; number < 60; number++) {
    await (number % 5 < 3 ? alice : bob).say(lobby, `${texts[number % texts.length]} (${number})`);
  }
  // One of which most can be done: answered, edited, pinned, with reactions.
  const { id } = await alice.say(lobby, "Who brings the cake?");
  await bob.ask("POST", "/api/messages", { room: lobby, body: "I do", reply_to: id });
  await alice.ask("PATCH", `/api/messages/${id}`, { body: "Who brings a cake?" });
  await bob.ask("PUT", `/api/messages/${id}/pin`);
  for (const emoji of ["👍", "🎉", "🍰"]) await bob.ask("PUT", `/api/messages/${id}/reactions/${encodeURIComponent(emoji)}`);
  return { alice, bob, lobby };
}
