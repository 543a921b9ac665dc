// Views of what a user needs a name, a room of their own or a role for: bots, hooks, webhooks, retention, invites.
import { execFileSync } from "node:child_process";
import http from "node:http";
import { connected } from "./browser.mjs";
import { say } from "./gestures.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {Record<string, (page: Page, around: {server: any}) => Promise<unknown>>} */
export const PROGRAM_VIEWS = {
  bots: async (page) => {
    await takeName(page);
    await command(page, "/bot", "bots");
    await page.getByText("You have no bots yet.").waitFor();
  },
  "a made bot": async (page) => {
    await command(page, `/bot add ${await takeName(page)}-bot`, "bots");
    await make(page, "Make a bot");
    await page.getByText("cht_").waitFor();
    await row(page);
  },
  hooks: async (page) => {
    await makeRoom(page);
    await command(page, "/hooks", "hooks");
    await page.getByText("No program posts here yet.").waitFor();
  },
  "a made hook": async (page) => {
    await command(page, `/hook ${await makeRoom(page)}-alerts`, "hooks");
    await make(page, "Make a hook");
    await page.getByText("/hooks/").waitFor();
    await row(page);
  },
  webhooks: async (page) => {
    await makeRoom(page);
    await command(page, "/webhook", "webhooks");
    await page.getByText("Nothing is sent from here yet.").waitFor();
  },
  "a webhook that is refused": async (page) => {
    await makeRoom(page);
    await command(page, "/webhook add bot.example.org", "webhooks");
    await make(page, "Make a webhook");
    await page.locator("dialog .refusal:not(:empty)").waitFor();
  },
  "a made webhook": async (page) => {
    await makeRoom(page);
    await command(page, "/webhook add https://1.1.1.1/chat", "webhooks");
    await make(page, "Make a webhook");
    await page.getByText("whsec_").waitFor();
    await row(page);
  },
  "a disabled webhook": async (page) => {
    const room = await makeRoom(page);
    const receiver = http.createServer((request, answer) => request.resume().on("end", () => answer.writeHead(410).end()));
    await new Promise((resolve) => receiver.listen(0, "127.0.0.1", () => resolve(undefined)));
    const { port } = /** @type {import("node:net").AddressInfo} */ (receiver.address());
    await page.evaluate((body) => fetch("/api/webhooks", { method: "POST", headers: { "Content-Type": "application/json" }, body }),
      JSON.stringify({ room, url: `http://127.0.0.1:${port}/chat` }));
    await say(page, "nobody takes this");
    while (!(await page.evaluate(async () => (await (await fetch("/api/webhooks")).json())[0].disabled_at)));
    receiver.close();
    await command(page, "/webhook", "webhooks");
    await page.getByText("Disabled").waitFor();
  },
  "retention of a room": async (page) => {
    await makeRoom(page);
    await command(page, "/retention", "room-retention");
    await page.getByText("Messages are kept for ever").waitFor();
  },
  "retention for an administrator": async (page, { server }) => {
    await beAdmin(page, server);
    await command(page, "/retention", "room-retention");
    await page.locator("#field-retention").waitFor();
  },
  invites: async (page, { server }) => {
    await beAdmin(page, server);
    await command(page, "/invites", "invites");
  },
  "a made invite": async (page, { server }) => {
    await beAdmin(page, server);
    await command(page, "/invite", "invites");
    await make(page, "Make a link");
    await page.locator("dialog .qr").waitFor();
    await row(page);
  },
};

let people = 0;

/** The guest takes a name: one that nobody had before. @param {Page} page */
async function takeName(page) {
  const name = `dora-${++people}`;
  await say(page, `/nick ${name}`);
  await page.locator("#me-name", { hasText: name }).waitFor({ state: "attached" });
  return name;
}

/** A room that the reader moderates. @param {Page} page */
async function makeRoom(page) {
  const room = `room-of-${await takeName(page)}`;
  await say(page, `/join ${room}`);
  await page.getByRole("heading", { name: room, level: 1 }).waitFor();
  return room;
}

/** The reader becomes an administrator of the server. @param {Page} page */
async function beAdmin(page, server) {
  const name = await takeName(page);
  execFileSync(process.env.CHAT_SERVER ?? "", ["user", "role", name, "admin", "--data", server.data], { stdio: "ignore" });
  await page.reload();
  await connected(page);
}

/** @param {Page} page @param {string} text @param {string} dialog that it opens */
async function command(page, text, dialog) {
  await say(page, text);
  await page.locator(`dialog[data-name=${dialog}]`).waitFor();
}

/** Presses the button of the dialog's form. @param {Page} page @param {string} label */
const make = (page, label) => page.locator("dialog").getByRole("button", { name: label }).click();

/** What was made stands in the list. @param {Page} page */
const row = (page) => page.locator("dialog [role=list] li").first().waitFor();
