// @ts-check
// Says that this page is another user's now: a sign-in in one tab counts for all tabs of a browser.
import { h } from "../../kit/dom.js";
import { openDialog } from "./dialog.js";

/** @param {string} from @param {string} to names */
export function openUserReplaced(from, to) {
  for (const open of document.querySelectorAll("dialog")) open.close();
  const go = h("button", { type: "button", class: "primary", on: { click: () => dialog.close() } }, h("span", null, "Go on as ", h("bdi", null, to)));
  // Not the button: the dialog comes up while somebody types, and their next Enter would close it unread.
  const lead = h("p", { class: "lead", tabindex: "-1" }, "Another tab of this browser signed in as ", h("strong", null, h("bdi", null, to)), ". A browser has one user at a time, so this page is theirs now.");
  const dialog = openDialog({ name: "user-replaced", label: "Signed in as another user", title: "Signed in as another user", focus: lead },
    lead,
    h("p", { class: "help" }, "What ", h("bdi", null, from), " had not sent stays in this browser and goes out when they sign in here again."),
    h("div", { class: "buttons" }, go),
  );
}
