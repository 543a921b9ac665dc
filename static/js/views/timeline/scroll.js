// @ts-check
// Exact scrolling: the anchor is a row and its distance from the top of the view. At the live end the anchor is the end.

/** Nearer than this to the bottom counts as the live end, in px. */
const END = 24;
/** A jump leaves this part of the view above its row, so that one sees what was before. */
const ABOVE = 0.2;

export class Scroll {
  #scroller;
  #list;
  /** The reader is at the end and wants to stay there. */
  #stuck = true;
  /** Where the view stood last, in px: only who moves up from there leaves the end. What grows below moves nobody. */
  #top = 0;
  /** @type {{row: HTMLElement, key: string, top: number}|null} */ #anchor = null;
  /** @type {{seq: number|null}|null} */ #target = null;
  /** @type {Map<string, {key: string, top: number}>} where the reader was in rooms that were left */ #leftAt = new Map();
  /** @type {string|null} */ #room = null;
  #scheduled = false;

  /** @param {HTMLElement} scroller @param {HTMLElement} list @param {() => void} report called when what is on screen changed */
  constructor(scroller, list, report) {
    this.#scroller = scroller;
    this.#list = list;
    this.report = report;
    scroller.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    const resized = new ResizeObserver(() => this.#restore());
    resized.observe(scroller);
    resized.observe(list);
  }

  /** The reader is at the live end. */
  get stuck() {
    return this.#stuck;
  }

  /** Another room comes on screen. @param {string|null} room @param {number|null} seq @param {boolean} divided */
  enter(room, seq, divided) {
    // A room that was not drawn to its place yet keeps the place it was left at.
    if (this.#room && !this.#returning) {
      if (this.#anchor && !this.#stuck) this.#leftAt.set(this.#room, { key: this.#anchor.key, top: this.#anchor.top });
      else this.#leftAt.delete(this.#room);
    }
    this.#room = room;
    this.#anchor = null;
    const back = room ? this.#leftAt.get(room) : undefined;
    this.#target = divided ? { seq } : null;
    this.#stuck = !divided && !back;
    this.#returning = divided ? null : (back ?? null);
  }

  /** @type {{key: string, top: number}|null} */ #returning = null;

  /** @param {number|null} seq null: the live end */
  go(seq) {
    this.#target = { seq };
    this.#returning = null;
  }

  /** After a change: to the target if it is there, else back to the anchor. @param {boolean} complete no page is on its way @param {boolean} detached newer messages are not in the loaded range */
  afterDraw(complete, detached) {
    if (this.#target) {
      const { seq } = this.#target;
      if (seq === null) {
        this.#toEnd();
        // What was read before is left: without the live end to hold on to, later changes would lead back there.
        this.#remember();
        this.#stuck = !detached;
        if (complete) this.#target = null;
      } else if (complete) {
        this.#target = null;
        this.#toRow(seq);
      }
    } else if (this.#returning) {
      const row = this.#rows().find((one) => one.dataset.id === this.#returning?.key);
      if (row) this.#anchor = { ...this.#returning, row };
      else if (complete) this.#stuck = true;
      // As long as rows are missing below, the end of what is drawn is not the live end.
      if (complete) this.#returning = null;
      this.#restore();
    } else {
      if (detached && this.#stuck) {
        // The end of what is there, an unsent message perhaps, is not the live end: later rows must not be followed.
        this.#toEnd();
        this.#remember();
        this.#stuck = false;
      }
      this.#restore();
    }
    this.#soon();
  }

  /** What the reader sees. */
  position() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const toEnd = scrollHeight - scrollTop - clientHeight;
    return { atEnd: this.#stuck || toEnd <= END, toTop: scrollTop, toEnd, lowest: this.#lowest() };
  }

  /** On the way back to where the reader was: what is on screen is not what they read. */
  get returning() {
    return this.#returning !== null;
  }

  #onScroll() {
    // After a move of our own the anchor still stands; to read it again would add up what is lost by rounding.
    if (!this.#returning && this.#scroller.scrollTop !== this.#top) this.#remember();
    this.#soon();
  }

  #soon() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.report();
    });
  }

  #remember() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const up = scrollTop < this.#top;
    this.#top = scrollTop;
    this.#stuck = scrollHeight - scrollTop - clientHeight <= END || (this.#stuck && !up);
    const row = this.#firstBelow(scrollTop);
    this.#anchor = row ? { row, key: row.dataset.id ?? "", top: this.#topOf(row) } : null;
  }

  #restore() {
    if (this.#stuck) return this.#toEnd();
    if (!this.#anchor?.row.isConnected) return;
    const moved = this.#topOf(this.#anchor.row) - this.#anchor.top;
    if (moved === 0) return;
    this.#scroller.scrollTop += moved;
    this.#top = this.#scroller.scrollTop;
  }

  /** Where a row's text stands in the view, to a part of a pixel: the name above it goes when the message before it
   * turns out to be of the same author. @param {HTMLElement} row */
  #topOf(row) {
    const text = row.querySelector(".body") ?? row;
    return text.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top;
  }

  #toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#top = this.#scroller.scrollTop;
  }

  /** @param {number} seq the row that stands after this one comes into view */
  #toRow(seq) {
    const rows = this.#rows();
    const row = rows.find((one) => one.classList.contains("new")) ?? rows.find((one) => Number(one.dataset.seq) > seq);
    if (!row) return this.#toEnd();
    this.#stuck = false;
    this.#scroller.scrollTop = row.offsetTop - this.#scroller.clientHeight * ABOVE;
    this.#remember();
  }

  #rows() {
    return /** @type {HTMLElement[]} */ ([...this.#list.children]);
  }

  /** The first message that reaches below `y`: it is what the eye holds on to. @param {number} y */
  #firstBelow(y) {
    const rows = this.#list.children;
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = /** @type {HTMLElement} */ (rows[middle]);
      if (row.offsetTop + row.offsetHeight <= y) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < rows.length; at++) {
      const row = /** @type {HTMLElement} */ (rows[at]);
      if (row.dataset.id) return row;
    }
    return null;
  }

  /** Seq of the lowest stored row whose end, or at least whose first half, is on screen. */
  #lowest() {
    const bottom = this.#scroller.scrollTop + this.#scroller.clientHeight;
    const rows = this.#list.children;
    for (let at = rows.length - 1; at >= 0; at--) {
      const row = /** @type {HTMLElement} */ (rows[at]);
      const seq = Number(row.dataset.seq);
      const fits = row.offsetTop + Math.min(row.offsetHeight, this.#scroller.clientHeight / 2) <= bottom;
      if (fits && Number.isFinite(seq) && !row.classList.contains("day")) return seq;
    }
    return null;
  }
}
