// @ts-check
// Opens the sign-in dialog while nobody is signed in, and closes it when someone is.
/** @import { App } from "../app.js" */
/** @import { State } from "../types.js" */
import { openSignIn } from "./dialogs.js";

/** @param {App} app */
export function signInView(app) {
  /** @type {Promise<HTMLDialogElement>|null} */ let dialog = null;

  return async (/** @type {State} */ { signIn, signInReason }) => {
    if (signIn === "out" && !dialog) {
      dialog = openSignIn(app, signInReason);
    } else if (signIn !== "out" && dialog) {
      const open = dialog;
      dialog = null;
      (await open).close();
    }
  };
}
