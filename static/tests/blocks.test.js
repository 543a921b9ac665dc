// What the views make of the golden bodies. A few lines play the document: elements as the markup that they would be.
import assert from "node:assert/strict";
import test from "node:test";
import { blockNodes } from "../js/views/timeline/blocks.js";
import { ALICE, fixture, fixtureNames } from "./harness.js";

/** Text as it would stand in markup: a blank at its edge must not get lost. @param {any} node @returns {string} */
const written = (node) => (typeof node === "string" ? node : node.markup());

/** @param {string} tag */
function element(tag) {
  /** @type {any[]} */ const children = [];
  /** @type {Record<string, string>} */ const attributes = {};
  const dataset = new Proxy({}, { set: (_, name, value) => ((attributes[`data-${String(name)}`] = String(value)), true) });
  return {
    dataset,
    append: (/** @type {any[]} */ ...more) => children.push(...more),
    setAttribute: (/** @type {string} */ name, /** @type {string} */ value) => (attributes[name] = value),
    markup() {
      // What only says how text is read says nothing of what is in it.
      const told = Object.entries(attributes).filter(([name]) => !["dir", "tabindex", "target", "rel", "scope", "data-digits"].includes(name));
      return `<${[tag, ...told.map(([name, value]) => (value ? `${name}=${value}` : name))].join(" ")}>${children.map(written).join("")}</${tag}>`;
    },
  };
}

/** @type {Record<string, string>} */
const DRAWN = {
  paragraphs: "<p>one<br></br>two</p><p>three</p>",
  emphasis: "<p><em>soft</em> <strong>loud</strong> <s>gone</s> <code>as is</code></p>",
  link: "<p>see <a href=https://example.org/docs>the docs</a> or <a href=https://example.org/>https://example.org</a></p>",
  mention: "<p><bdi class=mention data-me>@alice</bdi> and @nobody</p>",
  room: "<p>we are in <a href=/rooms/lobby class=room-link data-room=lobby><bdi>#lobby</bdi></a>, not in # nor #1</p>",
  code: "<pre data-lang=rust><code>fn main() {\n    go();\n}</code></pre>",
  quote: "<blockquote><p>said<br></br>twice</p></blockquote><p>answered</p>",
  list: "<ul><li><p>one</p></li><li><p>two</p><ul><li><p>inner</p></li></ul></li></ul>",
  numbered: "<ol start=1><li><p>one</p></li><li><p>two</p></li></ol>",
  numbered_from: "<ol start=3><li><p>three</p></li><li><p>four</p></li></ol>",
  table: "<div class=table><table><thead><tr><th>name</th><th data-align=right>age</th></tr></thead>" +
    "<tbody><tr><td><strong>bob</strong></td><td data-align=right>42</td></tr><tr><td>eve</td><td data-align=right></td></tr></tbody></table></div>",
  indented: "<p>one<br></br>  two<br></br>\tthree</p>",
};

for (const name of fixtureNames("blocks")) {
  test(`draws ${name}`, (t) => {
    /** @type {any} */ const browser = globalThis;
    browser.document = { createElement: element, createTextNode: (/** @type {string} */ text) => ({ markup: () => text }) };
    t.after(() => delete browser.document);
    const { blocks } = fixture(`blocks/${name}.json`);
    assert.equal(blockNodes(blocks, ALICE.id).map(written).join(""), DRAWN[name]);
  });
}
