// Debian's chromium, driven by playwright-core.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PLACES = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
export const CHROMIUM = PLACES.find((path) => path && existsSync(path));

/** As in the tests: nothing but the page, and nothing slowed down because no window shows it. */
const FLAGS = ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-renderer-backgrounding", "--disable-background-timer-throttling"];

/** @param {string[]} [more] */
export const launch = (more = []) => chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...more], chromiumSandbox: false });

export const DESKTOP = { viewport: { width: 1280, height: 800 } };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
/** The narrowest that WCAG asks for: 1280 px at 400 %. */
export const NARROW = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true };

/** Waits until a page has what is new. */
export const connected = (page) => page.waitForFunction(() => document.querySelector("#app")?.dataset.state === "connected");

/** Slows the page's processor down. @param {import("playwright-core").Page} page @param {number} rate */
export async function slowCpu(page, rate) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
  return session;
}
