// @ts-check
// Making nodes and keeping them. No HTML is ever parsed: text becomes text nodes, nothing else.

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>|null} [props] `class`, `on` (listeners), `data` (data-*), properties of the element, else attributes
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (PROPERTIES.has(name)) /** @type {any} */ (element)[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Set as properties, since an attribute would not do the same. */
const PROPERTIES = new Set(["textContent", "value", "checked", "disabled", "hidden"]);

/** @template {HTMLElement} T @param {string} id @returns {T} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return /** @type {T} */ (element);
}

/** @type {WeakMap<Element, Map<string, {node: HTMLElement, row: any}>>} */
const kept = new WeakMap();

/**
 * Makes the children of `parent` those that `rows` ask for: a row with a known key keeps its node, in any order.
 * @template R
 * @param {HTMLElement} parent
 * @param {R[]} rows
 * @param {{key: (row: R) => string, create: (row: R) => HTMLElement, update?: (node: HTMLElement, row: R, before: R) => void}} how
 */
export function keyed(parent, rows, { key, create, update }) {
  const before = kept.get(parent) ?? new Map();
  const now = new Map();
  for (const row of rows) now.set(key(row), row);
  for (const [name, { node }] of before) {
    if (now.has(name)) continue;
    node.remove();
    before.delete(name);
  }
  let next = parent.firstChild;
  for (const [name, row] of now) {
    const known = before.get(name);
    const node = known?.node ?? create(row);
    if (known && update) update(node, row, known.row);
    before.set(name, { node, row });
    if (next && node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
  kept.set(parent, before);
}

/** Does a row of this key stand in `parent`? @param {Element} parent @param {string} key */
export const isDrawn = (parent, key) => kept.get(parent)?.has(key) ?? false;

/** Sets text only when it changed, so that nothing is laid out or read aloud again. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Element} element @param {string} name @param {string|number|boolean|null} value null or false removes it */
export function setAttr(element, name, value) {
  if (value === null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value === true ? "" : value)) {
    element.setAttribute(name, String(value === true ? "" : value));
  }
}

/** Draws at most once a frame. A hidden page has no frames, and its timers may run once a minute: it draws at once, and
 * then not again for a while. @param {() => void} draw */
export function batched(draw) {
  let asked = false;
  let drawn = 0;
  const run = () => {
    asked = false;
    drawn = Date.now();
    draw();
  };
  return () => {
    const hidden = document.visibilityState !== "visible";
    const rested = Date.now() - drawn >= HIDDEN_EVERY;
    if (asked && !(hidden && rested)) return;
    asked = true;
    if (!hidden) requestAnimationFrame(run);
    else if (rested) queueMicrotask(run);
    else setTimeout(run, HIDDEN_EVERY);
  };
}

/** Title and counts of a hidden page are drawn at most this often, in ms. */
const HIDDEN_EVERY = 250;
