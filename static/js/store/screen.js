// @ts-check
// What is on screen: whether someone looks at it, which panes are open, where the reader is in a room.
/** @import { State, Handlers } from "../types.js" */
import { attentive, withTimeline } from "./state.js";
import { showUnread } from "./rooms.js";

/** @type {Handlers} */
export const page = {
  "attention-changed"(state, { visible, focused }) {
    if (state.page.visible === visible && state.page.focused === focused) return state;
    const before = attentive(state);
    const changed = { ...state, page: { visible, focused } };
    const { current } = state;
    const timeline = current ? state.timelines[current] : null;
    if (!current || !timeline) return changed;
    // What arrives while nobody looks begins a new "new since", if the old one was read to its end.
    if (before && !attentive(changed) && timeline.divider && (state.rooms[current]?.unread ?? 0) === 0) {
      return withTimeline(changed, current, { divider: null });
    }
    return attentive(changed) && timeline.atEnd ? withTimeline(changed, current, { below: 0 }) : changed;
  },

  /** The view says whether the reader sees the live end. */
  "scrolled"(state, { room, atEnd }) {
    const timeline = state.timelines[room];
    if (!timeline) return state;
    const end = atEnd && !timeline.after;
    const below = end && attentive(state) ? 0 : timeline.below;
    if (timeline.atEnd === end && timeline.below === below) return state;
    return withTimeline(state, room, { atEnd: end, below });
  },

  "first-unread-wanted"(state) {
    return state.current ? showUnread(state, state.current) : state;
  },

  "drawer-toggled"(state, { drawer }) {
    return { ...state, drawer: state.drawer === drawer ? null : drawer };
  },

  "drawer-closed"(state) {
    return state.drawer ? { ...state, drawer: null } : state;
  },

  /** Whether replies stand in the timeline one by one, or as one row for each thread. */
  "folding-chosen"(state, { on }) {
    return { ...state, folding: on };
  },

  "people-toggled"(state) {
    return { ...state, peopleShown: !state.peopleShown };
  },

  /** Shows a short notice. */
  toast(state, { text }) {
    return [state, [{ do: "toast", text }]];
  },
};
