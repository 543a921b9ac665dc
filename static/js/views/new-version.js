// @ts-check
// Says that the server has a newer page. Nothing of this one fails meanwhile: the reader chooses when to load it, and
// drafts and waiting messages are there again afterwards.
import { h } from "../kit/dom.js";

let said = false;

/** Once is enough. */
export function showNewVersion() {
  if (said) return;
  said = true;
  const reload = h("button", { type: "button", class: "link", on: { click: () => location.reload() } }, "Reload");
  const later = h("button", { type: "button", class: "link", on: { click: () => bar.remove() } }, "Later");
  const bar = h("div", { class: "new-version", role: "status" }, h("span", null, "A new version is ready"), reload, later);
  document.body.append(bar);
}
