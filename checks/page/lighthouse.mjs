// Lighthouse, mobile and desktop, each category. Mobile is its own slow phone: simulated 1.6 Mbit/s, 150 ms, CPU 4x slower.
import lighthouse, { desktopConfig } from "lighthouse";
import { launch } from "./browser.mjs";
import { fill, startServer } from "./server.mjs";

const BAR = 0.95;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const RUNS = 3;

export async function lighthouses() {
  const server = await startServer();
  await fill(server.url);
  const results = [];
  for (const [screen, config] of [["mobile", undefined], ["desktop", desktopConfig]]) {
    const runs = [];
    for (let run = 0; run < RUNS; run++) {
      // A port of its own, in a browser without a past.
      const port = 20_000 + Math.floor(Math.random() * 20_000);
      const browser = await launch([`--remote-debugging-port=${port}`]);
      const { lhr } = await lighthouse(server.url, { port, onlyCategories: CATEGORIES, logLevel: "error" }, config);
      await browser.close();
      runs.push(lhr);
    }
    for (const category of CATEGORIES) {
      const scores = runs.map((lhr) => lhr.categories[category].score ?? 0).sort();
      const median = scores[RUNS >> 1];
      results.push({ name: `Lighthouse ${screen}, ${category}`, value: scores.map((score) => Math.round(score * 100)).join(", "), bar: `${BAR * 100}`, ok: median >= BAR });
      if (median < BAR) tell(runs[0], category);
    }
    const times = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "speed-index"];
    console.error(`lighthouse ${screen}: ${times.map((id) => `${id} ${runs[0].audits[id].displayValue}`).join(", ")}`);
  }
  await server.stop();
  return results;
}

/** What cost points. */
function tell(lhr, category) {
  for (const { id, weight } of lhr.categories[category].auditRefs) {
    const { score, title, displayValue = "" } = lhr.audits[id];
    if (weight > 0 && score !== null && score < 1) console.error(`lighthouse ${category}: ${title} ${displayValue} (${score})`);
  }
}
