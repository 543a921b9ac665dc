// A thousand messages in two seconds in front of a reader with a slow processor: none is lost, and no task takes long.
import { DESKTOP, connected, launch, slowCpu } from "./browser.mjs";
import { person, startServer } from "./server.mjs";

const MESSAGES = 1_000;
const WITHIN = 2_000;
const CPU = 4;
const LONGEST = 100;
const RUNS = 3;

export async function flood() {
  const longest = [];
  let missing = 0;
  for (let run = 0; run < RUNS; run++) {
    const server = await startServer();
    const bob = await person(server.url, "bob");
    const lobby = (await bob.ask("GET", "/api/rooms?limit=100")).find(({ name }) => name === "lobby").id;
    const browser = await launch();
    const page = await (await browser.newContext(DESKTOP)).newPage();
    await page.goto(server.url);
    await connected(page);
    await page.evaluate(() => {
      window.tasks = [];
      window.seen = new Set();
      new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
    });
    await slowCpu(page, CPU);
    // A task of the change itself is none of the page's.
    await page.waitForTimeout(500);
    await page.evaluate(() => (window.tasks.length = 0));
    const start = performance.now();
    const sent = [];
    for (let number = 1; number <= MESSAGES; number++) {
      const due = start + ((number - 1) * WITHIN) / MESSAGES;
      const wait = due - performance.now();
      if (wait > 2) await new Promise((resolve) => setTimeout(resolve, wait));
      sent.push(bob.say(lobby, `${number} of a flood`));
    }
    await Promise.all(sent);
    // Asked about from outside, and not often: a question in each frame would be part of what is measured.
    const last = await newest(bob, lobby);
    while ((await page.evaluate(() => document.querySelector("#messages .message:last-child .body")?.textContent)) !== last) await page.waitForTimeout(200);
    longest.push(Math.max(0, ...(await page.evaluate(() => window.tasks))));
    missing += await lost(page, MESSAGES);
    await browser.close();
    await server.stop();
  }
  return [
    { name: `flood of ${MESSAGES} in ${WITHIN / 1000} s, CPU ${CPU}x slower: longest task`, value: longest.map((ms) => `${Math.round(ms)} ms`).join(", "), bar: `${LONGEST} ms`, ok: Math.max(...longest) <= LONGEST },
    { name: "messages of the flood that the reader cannot find", value: String(missing), bar: "0", ok: missing === 0 },
  ];
}

async function newest(bob, lobby) {
  const { messages } = await bob.ask("GET", `/api/messages?room=${lobby}&limit=1`);
  return messages.at(-1).body;
}

/** Reads up to the first one. @param {import("playwright-core").Page} page @param {number} all */
async function lost(page, all) {
  await slowCpu(page, 1);
  const seen = new Set();
  const deadline = Date.now() + 60_000;
  while (seen.size < all && Date.now() < deadline) {
    const numbers = await page.evaluate(() => [...document.querySelectorAll("#messages .message .body")].map((body) => parseInt(body.innerText)));
    for (const number of numbers) seen.add(number);
    await page.evaluate(() => (document.querySelector("#timeline").scrollTop = 0));
    await page.waitForTimeout(50);
  }
  return all - seen.size;
}
