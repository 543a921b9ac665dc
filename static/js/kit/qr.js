// @ts-check
// Draws a QR code from its modules, which the server makes.

/** Light modules around it, without which cameras do not find it. */
const QUIET = 4;
const SVG = "http://www.w3.org/2000/svg";

/** Dark on light, whatever the page's colours are: not all cameras read it the other way round.
 * @param {string[]} rows of `1` (dark) and `0` @param {string} label @returns {SVGElement} */
export function qrCode(rows, label) {
  const side = rows.length + 2 * QUIET;
  const dark = rows.flatMap((row, y) => [...row].map((module, x) => (module === "1" ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")));
  const svg = document.createElementNS(SVG, "svg");
  const ground = document.createElementNS(SVG, "rect");
  const code = document.createElementNS(SVG, "path");
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${side} ${side}`, class: "qr", role: "img", "aria-label": label, "shape-rendering": "crispEdges" })) svg.setAttribute(name, value);
  for (const [name, value] of Object.entries({ width: side, height: side, fill: "#fff" })) ground.setAttribute(name, String(value));
  code.setAttribute("d", dark.join(""));
  svg.append(ground, code);
  return svg;
}
