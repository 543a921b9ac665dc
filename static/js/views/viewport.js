// @ts-check
// The height that is really in sight. A phone's keyboard takes more than half of it; some browsers make the page smaller
// then, others only slide it, and say so in `visualViewport` alone.

/** Lower than this, everything but the messages gives way, in px. */
const SHORT = 480;
/** Lower than this the room's head goes too while something is being written, in px. */
const TINY = 280;

export function followViewport() {
  const { visualViewport: seen, document: { documentElement: root } } = window;
  function measure() {
    // Who zooms in wants to see more of less, not another layout.
    const height = seen && seen.scale < 1.05 ? Math.min(seen.height, innerHeight) : innerHeight;
    if (height < innerHeight) root.style.setProperty("--height", `${height}px`);
    else root.style.removeProperty("--height");
    root.toggleAttribute("data-short", height < SHORT);
    root.toggleAttribute("data-tiny", height < TINY);
    // Without a resize a browser slides the page up under the keyboard; it fits now.
    if (seen?.offsetTop) scrollTo(0, 0);
  }
  seen?.addEventListener("resize", measure);
  addEventListener("resize", measure);
  measure();
}
