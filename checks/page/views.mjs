// Every view of the page, and how a reader gets there from an open room.
import { connected } from "./browser.mjs";
import { FILES, choose, onMessage, say, sendFiles, settings } from "./gestures.mjs";
import { PROGRAM_VIEWS } from "./program-views.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {Record<string, (page: Page, around: {server: any}) => Promise<unknown>>} */
export const VIEWS = {
  room: async () => {},
  "empty room": async (page) => {
    await say(page, "/join quiet-corner");
    await page.getByRole("heading", { name: "quiet-corner", level: 1 }).waitFor();
  },
  palette: async (page) => {
    await page.keyboard.press("Control+k");
    await page.locator("dialog").waitFor();
  },
  search: async (page) => {
    await page.keyboard.press("Control+f");
    await page.locator(".search-input").fill("keys has:file");
    await page.locator(".search-input").fill("keys from:alice");
    await page.locator(".hit").first().waitFor();
  },
  "search that is refused": async (page) => {
    await page.locator("#open-search").click();
    await page.locator(".search-input").fill("in:#nowhere");
    await page.locator("dialog .refusal:not(:empty)").waitFor();
  },
  "filters of a search": async (page) => {
    await page.locator("#open-search").click();
    await page.locator(".search-input").fill("has:");
    await page.locator("#search-completions:not([hidden])").waitFor();
  },
  directory: async (page) => {
    await choose(page, "/rooms");
    await page.locator("dialog li").first().waitFor();
  },
  topic: async (page) => {
    await say(page, "/join garden");
    await page.getByRole("heading", { name: "garden", level: 1 }).waitFor();
    await choose(page, "/topic");
  },
  link: (page) => choose(page, "/link"),
  keys: async (page) => {
    await page.keyboard.press("F1");
    await page.locator("dialog").waitFor();
  },
  settings,
  password: (page) => choose(page, "/password"),
  "message menu": (page) => onMessage(page, "Shift+F10", "[role=menu]"),
  emojis: (page) => onMessage(page, "+", ".picker"),
  reactions: (page) => onMessage(page, "w", "dialog .reaction-emoji"),
  report: (page) => onMessage(page, "!", "dialog"),
  thread: (page) => onMessage(page, "t", "#thread-messages .message"),
  reply: (page) => onMessage(page, "r", "#reply-row:not([hidden])"),
  "room menu": async (page) => {
    await page.locator("#room-more").click();
    await page.locator("[role=menu]").waitFor();
  },
  members: async (page) => {
    await page.locator("#room-more").click();
    await page.getByRole("menuitem", { name: "Members" }).click();
    await page.locator("dialog li").first().waitFor();
  },
  pins: async (page) => {
    await choose(page, "/pins");
    await page.locator("dialog .pin").first().waitFor();
  },
  status: (page) => choose(page, "/status"),
  "settings of a room": (page) => choose(page, "/notify"),
  completions: async (page) => {
    await page.locator("#composer-input").pressSequentially("/");
    await page.locator("#completions:not([hidden])").waitFor();
  },
  "files in the thread": async (page) => {
    await onMessage(page, "t", "#thread-messages .message");
    await page.locator("#thread-attach-input").setInputFiles(FILES);
    await page.locator("#thread-staged img").waitFor();
  },
  "attached files": async (page) => {
    await page.locator("#attach-input").setInputFiles(FILES);
    await page.locator("#staged img").waitFor();
  },
  files: sendFiles,
  "a picture": async (page) => {
    await sendFiles(page);
    await page.locator(".picture").first().click();
    await page.locator("dialog .viewer-picture").waitFor();
  },
  "pasted code": async (page) => {
    await page.locator("#composer-input").fill("fn main() {\n    go();\n}");
    await page.locator("#as-code").waitFor();
  },
  "chosen message": async (page) => {
    await page.locator("#composer-input").press("Escape");
    await page.locator(".message:focus").waitFor();
  },
  "rooms drawer": async (page) => {
    if (await page.locator("#open-rooms").isVisible()) await page.locator("#open-rooms").click();
  },
  people: async (page) => {
    if (!(await page.locator("#people").isVisible())) await page.locator("#open-people").click();
    await page.locator("#people").waitFor();
  },
  offline: async (page, { server }) => {
    await server.kill();
    await page.waitForFunction(() => document.querySelector("#app")?.dataset.state === "offline");
    await say(page, "written while the server is away");
    await page.locator("[data-status=queued]").waitFor();
  },
  "new version": async (page) => {
    await page.route("**/assets/**", (route) => (route.request().method() === "HEAD" ? route.fulfill({ status: 404 }) : route.continue()));
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    await page.locator(".new-version").waitFor();
  },
  ...PROGRAM_VIEWS,
  "sign in": async (page) => {
    await page.evaluate(() => fetch("/api/sessions/current", { method: "DELETE" }));
    await page.locator("dialog").waitFor();
  },
};

/** Each button of the settings leads somewhere; whatever there is becomes a view of its own. @param {Page} page */
export async function settingsSections(page) {
  await settings(page);
  const labels = await page.locator("dialog[data-name=settings] button").evaluateAll((buttons) =>
    buttons.filter((one) => one.checkVisibility()).map((one) => one.getAttribute("aria-label") ?? one.innerText.split("\n")[0].trim()));
  return labels.filter((label) => label && !/^(close|sign out|save|set password|turn on)/i.test(label));
}

/** @param {string} label */
export const section = (label) => async (/** @type {Page} */ page) => {
  await settings(page);
  await page.locator("dialog[data-name=settings] button", { hasText: label }).first().click();
  await page.locator("dialog").first().waitFor();
};

/** Opens a view, and waits until it has come to rest. @param {Page} page @param {string} url */
export async function open(page, url, view, around) {
  await page.goto(url);
  await connected(page);
  await page.locator("#messages .message").first().waitFor();
  await view(page, around);
  await page.evaluate(() => {
    const moving = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);
    return Promise.allSettled(moving.map((one) => one.finished));
  });
}
