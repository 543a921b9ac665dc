// @ts-check
// How far uploads are, at the messages that wait for them.
/** @import { State } from "../types.js" */
import { setText } from "../kit/dom.js";

/** @param {State} state */
export function paintUploads({ outbox }) {
  for (const { id, status, files = [] } of outbox) {
    if (status !== "uploading") continue;
    const all = files.reduce((sum, { size }) => sum + size, 0);
    const done = files.reduce((sum, { done = 0 }) => sum + done, 0);
    const percent = all ? Math.floor((done / all) * 100) : 100;
    for (const note of document.querySelectorAll(`[data-id="${CSS.escape(id)}"] .delivery`)) {
      const bar = note.querySelector("progress");
      const words = note.querySelector(".upload-done");
      if (bar) bar.value = percent;
      if (words) setText(words, `${percent} %`);
    }
  }
}
