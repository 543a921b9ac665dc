// @ts-check
// All that the page knows, and the one way it changes: `reduce(state, event)` gives the next state and the effects
// to carry out. Nothing here touches the network, the disk, the clock or the screen.
/** @import { State, Event, Effect, Handlers } from "../types.js" */
import { initialState } from "./state.js";
import { connection } from "./connection.js";
import { rooms } from "./rooms.js";
import { log } from "./log.js";
import { pages } from "./timeline.js";
import { reading } from "./read-position.js";
import { outbox, settle } from "./outbox.js";
import { people } from "./people.js";
import { page } from "./screen.js";
import { advance, isLogged } from "./cursor.js";
import { changes } from "./changes.js";
import { commands } from "./commands.js";
import { threads } from "./thread.js";
import { searching } from "./search.js";
import { uploads } from "./uploads.js";

/** @type {Handlers} */
const handlers = { ...connection, ...rooms, ...log, ...pages, ...reading, ...outbox, ...people, ...page, ...changes, ...commands, ...threads, ...searching, ...uploads };

/**
 * @param {State} state @param {Event} event
 * @returns {[State, Effect[]]}
 */
export function reduce(state, event) {
  const moved = advance(state, event);
  if (moved.refused) return [moved.state, moved.effects];
  const handler = Object.hasOwn(handlers, event.type) ? handlers[event.type] : null;
  if (!handler) return [moved.state, moved.effects];
  const step = handler(isLogged(event) ? settle(moved.state, /** @type {any} */ (event)) : moved.state, event);
  return Array.isArray(step) ? [step[0], [...moved.effects, ...step[1]]] : [step, moved.effects];
}

/** The state, those who watch it, and the one who carries out effects. */
export class Store {
  /** @type {State} */ state = initialState();
  /** @type {((state: State) => void)[]} */ #watchers = [];
  /** @type {(effect: Effect) => void} */ #perform;
  /** @type {() => number} */ #clock;

  /** @param {(effect: Effect) => void} perform @param {() => number} clock this device's time, in ms since 1970 */
  constructor(perform, clock) {
    this.#perform = perform;
    this.#clock = clock;
  }

  /** @param {(state: State) => void} watcher @returns {() => void} ends it */
  watch(watcher) {
    this.#watchers = [...this.#watchers, watcher];
    return () => void (this.#watchers = this.#watchers.filter((other) => other !== watcher));
  }

  /** @param {{type: string, [field: string]: any}} event */
  dispatch = (event) => {
    const [state, effects] = reduce(this.state, { ...event, now: this.#clock() });
    const changed = state !== this.state;
    this.state = state;
    for (const effect of effects) this.#perform(effect);
    if (changed) for (const watcher of this.#watchers) watcher(this.state);
  };
}
