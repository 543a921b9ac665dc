// @ts-check
// Files that somebody drops or pastes anywhere on the page are attached to the message that they write: over the thread, to the one there.
/** @import { App } from "../app.js" */
import { setAttr } from "../kit/dom.js";

/** @param {App} app */
export function takeFiles(app) {
  const hasFiles = (/** @type {DataTransfer|null} */ data) => data?.types.includes("Files") ?? false;
  const covered = () => document.querySelector("dialog:modal") !== null;
  const isInThread = (/** @type {Event} */ { target }) => target instanceof Element && target.closest("#thread") !== null;
  const mark = (/** @type {"room"|"thread"|null} */ over) => setAttr(document.body, "data-dropping", over);
  addEventListener("dragover", (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = covered() ? "none" : "copy";
    mark(covered() ? null : isInThread(event) ? "thread" : "room");
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && mark(null));
  addEventListener("drop", (event) => {
    mark(null);
    if (!hasFiles(event.dataTransfer)) return;
    // The page does not leave itself to show them.
    event.preventDefault();
    if (!covered()) app.attach([...(event.dataTransfer?.files ?? [])], isInThread(event));
  });
  addEventListener("paste", (event) => {
    const { clipboardData } = event;
    // Text that is copied from an office program brings its picture along: the text is meant.
    if (!hasFiles(clipboardData) || clipboardData?.getData("text/plain") || covered()) return;
    event.preventDefault();
    app.attach([...(clipboardData?.files ?? [])], isInThread(event));
  });
}
