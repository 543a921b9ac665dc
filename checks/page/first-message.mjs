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
      const line = await shapedLine({ port: server.port, host: "127.0.0.1", kbits: KBITS, rtt });
      const browser = await launch();
      const page = await (await browser.newContext(PHONE)).newPage();
      await slowCpu(page, CPU);
      let asked = 0;
      page.on("request", () => asked++);
      page.on("websocket", () => asked++);
      await page.addInitScript(() => {
        // The time when a frame with a message in it was handed to the screen.
        const look = () => {
          if (document.querySelector("#messages .message .body")) {
            return requestAnimationFrame(() => setTimeout(() => (window.firstMessage = performance.now())));
          }
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      });
      await page.goto(line.url, { waitUntil: "commit" });
      const time = await page.waitForFunction(() => window.firstMessage).then((handle) => handle.jsonValue());
      times.push(time);
      bytes = Math.max(bytes, line.bytes.down);
      requests = Math.max(requests, asked);
      await browser.close();
      line.close();
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
