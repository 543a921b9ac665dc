// @ts-check
// Sign-in links: showing one for another device, and asking before one is used here.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { qrCode } from "../../kit/qr.js";
import { timeOfDay } from "../../kit/time.js";
import { openDialog } from "./dialog.js";

/** @param {App} app */
export async function openLinkCode(app) {
  const slot = h("div", { class: "link-code", "aria-live": "polite" }, "Making a link…");
  const dialog = openDialog({ name: "link", label: "Sign in another device", title: "Sign in another device" },
    h("p", { class: "lead" }, "Open this link on the other device, with its camera for example, or type the code there. It works once. Making another link invalidates this one."), slot);
  try {
    const { code, url, qr, expires_at: until } = await app.actions.linkCode();
    if (!dialog.isConnected) return;
    const copy = h("button", { type: "button", class: "primary", on: { click: () => app.copy(url) } }, "Copy link");
    const replaced = document.activeElement === document.body || dialog.contains(document.activeElement);
    slot.replaceChildren(
      h("output", { class: "code", "aria-label": "Code" }, code),
      qrCode(qr, "The link as a QR code"),
      h("p", { class: "url" }, url),
      h("div", { class: "buttons" }, h("span", { class: "help" }, `Until ${timeOfDay(until)}. Keep it to yourself: anyone who has it can sign in as you.`), copy),
    );
    if (replaced) copy.focus();
  } catch (error) {
    slot.replaceChildren(h("p", { class: "refusal", role: "alert" }, /** @type {Error} */ (error).message));
  }
}

/** Asks before a sign-in link is used. @param {string|null} leaving who is signed in here now @returns {Promise<boolean>} */
export function confirmLink(leaving) {
  return new Promise((resolve) => {
    const answer = (/** @type {boolean} */ yes) => () => (resolve(yes), dialog.close());
    const use = h("button", { type: "button", class: "primary", on: { click: answer(true) } }, "Sign in");
    const dialog = openDialog(
      { name: "confirm-link", label: "Use the sign-in link?", title: "Use the sign-in link from your other device?", focus: use },
      h("p", { class: "lead" }, leaving ? `You are signed in as ${leaving} here. This page will be signed in as the user of the other device instead.` : "This browser will be signed in as the user of the device that made the link."),
      h("p", { class: "help" }, "Use it only if you made it yourself: with a link from someone else you would write in their name."),
      h("div", { class: "buttons" }, h("button", { type: "button", on: { click: answer(false) } }, leaving ? `Stay ${leaving}` : "Not now"), use),
    );
    dialog.addEventListener("close", () => resolve(false));
  });
}
