// @ts-check
// The browser's history as the page uses it: one entry for each room or message that was gone to, and one for the drawer or dialog over it,
// so that Back closes a drawer or a dialog first.

/** Dialogs that Back may close, oldest first. */
const overlays = () => /** @type {HTMLDialogElement[]} */ ([...document.querySelectorAll("dialog[open]:not([closedby='none'])")]);

export class History {
  /** Our own step back is on its way: until it has arrived nothing may be written. */
  #goingBack = false;

  /** @param {{hasDrawer: () => boolean, closeDrawer: () => void, navigated: () => void, sync: () => void}} page  navigated: the reader is at another address; sync: write again */
  constructor(page) {
    this.page = page;
    addEventListener("popstate", () => this.#onPop());
    // Dialogs come and go as children of the body.
    new MutationObserver(() => page.sync()).observe(document.body, { childList: true });
  }

  #covered() {
    return this.page.hasDrawer() || overlays().length > 0;
  }

  /** Makes the history say where the reader is. @param {string} path @param {boolean} step a step that Back takes back; else a correction */
  write(path, step) {
    if (this.#goingBack) return;
    const covered = this.#covered();
    const onTop = history.state?.covered === true;
    const here = location.pathname + location.hash === path;
    if (!here) {
      // From a drawer to a room is one step, not two.
      if (step && !onTop) history.pushState({}, "", path);
      else history.replaceState({}, "", path);
      if (covered) history.pushState({ covered: true }, "", path);
    } else if (covered && !onTop) {
      history.pushState({ covered: true }, "", path);
    } else if (!covered && onTop) {
      this.#goingBack = true;
      history.back();
    }
  }

  #onPop() {
    if (this.#goingBack) {
      this.#goingBack = false;
      return this.page.sync();
    }
    const dialog = overlays().pop();
    if (dialog) dialog.close();
    else if (this.page.hasDrawer()) this.page.closeDrawer();
    else {
      // Forward to what lay over the room: there is nothing over it any more.
      if (history.state?.covered) history.replaceState({}, "");
      this.page.navigated();
    }
    this.page.sync();
  }
}
