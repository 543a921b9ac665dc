// What the views make of the golden bodies.
import assert from "node:assert/strict";
import test from "node:test";
import { blockNodes } from "../js/views/timeline/blocks.js";
import { markup, withDocument } from "./document.js";
import { ALICE, fixture, fixtureNames } from "./harness.js";

/** @type {Record<string, string>} */
const DRAWN = {
  paragraphs: "<p>one<br></br>two</p><p>three</p>",
  emphasis: "<p><em>soft</em> <strong>loud</strong> <s>gone</s> <code>as is</code></p>",
  link: "<p>see <a href=https://example.org/docs>the docs</a> or <a href=https://example.org/>https://example.org</a></p>",
  mention: "<p><bdi class=mention data-me>@alice</bdi> and @nobody</p>",
  renamed: "<p><bdi class=mention data-me>@Ali</bdi> and <bdi class=mention data-me>@ali</bdi>, not @nobody</p>",
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
    t.after(withDocument());
    const { blocks } = fixture(`blocks/${name}.json`);
    assert.equal(blockNodes(blocks, ALICE.id).map(markup).join(""), DRAWN[name]);
  });
}
