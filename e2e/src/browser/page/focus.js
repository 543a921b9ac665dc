// Looks at what has the focus: its name, whether it is on screen, whether it looks different from how it looks without.
(() => {
  const element = document.activeElement;
  const name = element.id || element.dataset.id || element.getAttribute("aria-label") || element.innerText || element.tagName;
  if (element === document.body) return { name: "nothing", seen: false, marked: false };
  const box = element.getBoundingClientRect();
  const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  // The mark may be its own or around it, as at the message box.
  const around = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
  const outlined = (one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  };
  const shadowed = (one) => one.matches(":focus-within") && one !== document.body && getComputedStyle(one).boxShadow !== "none";
  return { name, seen, marked: outlined(element) || around.some(shadowed) || element.matches(".skip") };
})()
