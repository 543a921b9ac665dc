// Gives what does not fit in the width that it has: panes that can be scrolled or are cut sideways, controls and texts that
// stand out of their pane, text cut without an ellipsis, badges that are not in sight, and short words broken in two.
(() => {
  // Sub-pixel layout rounds.
  const SLACK = 1;
  const PANES = "#rooms, #room-view, #people, dialog[open], #completions, [popover]:popover-open, .toast";
  const visible = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const name = (one) => `${one.tagName}#${one.id}.${one.className} ${one.textContent.trim().slice(0, 40)}`;
  const wrong = [];

  /** Whether it may be wider than its pane, because it scrolls in a frame of its own. */
  const scrolls = (one) => one.closest(".body pre, .body .table") !== null;

  if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page can be scrolled sideways");
  for (const pane of document.querySelectorAll(PANES)) {
    const box = pane.getBoundingClientRect();
    if (!visible(pane) || box.width === 0) continue;
    if (box.left < -SLACK || box.right > innerWidth + SLACK) wrong.push(`the pane is out of the window: ${name(pane)}`);
    for (const one of [pane, ...pane.querySelectorAll("*")]) {
      if (!visible(one) || scrolls(one) || one.closest("svg, .visually-hidden") || one.matches("br, option")) continue;
      // For screen readers alone.
      if (getComputedStyle(one).clipPath !== "none") continue;
      const { left, right, width, height } = one.getBoundingClientRect();
      if (width === 0 || height === 0) continue;
      if (left < box.left - SLACK || right > box.right + SLACK) {
        // What a parent cuts with an ellipsis may go on behind it.
        if (!cutWell(one.parentElement, pane)) wrong.push(`out of its pane: ${name(one)}`);
      }
      const { overflowX, textOverflow } = getComputedStyle(one);
      if (one.scrollWidth <= one.clientWidth + SLACK || one.clientWidth === 0) continue;
      if (["hidden", "clip"].includes(overflowX) && textOverflow !== "ellipsis" && !one.matches("#room-view, .body, textarea, input")) wrong.push(`cut without an ellipsis: ${name(one)}`);
      if (["auto", "scroll"].includes(overflowX)) wrong.push(`can be scrolled sideways: ${name(one)}`);
    }
  }

  /** Whether this, or what it stands in, ends its text with an ellipsis. */
  function cutWell(one, pane) {
    for (; one && one !== pane.parentElement; one = one.parentElement) {
      if (getComputedStyle(one).textOverflow === "ellipsis" && getComputedStyle(one).overflowX !== "visible") return true;
    }
    return false;
  }

  for (const badge of document.querySelectorAll("#room-list .badge:not([hidden])")) {
    const list = document.querySelector("#room-list").getBoundingClientRect();
    const box = badge.getBoundingClientRect();
    if (visible(badge) && (box.width < 8 || box.right > list.right || box.left < list.left)) wrong.push(`a badge out of sight: ${name(badge.closest("li"))}`);
  }

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (!visible(text.parentElement) || text.parentElement.closest("pre, code, .visually-hidden, noscript, textarea")) continue;
    for (const { index, 0: word } of text.nodeValue.matchAll(/(?<![^\s])(?:[A-Za-z]{2,9}|\d{1,2}:\d{2})(?![^\s])/g)) {
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const tops = new Set([...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => Math.round(top)));
      if (tops.size > 1) wrong.push(`a word broken in two: ${word} in ${name(text.parentElement)}`);
    }
  }
  return [...new Set(wrong)];
})()
