// @ts-check
// Several lines that look like code are offered a fence, by a button under the box and by a key: without one, indentation and
// signs are read as Markdown.
import { byId, setAttr } from "../../kit/dom.js";
import { fenced, looksLikeCode } from "../../kit/code.js";
import { insert } from "./insert.js";

/** @param {HTMLTextAreaElement} input */
export function asCode(input) {
  const offer = byId("as-code");
  offer.addEventListener("click", fence);

  /** Makes a block of code of what is written; undo takes it back. */
  function fence() {
    if (input.value.trim() !== "") insert(input, fenced(input.value), 0, input.value.length);
  }

  /** Shows the offer where there is something to offer. @returns {boolean} */
  function paint() {
    const offered = looksLikeCode(input.value);
    setAttr(offer, "hidden", !offered);
    return offered;
  }

  return { fence, paint };
}
