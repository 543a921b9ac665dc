// Gives the texts on screen that stand out too little from their ground, as far as that can be computed: the ground is
// the nearest painted background, mixed over those behind it; of the page's own gradient every part counts.
(() => {
  const ENOUGH = 4.5;
  const ENOUGH_IF_LARGE = 3;
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

  /** Any CSS colour as [r, g, b, a]. */
  function parse(color) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  }

  const over = ([r, g, b, a], ground) => [r, g, b].map((part, at) => part * a + ground[at] * (1 - a));

  function luminance(color) {
    const [r, g, b] = color.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function ratio(one, other) {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }

  const pageGrounds = ["--page-top", "--page-middle", "--page-bottom"].map((name) => {
    const probe = document.createElement("i");
    probe.style.setProperty("color", `var(${name})`);
    document.body.append(probe);
    const color = parse(getComputedStyle(probe).color).slice(0, 3);
    probe.remove();
    return color;
  });

  /** The colours that may be behind an element. */
  function grounds(element) {
    const layers = [];
    for (let one = element; one && one !== document.documentElement; one = one.parentElement) {
      const color = parse(getComputedStyle(one).backgroundColor);
      layers.unshift(color);
      if (color[3] === 1) return [layers.reduce((ground, layer) => over(layer, ground), [0, 0, 0])];
    }
    return pageGrounds.map((page) => layers.reduce((ground, layer) => over(layer, ground), page));
  }

  function onScreen(element) {
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 8)];
    const there = document.elementFromPoint(x, y);
    return Boolean(there) && (element.contains(there) || there.contains(element));
  }

  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const words = walker.currentNode.nodeValue.trim();
    if (!words || !onScreen(element) || element.closest(":disabled, noscript, [inert]")) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const worst = Math.min(...grounds(element).map((ground) => ratio(over(parse(style.color), ground), ground)));
    if (worst < (large ? ENOUGH_IF_LARGE : ENOUGH)) faint.push(`${worst.toFixed(2)} ${element.tagName}.${element.className} ${words.slice(0, 40)}`);
  }
  return faint;
})()
