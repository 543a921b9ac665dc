// A thousand messages in two seconds in front of a reader with a slow processor: none is lost, and no task takes long.
//
// How long a task takes is told twice: by the clock, and in time of the processor. On a quiet machine they are the same; on a busy
// one the clock also counts what others do meanwhile, so the second is held against the bar.
import { DESKTOP, connected, launch, slowCpu } from "./browser.mjs";
import { person, startServer } from "./server.mjs";

const MESSAGES = 1_000;
const WITHIN = 2_000;
const CPU = 4;
const LONGEST = 100;
const RUNS = 3;

export async function flood() {
  const tasks = [];
  let missing = 0;
  for (let run = 0; run < RUNS; run++) {
    const server = await startServer();
    const bob = await person(server.url, "bob");
    const lobby = (await bob.ask("GET", "/api/rooms?limit=100")).find(({ name }) => name === "lobby").id;
    const browser = await launch();
    const page = await (await browser.newContext(DESKTOP)).newPage();
    await page.goto(server.url);
    await connected(page);
    await slowCpu(page, CPU);
    // A task of the change itself is not the page's.
    await page.waitForTimeout(500);
    await browser.startTracing(page, { categories: ["-*", "toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"] });
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
    tasks.push(longest(await browser.stopTracing()));
    missing += await lost(page, MESSAGES);
    await browser.close();
    await server.stop();
  }
  return [
    { name: `flood of ${MESSAGES} in ${WITHIN / 1000} s, CPU ${CPU}x slower: longest task (by the clock)`, value: tasks.map(({ own, clock }) => `${own} (${clock}) ms`).join(", "), bar: `${LONGEST} ms`, ok: Math.max(...tasks.map(({ own }) => own)) <= LONGEST },
    { name: "messages of the flood that the reader cannot find", value: String(missing), bar: "0", ok: missing === 0 },
  ];
}

/** The longest task of the page's thread: of those that draw pages, the one that worked most. @param {Buffer} trace */
function longest(trace) {
  const { traceEvents } = JSON.parse(trace.toString());
  const drawing = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(({ pid, tid }) => `${pid} ${tid}`));
  /** @type {Map<string, {own: number, clock: number, all: number}>} */ const threads = new Map();
  for (const { name, pid, tid, dur = 0, tdur = 0 } of traceEvents) {
    const key = `${pid} ${tid}`;
    if (name !== "RunTask" || !drawing.has(key)) continue;
    const { own, clock, all } = threads.get(key) ?? { own: 0, clock: 0, all: 0 };
    threads.set(key, { own: Math.max(own, tdur), clock: Math.max(clock, dur), all: all + tdur });
  }
  const [page] = [...threads.values()].sort((one, other) => other.all - one.all);
  if (!page?.own) throw new Error("the trace tells of no tasks");
  return { own: Math.round(page.own / 1_000), clock: Math.round(page.clock / 1_000) };
}

async function newest(bob, lobby) {
  const { messages } = await bob.ask("GET", `/api/messages?room=${lobby}&limit=1`);
  return messages.at(-1).body;
}

/** Waits until all rows that are on their way are drawn, then reads up to the first one. @param {import("playwright-core").Page} page @param {number} all */
async function lost(page, all) {
  await slowCpu(page, 1);
  const rows = () => page.evaluate(() => document.querySelectorAll("#messages .message").length);
  for (let before = -1, now = await rows(); now !== before; now = await rows()) {
    before = now;
    await page.waitForTimeout(500);
  }
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
