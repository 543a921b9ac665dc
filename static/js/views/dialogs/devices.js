// @ts-check
// The user's devices: where they are signed in, and signing one out.
/** @import { App } from "../../app.js" */
import { serverNow } from "../../kit/server-clock.js";
import { describeDevice } from "../../kit/device.js";
import { h } from "../../kit/dom.js";
import { icon } from "../../kit/icons.js";
import { ago, fullTime } from "../../kit/time.js";
import { openDialog } from "./dialog.js";

/** @typedef {{id: string, client: string|null, created_at: string, last_used_at: string, current: boolean}} Device */

/** @param {App} app */
export async function openDevices(app) {
  const list = h("ul", { class: "devices", role: "list", "aria-label": "Devices" });
  const note = h("p", { class: "help", role: "status" }, "Asking the server…");
  const link = h("button", { type: "button", class: "primary", on: { click: () => (dialog.close(), app.open("link")) } }, "Add a device");
  const dialog = openDialog({ name: "devices", label: "Your devices", title: "Your devices", focus: link }, list, note, h("div", { class: "buttons" }, link));
  try {
    const devices = /** @type {Device[]} */ (await app.actions.devices());
    note.textContent = "";
    list.replaceChildren(...devices.sort(byUse).map((device) => entry(app, device, note)));
  } catch (error) {
    note.textContent = /** @type {Error} */ (error).message;
  }
}

/** This one, then those used last. @param {Device} a @param {Device} b */
function byUse(a, b) {
  if (a.current !== b.current) return a.current ? -1 : 1;
  return Date.parse(b.last_used_at) - Date.parse(a.last_used_at);
}

/** @param {App} app @param {Device} device @param {HTMLElement} note */
function entry(app, device, note) {
  const { label, kind } = describeDevice(device.client);
  const past = ago(device.last_used_at, serverNow());
  const used = device.current || past === "now" ? "in use now" : `last used ${past} ago`;
  const item = h("li", null, icon(kind),
    h("div", null, h("p", { class: "device-name" }, h("bdi", null, label), device.current ? h("span", { class: "tag" }, "this one") : null),
      h("p", { class: "note", title: `signed in ${fullTime(device.created_at)}` }, used)),
    device.current ? null : h("button", { type: "button", class: "small", "aria-label": `Sign out ${label}`, on: { click: end } }, "Sign out"));
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
