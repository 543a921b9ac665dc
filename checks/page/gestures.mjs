// What a reader does on the page, wherever they want to get.

/** @typedef {import("playwright-core").Page} Page */

/** A picture of three by two pixels. */
const PICTURE = { name: "sky.png", mimeType: "image/png", buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAHElEQVR42mNgYNiiwbAlgGELA0PUFo2oLQFRWwAzwgY3xw1iWAAAAABJRU5ErkJggg==", "base64") };

/** Files to attach: a text and a picture. */
export const FILES = [{ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("notes") }, PICTURE];

/** A file and a picture, in a message. @param {Page} page */
export async function sendFiles(page) {
  await page.locator("#attach-input").setInputFiles(FILES);
  await page.locator("#send").click();
  await page.locator("a.file").last().waitFor();
}

/** @param {Page} page */
export async function settings(page) {
  if (!(await page.locator("#settings").isVisible())) await page.locator("#open-rooms").click();
  await page.locator("#settings").click();
  await page.locator("dialog[data-name=settings]").waitFor();
}

/** Presses a key on the message of which most can be done. @param {Page} page @param {string} key @param {string} opened */
export async function onMessage(page, key, opened) {
  await page.locator("#messages > .message", { has: page.locator(".chip") }).first().focus();
  await page.keyboard.press(key);
  await page.locator(opened).first().waitFor();
}

/** A command, by the palette. @param {Page} page @param {string} command */
export async function choose(page, command) {
  await page.keyboard.press("Control+k");
  await page.locator("dialog[data-name=palette] input").fill(command);
  await page.keyboard.press("Enter");
  await page.locator("dialog:not([data-name=palette])").first().waitFor();
}

/** Says something, or runs a command, in the message box. @param {Page} page @param {string} text */
export async function say(page, text) {
  await page.locator("#composer-input").fill(text);
  await page.locator("#send").click();
}
