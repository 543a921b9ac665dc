// @ts-check
// Completions above the message box: Tab or Enter takes one, the arrows choose, Esc closes.
/** @import { App } from "../../app.js" */
/** @import { Completion } from "../../keyboard/completion.js" */
import { completionsAt } from "../../keyboard/completion.js";
import { h, setAttr } from "../../kit/dom.js";
import { insert } from "./insert.js";

export class Completions {
  /** @type {Completion|null} */ #completion = null;
  #chosen = 0;
  /** The arrows chose. */
  #moved = false;
  /** Closed by Esc: stays so until the text changes its mind. */
  #dismissed = "";

  /** @param {App} app @param {HTMLTextAreaElement|HTMLInputElement} input @param {HTMLElement} list @param {typeof completionsAt} [find] what may be completed */
  constructor(app, input, list, find = completionsAt) {
    this.find = find;
    this.app = app;
    this.input = input;
    this.list = list;
  }

  /** What is offered now. */
  get shown() {
    return this.#completion;
  }

  update() {
    const { value, selectionStart, selectionEnd } = this.input;
    const found = selectionStart === selectionEnd ? this.find(this.app.state(), value, selectionStart ?? value.length) : null;
    const word = found ? `${found.from}${value.slice(found.from, found.from + 1)}` : "";
    if (!found || word === this.#dismissed) {
      if (!found) this.#dismissed = "";
      return this.#hide();
    }
    this.#completion = found;
    this.#chosen = 0;
    this.#moved = false;
    this.#draw();
  }

  close() {
    this.#hide();
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was ours */
  onKey(event) {
    if (!this.#completion) return false;
    const { choices, from, to } = this.#completion;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      this.#chosen = (this.#chosen + step + choices.length) % choices.length;
      this.#moved = true;
      this.#draw();
    } else if (event.key === "Escape") {
      this.#dismissed = `${from}${this.input.value[from]}`;
      this.#hide();
    } else if ((event.key === "Tab" || event.key === "Enter") && !event.shiftKey) {
      // What is written out, or only its sign, is sent as it stands, unless the arrows chose something.
      const written = this.input.value.slice(from, to);
      if (event.key === "Enter" && !this.#moved && (written.length === 1 || written === choices[this.#chosen].value.trim())) return false;
      this.#accept(this.#chosen);
    } else return false;
    event.preventDefault();
    return true;
  }

  /** @param {number} at */
  #accept(at) {
    const completion = this.#completion;
    if (!completion) return;
    this.#hide();
    insert(this.input, completion.choices[at].value, completion.from, completion.to);
  }

  #hide() {
    this.#completion = null;
    this.list.hidden = true;
    this.input.removeAttribute("aria-activedescendant");
  }

  #draw() {
    const choices = this.#completion?.choices ?? [];
    this.list.replaceChildren(
      ...choices.map(({ label, note }, at) =>
        h("li", {
          role: "option", id: `${this.list.id}-${at}`, "aria-selected": String(at === this.#chosen),
          // Before the box loses its focus.
          on: { pointerdown: (/** @type {Event} */ event) => (event.preventDefault(), this.#accept(at)) },
        }, h("bdi", null, label), h("span", { class: "note" }, note)),
      ),
    );
    this.list.hidden = false;
    setAttr(this.input, "aria-activedescendant", `${this.list.id}-${this.#chosen}`);
  }
}
