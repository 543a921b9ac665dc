// A few lines that play the browser's document: elements are shown as the markup that they would be.

/** Text as it would stand in markup: a blank at its edge must not get lost. @param {any} node @returns {string} */
export const markup = (node) => (typeof node === "string" ? node : node.markup());

/** @param {string} tag */
function element(tag) {
  /** @type {any[]} */ const children = [];
  /** @type {Record<string, string>} */ const attributes = {};
  const dataset = new Proxy({}, { set: (_, name, value) => ((attributes[`data-${String(name)}`] = String(value)), true) });
  return {
    dataset,
    addEventListener() {},
    append: (/** @type {any[]} */ ...more) => children.push(...more),
    setAttribute: (/** @type {string} */ name, /** @type {string} */ value) => (attributes[name] = value),
    markup() {
      // What only says how text is read says nothing of what is in it.
      const told = Object.entries(attributes).filter(([name]) => !["dir", "tabindex", "target", "rel", "scope", "data-digits"].includes(name));
      return `<${[tag, ...told.map(([name, value]) => (value ? `${name}=${value}` : name))].join(" ")}>${children.map(markup).join("")}</${tag}>`;
    },
  };
}

/** Puts it in place of the browser's. @returns {() => void} takes it away again */
export function withDocument() {
  /** @type {any} */ const browser = globalThis;
  browser.document = { createElement: element, createElementNS: (/** @type {string} */ _, /** @type {string} */ tag) => element(tag), createTextNode: (/** @type {string} */ text) => ({ markup: () => text }) };
  return () => delete browser.document;
}
