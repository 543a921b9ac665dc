#!/usr/bin/env node
// Makes the pictures of the README from the running programs: a server with temporary data, people who talk through
// `chat-tui`, terminals inside tmux, and a headless browser. Nothing in them is drawn by hand.
//
//   docs/pictures/make.mjs [FOLDER]    with the programs in FOLDER (target/release)
//
// Needs node 20, curl, tmux, chromium, pngquant and the font JetBrains Mono. On Debian:
//   apt install nodejs curl tmux chromium pngquant fonts-jetbrains-mono

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { Browser } from "./browser.mjs";
import { conversation, ROOMS } from "./conversation.mjs";
import { screenPage } from "./screen.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const programs = resolve(process.argv[2] ?? join(here, "../../target/release"));
const work = mkdtempSync(join(tmpdir(), "chat-pictures."));
const mux = `chat-pictures-${process.pid}`;
const environment = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(CHAT_|TMUX)/.test(key)));
Object.assign(environment, { LC_ALL: "C.UTF-8", COLORTERM: "truecolor" });

/** Waits until something is there. */
async function until(what, look) {
  for (let tries = 0; tries < 300; tries += 1) {
    const found = await look();
    if (found) return found;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error(`there is no ${what}`);
}

const tmux = (...args) => execFileSync("tmux", ["-L", mux, "-f", "/dev/null", ...args], { env: environment }).toString();
const stateOf = (name) => ({ ...environment, CHAT_STATE_DIR: join(work, name) });

async function startServer() {
  const limits = "registrations=off,messages=off,requests=off,rooms-created=off";
  const args = ["--port", "0", "--data", join(work, "data"), "--limit", limits];
  const server = spawn(join(programs, "chat-server"), args, { env: environment, stdio: ["ignore", "pipe", "ignore"] });
  const line = await new Promise((resolve, reject) => {
    server.stdout.once("data", (data) => resolve(data.toString()));
    server.once("exit", () => reject(new Error("the server did not start")));
  });
  return { server, url: line.trim().replace("listening on ", "") };
}

/** Someone who talks through `chat-tui send`, and for the rest through the API. */
function person(url, name) {
  // Not with fetch: node's calls itself a browser, and the server takes it for a page of someone else.
  const ask = (method, path, body, token) => {
    const args = ["-sS", "--fail-with-body", "--noproxy", "*", "-X", method, url + path];
    if (body) args.push("-H", "Content-Type: application/json", "-d", JSON.stringify(body));
    if (token) args.push("-H", `Authorization: Bearer ${token}`);
    const answer = execFileSync("curl", args).toString();
    return answer && JSON.parse(answer);
  };
  const password = `the password of ${name}`;
  const { token } = ask("POST", "/api/users", { name, password });
  return { name, password, ask: (method, path, body) => ask(method, path, body, token) };
}

/** The terminal client in a terminal of this size, once it shows these texts. */
async function terminal(url, name, columns, rows, keys, shown) {
  const command = `${join(programs, "chat-tui")} --server ${url} --name ${name}`;
  const state = `CHAT_STATE_DIR=${join(work, name)}`;
  tmux("-u", "new-session", "-d", "-s", name, "-x", columns, "-y", rows, "-e", state, command);
  const screen = () => tmux("capture-pane", "-p", "-t", name);
  await until("connection", () => screen().includes("● connected"));
  for (const key of keys) tmux("send-keys", "-t", name, ...key);
  for (const text of shown) {
    await until(`“${text}” on the screen of ${name}`, () => screen().includes(text)).catch((missing) => {
      throw new Error(`${missing.message}\n${screen()}`);
    });
  }
  return { draw: () => screenPage(tmux("capture-pane", "-p", "-e", "-t", name), columns, rows) };
}

async function picture(browser, file, page) {
  const png = join(work, file);
  writeFileSync(png, await page.screenshot());
  execFileSync("pngquant", ["--force", "--strip", "--speed", "1", "--quality", "70-95", "--output", join(here, file), png]);
  console.log(join("docs/pictures", file));
}

async function make() {
  const { server, url } = await startServer();
  let browser;
  try {
    const people = {};
    for (const name of ["alice", "bob", "mira", "jonas", "ci"]) people[name] = person(url, name);
    for (const [room, { by, topic, members }] of Object.entries(ROOMS)) {
      people[by].ask("POST", "/api/rooms", { name: room, topic });
      for (const name of members) people[name].ask("PUT", `/api/rooms/${room}/members/me`);
    }
    people.mira.ask("PATCH", "/api/rooms/lobby", { topic: "Everyone, everything" });
    conversation(people);

    // Their terminals are on devices that have the password.
    const signIn = (name) => {
      const env = { ...stateOf(name), CHAT_PASSWORD: people[name].password };
      const args = ["send", "--server", url, "--name", name, "--room", "lobby"];
      return (text) => execFileSync(join(programs, "chat-tui"), args, { env, input: text });
    };
    signIn("alice")("0.3 is tagged, the notes are in #release");
    signIn("bob")("on its way to staging, thanks @alice");

    browser = await Browser.start(join(work, "profile"));
    const desktop = await browser.open({ width: 1280, height: 800, scale: 1.5 });
    await desktop.signIn(url, people.mira);
    const bob = await terminal(url, "bob", 80, 24, [["F4"]], ["on its way to staging"]);
    const alice = await terminal(url, "alice", 140, 40, [["F4"]], ["on its way to staging", "● bob", "● mira"]);
    await desktop.sees("on its way to staging");
    tmux("send-keys", "-t", "bob", "-l", "staging looks good so far, give me");
    await until("typing", () => tmux("capture-pane", "-p", "-t", "alice").includes("bob is typing"));

    for (const [file, who] of [["terminal.png", alice], ["terminal-80x24.png", bob]]) {
      await picture(browser, file, await browser.show(who.draw()));
    }
    await desktop.readToTheEnd();
    await picture(browser, "page.png", desktop);
    const phone = await browser.open({ width: 390, height: 780, dark: true, phone: true });
    await phone.signIn(url, people.jonas);
    await phone.sees("on its way to staging");
    await phone.readToTheEnd();
    await picture(browser, "page-phone.png", phone);
  } finally {
    await browser?.close();
    try { tmux("kill-server"); } catch { /* it had ended */ }
    server.kill();
    rmSync(work, { recursive: true, force: true, maxRetries: 5 });
  }
}

await make();
