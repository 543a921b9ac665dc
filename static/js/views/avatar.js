// @ts-check
// A user at a glance: initials on the user's colour. The name always stands beside it, so it says nothing by itself.
import { h, setText } from "../kit/dom.js";
import { paint } from "../kit/colours.js";
import { calledName, initials } from "../kit/text.js";

/** @param {{id: string, name: string, color?: string|null, display_name?: string|null}} user */
export function avatar(user) {
  const element = h("span", { class: "avatar", "aria-hidden": "true" }, initials(calledName(user)));
  paint(element, user);
  return element;
}

/** @param {HTMLElement} element @param {Parameters<typeof avatar>[0]} user */
export function repaint(element, user) {
  setText(element, initials(calledName(user)));
  paint(element, user);
}
