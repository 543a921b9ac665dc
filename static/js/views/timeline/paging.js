// @ts-check
// Which pages a reader needs next: those beyond an end of the loaded range that is near what is on screen. Pure.
/** @import { Timeline } from "../../types.js" */

/** Nearer than this to an end of the loaded range, the next page is asked for, in px. */
const NEAR = 800;

/**
 * @param {{toTop: number, toEnd: number}} position of the reader, in px from the ends of what is drawn
 * @param {Timeline|undefined} drawn  what those px were measured on @param {Timeline} loaded
 * @returns {("older-wanted"|"newer-wanted")[]}
 */
export function pagesWanted({ toTop, toEnd }, drawn, loaded) {
  /** @type {("older-wanted"|"newer-wanted")[]} */ const wanted = [];
  // A page may have arrived that is not drawn yet: the end of what is drawn is not the end of what is loaded then.
  if (toTop < NEAR && drawn?.items[0]?.seq === loaded.items[0]?.seq) wanted.push("older-wanted");
  if (toEnd < NEAR && last(drawn) === last(loaded)) wanted.push("newer-wanted");
  return wanted;
}

/** @param {Timeline|undefined} timeline */
const last = (timeline) => timeline?.items[timeline.items.length - 1]?.seq;
