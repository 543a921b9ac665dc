// axe-core in every view, light and dark, on a desktop, a phone and at 320 px. Also: nothing is wider than the screen.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { DESKTOP, NARROW, PHONE, launch } from "./browser.mjs";
import { fill, startServer } from "./server.mjs";
import { VIEWS, open, section, settingsSections } from "./views.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
const SCREENS = { desktop: DESKTOP, phone: PHONE, "320 px": NARROW };

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
        // The policy of the page lets nothing in from outside; axe is put in by the browser itself.
        const context = await browser.newContext({ ...options, colorScheme, bypassCSP: true, reducedMotion: "reduce" });
        const page = await context.newPage();
        page.setDefaultTimeout(20_000);
        try {
          await open(page, server.url, view, { server });
          await page.evaluate(AXE);
          const { violations } = await page.evaluate((rules) => window.axe.run(document, rules), RULES);
          for (const { id, nodes } of violations) found.push(`${where}: ${id}: ${nodes.map(({ target }) => target).join(" · ")}`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          if (wide > 0) found.push(`${where}: ${wide} px wider than the screen`);
          tried += 1;
        } catch (error) {
          found.push(`${where}: cannot be opened: ${String(error).split("\n")[0]}`);
        }
        await context.close().catch(() => {});
        if (name === "offline") server = await startServer(server);
      }
    }
  }
  await browser.close();
  await server.stop();
  for (const line of found) console.error(`axe: ${line}`);
  return [{ name: `axe, ${tried} views`, value: `${found.length} found`, bar: "0", ok: found.length === 0 }];
}
