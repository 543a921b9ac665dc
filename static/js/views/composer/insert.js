// @ts-check
// Puts text into a box as if it were typed, so that undo takes it back.

/** @param {HTMLTextAreaElement|HTMLInputElement} input @param {string} text @param {number} [from] @param {number} [to] what it replaces; else the selection */
export function insert(input, text, from = input.selectionStart ?? input.value.length, to = input.selectionEnd ?? from) {
  input.focus();
  input.setSelectionRange(from, to);
  // Nothing else keeps the box's history. It tells of the change itself.
  if (document.execCommand("insertText", false, text)) return;
  input.setRangeText(text, from, to, "end");
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
