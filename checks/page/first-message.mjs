// A first visit over a shaped line with a slow processor: how soon the newest message is on screen, and what it took.
import { PHONE, launch, slowCpu } from "./browser.mjs";
import { shapedLine } from "./line.mjs";
import { fill, startServer } from "./server.mjs";

const KBITS = 1_600;
const CPU = 4;
const RUNS = 5;
/** Round trip in ms, and the bar for the first message. */
const LINES = [{ rtt: 0, bar: 1_000 }, { rtt: 150, bar: 2_500 }];
const BYTES = 120_000;
const REQUESTS = 25;

export async function firstMessage() {
  const server = await startServer();
  await fill(server.url);
  const results = [];
  let bytes = 0;
  let requests = 0;
  for (const { rtt, bar } of LINES) {
    const times = [];
    for (let run = 0; run < RUNS; run++) {
      const seen = await visit(server.port, rtt);
      times.push(seen.time);
      bytes = Math.max(bytes, seen.bytes);
      requests = Math.max(requests, seen.requests);
    }
    times.sort((a, b) => a - b);
    const median = times[RUNS >> 1];
    results.push({
      name: `first message, 1.6 Mbit/s, RTT ${rtt} ms, CPU ${CPU}x slower`,
      value: `${Math.round(median)} ms (${Math.round(times[0])}–${Math.round(times[RUNS - 1])})`,
      bar: `${bar} ms`,
      ok: median <= bar,
    });
  }
  results.push({ name: "bytes before the first message, heads included", value: `${(bytes / 1000).toFixed(1)} KB`, bar: `${BYTES / 1000} KB`, ok: bytes < BYTES });
  results.push({ name: "requests before the first message", value: String(requests), bar: String(REQUESTS), ok: requests <= REQUESTS });
  await server.stop();
  return results;
}

/** One visit, in a browser without a past. @param {number} port @param {number} rtt */
export async function visit(port, rtt) {
  const line = await shapedLine({ port, host: "127.0.0.1", kbits: KBITS, rtt });
  const browser = await launch();
  const page = await (await browser.newContext(PHONE)).newPage();
  const session = await slowCpu(page, CPU);
  let requests = 0;
  page.on("request", () => requests++);
  page.on("websocket", () => requests++);
  // Only this is put into the page: what a test driver brings along would be paid with the page's time.
  for (const domain of ["Page", "Runtime"]) await session.send(`${domain}.enable`);
  await session.send("Runtime.addBinding", { name: "shown" });
  await session.send("Page.addScriptToEvaluateOnNewDocument", { source: `(${watch})()` });
  const shown = new Promise((resolve) => session.on("Runtime.bindingCalled", ({ payload }) => resolve(Number(payload))));
  await page.goto(line.url, { waitUntil: "commit" });
  const time = await shown;
  const bytes = line.bytes.down;
  await browser.close();
  line.close();
  return { time, bytes, requests };
}

/** Runs in the page: tells when the frame with the first message in it was painted. */
function watch() {
  new MutationObserver((_, observer) => {
    if (!document.querySelector("#messages .message .body")) return;
    observer.disconnect();
    // Rows are made right before a frame is painted; what is posted now is the task after that.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => window.shown(String(performance.now()));
    port2.postMessage(null);
  }).observe(document, { childList: true, subtree: true });
}
