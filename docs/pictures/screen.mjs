// A terminal's screen, as tmux gives it, as a page: every character in the cell where it stood.

/** The sixteen colours, then what is written on and with where nothing else is said. */
const PALETTE = [
  "#3b4252", "#f07178", "#a3d977", "#f2c268", "#82aaff", "#c792ea", "#7fdbca", "#d5dae5",
  "#8089a0", "#ff8b92", "#bdea95", "#ffd68a", "#9cc0ff", "#ddb2ff", "#a1ece0", "#ffffff",
];
const PAPER = "#161a23";
const INK = "#d5dae5";
const FONT = 15;
const CELL = { width: 9, height: 20 };
const MARGIN = 18;

/** What escape sequences have said about how to write. */
const PLAIN = { ink: null, paper: null, bold: false, dim: false, italic: false, underline: false, strike: false, reverse: false };

function indexed(n) {
  if (n < 16) return PALETTE[n];
  if (n >= 232) return `rgb(${Array(3).fill((n - 232) * 10 + 8)})`;
  const level = (digit) => (digit ? digit * 40 + 55 : 0);
  return `rgb(${[Math.floor((n - 16) / 36), Math.floor((n - 16) / 6) % 6, (n - 16) % 6].map(level)})`;
}

function styled(style, codes) {
  const next = { ...style };
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i];
    if (code === 0) Object.assign(next, PLAIN);
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 7) next.reverse = true;
    else if (code === 9) next.strike = true;
    else if (code === 22) next.bold = next.dim = false;
    else if (code === 23) next.italic = false;
    else if (code === 24) next.underline = false;
    else if (code === 27) next.reverse = false;
    else if (code === 29) next.strike = false;
    else if (code === 38 || code === 48) {
      const rgb = codes[i + 1] === 2;
      const colour = rgb ? `rgb(${codes.slice(i + 2, i + 5)})` : indexed(codes[i + 2]);
      next[code === 38 ? "ink" : "paper"] = colour;
      i += rgb ? 4 : 2;
    } else if (code === 39) next.ink = null;
    else if (code === 49) next.paper = null;
    else if (code >= 30 && code <= 37) next.ink = PALETTE[code - 30];
    else if (code >= 90 && code <= 97) next.ink = PALETTE[code - 82];
    else if (code >= 40 && code <= 47) next.paper = PALETTE[code - 40];
    else if (code >= 100 && code <= 107) next.paper = PALETTE[code - 92];
  }
  return next;
}

const isWide = (cluster) => /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u.test(cluster);
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function cell(cluster, row, column, style) {
  const [ink, paper] = style.reverse ? [style.paper ?? PAPER, style.ink ?? INK] : [style.ink ?? INK, style.paper];
  const width = CELL.width * (isWide(cluster) ? 2 : 1);
  const css = [
    `left:${MARGIN + column * CELL.width}px`, `top:${MARGIN + row * CELL.height}px`, `width:${width}px`, `color:${ink}`,
    paper && `background:${paper}`, style.bold && "font-weight:700", style.dim && "opacity:.62", style.italic && "font-style:italic",
    (style.underline || style.strike) && `text-decoration:${style.underline ? "underline" : ""} ${style.strike ? "line-through" : ""}`,
  ];
  return `<i style="${css.filter(Boolean).join(";")}">${escaped(cluster)}</i>`;
}

/** The page of a screen, and how large it is. */
export function screenPage(captured, columns, rows) {
  const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
  const cells = [];
  let style = PLAIN;
  captured.split("\n").slice(0, rows).forEach((line, row) => {
    let column = 0;
    for (const [, codes, text] of line.matchAll(/\x1b\[([\d;:]*)m|([^\x1b]+)|\x1b[^m]*/g)) {
      if (codes !== undefined) style = styled(style, codes.split(/[;:]/).map(Number));
      for (const { segment } of graphemes.segment(text ?? "")) {
        if (segment !== " " || style.paper || style.reverse || style.underline) cells.push(cell(segment, row, column, style));
        column += isWide(segment) ? 2 : 1;
      }
    }
  });
  const html = `<style>
    body { margin: 0; background: ${PAPER}; font: ${FONT}px/${CELL.height}px "JetBrains Mono", "DejaVu Sans Mono", monospace; font-variant-ligatures: none; }
    i { position: absolute; overflow: hidden; height: ${CELL.height}px; font-style: normal; white-space: pre; text-align: center; }
  </style>${cells.join("")}`;
  return { html, width: columns * CELL.width + 2 * MARGIN, height: rows * CELL.height + 2 * MARGIN };
}
