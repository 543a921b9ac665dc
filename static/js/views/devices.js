// @ts-check
// The user's devices: where they are signed in, and signing one out.
/** @import { App } from "../app.js" */
import { serverNow } from "../clock.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { ago, fullTime } from "../time.js";
import { openDialog } from "./dialog.js";

/** @typedef {{id: string, client: string|null, created_at: string, last_used_at: string, current: boolean}} Device */

/** @param {App} app */
export async function openDevices(app) {
  const list = h("ul", { class: "devices", role: "list", "aria-label": "Devices" });
  const note = h("p", { class: "help", role: "status" }, "Asking the server…");
  const link = h("button", { type: "button", class: "primary", on: { click: () => (dialog.close(), app.open("link")) } }, "Sign in another device");
  const dialog = openDialog({ name: "devices", label: "Your devices", title: "Your devices" }, list, note, h("div", { class: "buttons" }, link));
  try {
    const devices = /** @type {Device[]} */ (await app.actions.devices());
    note.textContent = "";
    list.replaceChildren(...devices.map((device) => entry(app, device, note)));
  } catch (error) {
    note.textContent = /** @type {Error} */ (error).message;
  }
}

/** @param {App} app @param {Device} device @param {HTMLElement} note */
function entry(app, device, note) {
  const past = ago(device.last_used_at, serverNow());
  const used = device.current ? "this one" : past === "now" ? "in use just now" : `last used ${past} ago`;
  const label = device.client || "a program";
  const item = h("li", null, icon("device"),
    h("div", null, h("bdi", null, label), h("p", { class: "note", title: fullTime(device.created_at) }, used)),
    device.current ? null : h("button", { type: "button", "aria-label": `Sign out ${label}`, on: { click: end } }, "Sign out"));
  async function end() {
    try {
      await app.actions.signOutDevice(device.id);
      item.remove();
    } catch (error) {
      note.textContent = /** @type {Error} */ (error).message;
    }
  }
  return item;
}
