// @ts-check
// Files that somebody drops or pastes anywhere on the page are attached to the message that they write.
/** @import { App } from "../app.js" */

/** @param {App} app */
export function takeFiles(app) {
  const hasFiles = (/** @type {DataTransfer|null} */ data) => data?.types.includes("Files") ?? false;
  const covered = () => document.querySelector("dialog:modal") !== null;
  const mark = (/** @type {boolean} */ over) => document.body.toggleAttribute("data-dropping", over);
  addEventListener("dragover", (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = covered() ? "none" : "copy";
    mark(!covered());
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && mark(false));
  addEventListener("drop", (event) => {
    mark(false);
    if (!hasFiles(event.dataTransfer)) return;
    // The page does not leave itself to show them.
    event.preventDefault();
    if (!covered()) app.attach([...(event.dataTransfer?.files ?? [])]);
  });
  addEventListener("paste", (event) => {
    const { clipboardData } = event;
    // Text that is copied from an office program brings its picture along: the text is meant.
    if (!hasFiles(clipboardData) || clipboardData?.getData("text/plain") || covered()) return;
    event.preventDefault();
    app.attach([...(clipboardData?.files ?? [])]);
  });
}
