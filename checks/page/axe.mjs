// axe-core in every view, light and dark, on a desktop, a phone and at 320 px. Also: nothing is wider than the screen.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { DESKTOP, NARROW, PHONE, launch } from "./browser.mjs";
import { fill, startServer } from "./server.mjs";
import { VIEWS, open, section, settingsSections } from "./views.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
const SCREENS = { desktop: DESKTOP, phone: PHONE, "320 px": NARROW };

/** A machine at work may take long to open a view, in ms; what cannot be opened is tried again in a new page, so often in all. */
const PATIENCE = 60_000;
const TRIES = 3;

/** @returns {Promise<{name: string, value: string, bar: string, ok: boolean}[]>} */
export async function axe() {
  const browser = await launch();
  let server = await startServer();
  await fill(server.url);
  const views = { ...VIEWS };
  const look = await browser.newPage(DESKTOP);
  await open(look, server.url, async () => {}, {});
  for (const label of await settingsSections(look)) views[`settings · ${label}`] = section(label);
  await look.close();

  /** @type {string[]} */ const found = [];
  let tried = 0;
  for (const [screen, options] of Object.entries(SCREENS)) {
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      for (const [name, view] of Object.entries(views)) {
        const where = `${name}, ${screen}, ${colorScheme}`;
        for (let left = TRIES; left > 0; left--) {
          // The policy of the page lets nothing in from outside; axe is put in by the browser itself.
          const context = await browser.newContext({ ...options, colorScheme, bypassCSP: true, reducedMotion: "reduce" });
          const page = await context.newPage();
          page.setDefaultTimeout(PATIENCE);
          let opened = false;
          try {
            await open(page, server.url, view, { server });
            opened = true;
            await page.evaluate(AXE);
            const { violations } = await page.evaluate((rules) => window.axe.run(document, rules), RULES);
            for (const { id, nodes } of violations) found.push(`${where}: ${id}: ${nodes.map(({ target }) => target).join(" · ")}`);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            if (wide > 0) found.push(`${where}: ${wide} px wider than the screen`);
            tried += 1;
          } catch (error) {
            if (opened || left === 1) found.push(`${where}: ${opened ? "cannot be looked at" : "cannot be opened"}: ${String(error).split("\n")[0]}`);
            else console.error(`axe: ${where}: is opened again: ${String(error).split("\n")[0]}`);
          }
          await context.close().catch(() => {});
          if (opened) break;
          if (name === "offline" && !(await isUp(server.url))) server = await startServer(server);
        }
        if (name === "offline" && !(await isUp(server.url))) server = await startServer(server);
      }
    }
  }
  await browser.close();
  await server.stop();
  for (const line of found) console.error(`axe: ${line}`);
  return [{ name: `axe, ${tried} views`, value: `${found.length} found`, bar: "0", ok: found.length === 0 }];
}

/** The view without a server ends it; it may have failed before that. @param {string} url */
const isUp = (url) => fetch(`${url}/healthz`).then((answer) => answer.ok, () => false);
