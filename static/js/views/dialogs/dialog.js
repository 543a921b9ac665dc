// @ts-check
// Dialogs: native ones, made when opened and gone when closed. The browser keeps the focus inside and gives it back.
import { h } from "../../kit/dom.js";
import { icon } from "../../kit/icons.js";

/**
 * The first focus goes to what the dialog is for: `focus`, else its main button, else its title. Never to the ✕, and on a
 * phone never by itself to a field, whose keyboard would cover the dialog.
 * @param {{name: string, label: string, title?: string, focus?: HTMLElement|"title", locked?: boolean}} how  locked: cannot be closed by the reader
 * @param {...(Node|string|null)} children
 */
export function openDialog({ name, label, title, focus, locked }, ...children) {
  for (const open of document.querySelectorAll("dialog")) if (open.dataset.name === name) discard(open);
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close", on: { click: () => dialog.close() } }, icon("close"));
  const head = title ? h("header", { class: "dialog-head" }, h("h2", null, title), locked ? null : close) : null;
  // Browsers let Esc close a dialog that nobody has touched yet, whatever its `cancel` says.
  const dialog = h("dialog", { "aria-label": label, closedby: locked ? "none" : null, data: { name } }, head, ...children);
  document.body.append(dialog);
  dialog.addEventListener("close", () => discard(dialog));
  dialog.addEventListener("cancel", (event) => locked && event.preventDefault());
  dialog.addEventListener("click", (event) => {
    // A click on the backdrop is a click on the dialog outside of its box.
    if (locked || event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) dialog.close();
  });
  dialog.showModal();
  const heading = head?.querySelector("h2") ?? null;
  if (heading) heading.tabIndex = -1;
  const wanted = focus === "title" ? heading : (focus ?? /** @type {HTMLElement|null} */ (dialog.querySelector(".primary")) ?? heading);
  (heading && wanted instanceof HTMLInputElement && matchMedia("(pointer: coarse)").matches ? heading : wanted)?.focus();
  return dialog;
}

/** Toasts may be shown in a dialog; they outlive it. @param {HTMLDialogElement} dialog */
function discard(dialog) {
  const toasts = dialog.querySelector("#toasts");
  if (toasts) document.body.append(toasts);
  dialog.remove();
}

/** A labelled input. @param {string} label @param {Record<string, any>} props @param {string} [help] */
export function field(label, props, help) {
  const id = `field-${props.name}`;
  const input = h("input", { id, autocomplete: "off", ...props, ...(help ? { "aria-describedby": `${id}-help` } : {}) });
  const node = h("div", { class: "field" }, h("label", { for: id }, label), input, help ? h("p", { class: "help", id: `${id}-help` }, help) : null);
  return { node, input };
}

/** A labelled box to tick. @param {string} label @param {Record<string, any>} props */
export function choice(label, props) {
  const id = `field-${props.name}`;
  const input = h("input", { type: "checkbox", id, ...props });
  return { node: h("label", { class: "choice", for: id }, input, h("span", null, label)), input };
}

/** A labelled list to choose from. @param {string} label @param {string} name @param {Record<string, string>} options by value @param {string} chosen */
export function select(label, name, options, chosen) {
  const id = `field-${name}`;
  const input = h("select", { id, name }, ...Object.entries(options).map(([value, words]) => h("option", { value, selected: value === chosen }, words)));
  return { node: h("div", { class: "field" }, h("label", { for: id }, label), input), input };
}

/**
 * A form whose refusal is shown beside its button.
 * @param {string} action the words on the button
 * @param {() => Promise<unknown>} submit
 * @param {...(Node|string|null)} children
 */
export const form = (action, submit, ...children) => formWith("primary", action, submit, ...children);

/** A form for what cannot be undone. @param {string} action @param {() => Promise<unknown>} submit @param {...(Node|string|null)} children */
export const dangerousForm = (action, submit, ...children) => formWith("danger", action, submit, ...children);

/** @param {string} kind of its button @param {string} action @param {() => Promise<unknown>} submit @param {...(Node|string|null)} children */
function formWith(kind, action, submit, ...children) {
  const refusal = h("p", { class: "refusal", role: "alert" });
  const button = h("button", { type: "submit", class: kind }, action);
  const element = h("form", { class: "form", novalidate: true }, ...children, refusal, h("div", { class: "buttons" }, button));
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    refusal.textContent = "";
    button.disabled = true;
    try {
      await submit();
    } catch (error) {
      refusal.textContent = /** @type {Error} */ (error).message;
    } finally {
      button.disabled = false;
    }
  });
  return element;
}
