// @ts-check
// Before the page is anyone's: the sign-in dialog opens when nobody is signed in and closes when someone is.
/** @import { App } from "../app.js" */
/** @import { State } from "../types.js" */

/** @param {App} app */
export function doorView(app) {
  /** @type {Promise<HTMLDialogElement>|null} */ let dialog = null;

  return async (/** @type {State} */ { signIn, signInReason }) => {
    if (signIn === "out" && !dialog) {
      dialog = import("./dialogs/sign-in.js").then(({ openSignIn }) => openSignIn(app, signInReason));
    } else if (signIn !== "out" && dialog) {
      const open = dialog;
      dialog = null;
      (await open).close();
    }
  };
}

/** Asks before a sign-in link is used. @param {string|null} leaving who is signed in here now */
export async function askAboutLink(leaving) {
  return (await import("./dialogs/link.js")).confirmLink(leaving);
}

/** Another tab signed in as someone else. @param {string} from @param {string} to */
export async function sayReplaced(from, to) {
  (await import("./dialogs/user-replaced.js")).openReplaced(from, to);
}

/** Loads these dialogs ahead, as those of the app. */
export function loadDoor() {
  Promise.allSettled([import("./dialogs/sign-in.js"), import("./dialogs/link.js"), import("./dialogs/user-replaced.js")]);
}
