// @ts-check
// How many new rows one frame takes: as many as fit into its time on this device, as measured by the frames before. A flood must
// not hold up typing; the rest comes in the next frames.

/** What rows may take of a frame before it is painted, in ms. */
const BUDGET = 16;
/** Until something was measured: a slow phone. In ms for each row. */
const FIRST_GUESS = 1.4;
/** Fewer would never come to an end, more are never on screen at once. */
const FEWEST = 6;
const MOST = 48;
/** How much of a better measurement is believed: one quick frame says little. */
const TRUST = 0.25;

export class RowBudget {
  #each = FIRST_GUESS;

  /** Rows for the next frame. */
  get rows() {
    return Math.min(MOST, Math.max(FEWEST, Math.floor(BUDGET / this.#each)));
  }

  /** @param {number} made rows @param {number} ms what they took */
  measured(made, ms) {
    // Of few rows most of the time went elsewhere.
    if (made < FEWEST) return;
    const each = ms / made;
    this.#each = each > this.#each ? each : this.#each + (each - this.#each) * TRUST;
  }
}
