// @ts-check
// The live end of a room's timeline: messages and notices are added to it.
/** @import { State, Item, NoticeItem } from "../types.js" */
import { attentive, withRoom, withTimeline } from "./state.js";
import { trim } from "./timeline.js";

/** Says in the room what happened. @param {State} state @param {string} room @param {NoticeItem} item */
export function notice(state, room, item) {
  return append(withRoom(state, room, { last_seq: item.seq, last_at: item.at }), room, item, false);
}

/** Adds to the live end, if it is loaded. @param {State} state @param {string} id @param {Item} item @param {boolean} own */
export function append(state, id, item, own) {
  const timeline = state.timelines[id];
  if (!timeline) return state;
  const spoken = item.kind === "message";
  const latest = spoken ? item.seq : timeline.latest;
  const unseen = !timeline.atEnd || timeline.after || (id === state.current && !attentive(state));
  const below = timeline.below + (spoken && !own && unseen ? 1 : 0);
  if (timeline.after) return withTimeline(state, id, { latest, below });
  const longer = { ...timeline, items: [...timeline.items, item], latest, below };
  return withTimeline(state, id, trim(longer, timeline.atEnd ? "start" : "end"));
}
