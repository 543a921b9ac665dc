// @ts-check
// Files that somebody drops or pastes cannot be sent: the page says so, and does not leave itself to show them.
/** @import { App } from "../app.js" */

const WHY = "Files cannot be sent here. Upload the file elsewhere and paste a link to it.";

/** @param {App} app */
export function refuseFiles(app) {
  const hasFiles = (/** @type {DataTransfer|null} */ data) => data?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    app.toast(WHY);
  });
  addEventListener("paste", ({ clipboardData }) => {
    // Text that is copied from an office program brings its picture along: the text is meant.
    if (hasFiles(clipboardData) && !clipboardData?.getData("text/plain")) app.toast(WHY);
  });
}
