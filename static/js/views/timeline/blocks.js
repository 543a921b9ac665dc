// @ts-check
// A message's body as nodes. The server has parsed the Markdown; here each piece becomes an element of a known kind with
// its text as text. Of an unknown kind the contents are shown.
/** @import { Block } from "../../types.js" */
import { roomPath } from "../../kit/address.js";
import { h } from "../../kit/dom.js";
import { wordsOf } from "../../kit/text.js";

/** The server nests no deeper; anything that does is shown as its plain text's end. */
const DEEPEST = 20;
/** Cells hold text, in which little is nested. */
const NESTED = DEEPEST - 8;
const LINKS = new Set(["http:", "https:", "mailto:"]);

/** @param {Block[]} blocks @param {string|null} me id of the reader @param {number} [depth] @returns {Node[]} */
export function blockNodes(blocks, me, depth = 0) {
  if (depth > DEEPEST || !Array.isArray(blocks)) return [];
  return blocks.map((block) => {
    const children = () => blockNodes(block.c ?? [], me, depth + 1);
    const make = Object.hasOwn(makers, block.t) ? makers[block.t] : makers.unknown;
    return make(block, children, me);
  });
}

/** A body that is not parsed yet: its lines. @param {string} body */
export function plainNodes(body) {
  return body === "" ? [] : [h("p", { dir: "auto", class: "plain" }, body)];
}

/** The words of a message on one line, without their marks. @param {import("../../types.js").Message} message */
export function plainText({ body, blocks, attachments }) {
  /** @param {Block[]} inside @returns {string} */
  const words = (inside) => inside.map(({ t, c, s }) => (t === "br" ? " " : c?.length ? words(c) : (s ?? "")) + (t === "p" || t === "item" ? " " : "")).join("");
  return (blocks ? words(blocks) : body).replace(/\s+/g, " ").trim() || wordsOf({ body: "", attachments });
}

/** @type {Record<string, (block: Block, children: () => Node[], me: string|null) => Node>} */
const makers = {
  p: (_, children) => h("p", { dir: "auto" }, ...children()),
  quote: (_, children) => h("blockquote", { dir: "auto" }, ...children()),
  list(block, children) {
    if (!block.ordered) return h("ul", { dir: "auto" }, ...children());
    const start = first(block.start);
    const digits = String(start + Math.max((block.c?.length ?? 0) - 1, 0)).length;
    return h("ol", { dir: "auto", start, data: { digits } }, ...children());
  },
  item: (_, children) => h("li", null, ...children()),
  table: (block, _, me) => h("div", { class: "table", tabindex: "0" }, table(block, (cell) => blockNodes(cell, me, NESTED))),
  row: (_, children) => h("span", null, ...children()),
  cell: (_, children) => h("span", null, ...children()),
  room: (block) => roomLink(block.s ?? ""),
  code: (block, children) =>
    // Keyboard readers scroll what is wider than the screen.
    h("pre", { dir: "ltr", tabindex: "0", data: block.lang ? { lang: block.lang } : {} }, h("code", null, ...spoken(block, children))),
  text: (block) => document.createTextNode(block.s ?? ""),
  em: (_, children) => h("em", null, ...children()),
  strong: (_, children) => h("strong", null, ...children()),
  strike: (_, children) => h("s", null, ...children()),
  code_span: (block, children) => h("code", { dir: "ltr" }, ...spoken(block, children)),
  br: () => h("br", null),
  link(block, children) {
    const inside = spoken(block, children);
    const href = safe(block.href);
    if (!href) return h("span", null, ...inside);
    return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...(inside.length ? inside : [href]));
  },
  mention(block, children, me) {
    const inside = spoken(block, children);
    return h("bdi", { class: "mention", data: block.user === me && me ? { me: "" } : {} }, ...inside);
  },
  unknown: (block, children) => h("span", null, ...spoken(block, children)),
};

/** @param {Block} block @param {() => Node[]} children @returns {(Node|string)[]} */
const spoken = (block, children) => (block.c?.length ? children() : [block.s ?? ""]);

/** A word that may be a room's name: its address in the page, which shows the room or says what there is to do. @param {string} written */
function roomLink(written) {
  const name = written.replace(/^#/, "");
  return h("a", { href: roomPath(name), class: "room-link", data: { room: name } }, h("bdi", null, written));
}

/** What stands between rows and cells is for readers that know no tables. @param {Block} block @param {(blocks: Block[]) => Node[]} nodes */
function table(block, nodes) {
  const rows = (block.c ?? []).filter((row) => row.t === "row");
  const cells = (/** @type {Block} */ row, /** @type {"th"|"td"} */ tag) =>
    (row.c ?? [])
      .filter((cell) => cell.t === "cell")
      .map((cell, column) => h(tag, { dir: "auto", scope: tag === "th" ? "col" : null, data: alignment(block.align?.[column]) }, ...nodes(cell.c ?? [])));
  const [head, ...body] = rows;
  return h(
    "table",
    null,
    head && h("thead", null, h("tr", null, ...cells(head, "th"))),
    h("tbody", null, ...body.map((row) => h("tr", null, ...cells(row, "td")))),
  );
}

const ALIGNMENTS = new Set(["center", "right"]);

/** @param {string|null|undefined} align */
const alignment = (align) => (align && ALIGNMENTS.has(align) ? { align } : {});

/** The largest number that a list can begin with in Markdown. */
const LARGEST = 999_999_999;

/** The number of an ordered list's first item. @param {number|undefined} start */
const first = (start) => (Number.isInteger(start) ? Math.min(Math.max(Number(start), 0), LARGEST) : 1);

/** @param {string|undefined} href */
function safe(href) {
  try {
    const url = new URL(href ?? "");
    return LINKS.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
