// @ts-check
// The browser's history as the page uses it: one entry for each room or message that was gone to, and one for the drawer or dialog over it,
// so that Back closes a drawer or a dialog first.

/** The results on screen are left for one of them: Back shall lead to them again. */
export const keepResults = () => void (history.state?.covered && history.replaceState({ ...history.state, results: true }, ""));

/** Dialogs that Back may close, oldest first. */
const overlays = () => /** @type {HTMLDialogElement[]} */ ([...document.querySelectorAll("dialog[open]:not([closedby='none'])")]);

export class History {
  /** Our own step back is on its way: until it has arrived nothing may be written. */
  #goingBack = false;
  /** The results are being opened again. */
  #reopening = false;

  /** @param {{hasDrawer: () => boolean, closeDrawer: () => void, navigated: () => void, reopen: () => Promise<void>, sync: () => void}} page
   *   navigated: the reader is at another address; reopen: show the results again; sync: write again */
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
    if (this.#goingBack || this.#reopening) return;
    const covered = this.#covered();
    const onTop = history.state?.covered === true;
    const here = location.pathname + location.hash === path;
    if (!here) {
      // From a drawer to a room is one step, not two.
      const kept = !covered && history.state?.results === true;
      if (step && (!onTop || kept)) history.pushState({}, "", path);
      else history.replaceState({}, "", path);
      if (covered) history.pushState({ covered: true }, "", path);
    } else if (covered && !onTop) {
      history.pushState({ covered: true }, "", path);
    } else if (!covered && onTop) {
      this.#goingBack = true;
      history.back();
    }
  }

  /** Back at the results: the room that they were over is under them again. */
  async #reopen() {
    this.#reopening = true;
    this.page.navigated();
    await this.page.reopen();
    this.#reopening = false;
    this.page.sync();
  }

  #onPop() {
    if (this.#goingBack) {
      this.#goingBack = false;
      return this.page.sync();
    }
    const dialog = overlays().pop();
    if (dialog) dialog.close();
    else if (this.page.hasDrawer()) this.page.closeDrawer();
    else if (history.state?.results) this.#reopen();
    else {
      // Forward to what lay over the room: there is nothing over it any more.
      if (history.state?.covered) history.replaceState({}, "");
      this.page.navigated();
    }
    this.page.sync();
  }
}
