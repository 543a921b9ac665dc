// @ts-check
// What the user does to messages: edit, delete, react, pin, reply. Each is a command that waits in the outbox behind the message
// that it concerns; what was never sent is changed in the outbox alone.
/** @import { State, Outgoing, Effect, Handlers, Message } from "../types.js" */
import { without } from "./state.js";
import { tombstone, withReaction } from "./messages.js";
import { flush, outbox, queued } from "./outbox.js";

/** How long a deletion can be taken back, in ms. */
export const UNDO = 5_000;

/** Nothing of it can have reached the server. @param {Outgoing} entry */
const isHere = ({ status, tried }) => !tried && status !== "sending" && status !== "sent";

/** @param {State} state @param {string} id of a message */
const unsent = (state, id) => state.outbox.find((entry) => entry.id === id && !entry.command && isHere(entry));

/** @param {State} state @param {(command: any) => boolean} which @returns {Outgoing|undefined} a command that was never sent */
const waiting = (state, which) => state.outbox.find((entry) => entry.command && isHere(entry) && which(entry.command));

/** @param {State} state @param {{id: string, room: string, now: number}} event @param {any} command @returns {[State, Effect[]]} */
function enqueue(state, { id, room, now }, command) {
  if (!state.user) return [state, []];
  /** @type {Outgoing} */
  const entry = { id, user: state.user.id, room, body: "", command, at: new Date(now).toISOString(), status: "saving" };
  return [{ ...state, outbox: [...state.outbox, entry] }, [{ do: "outbox-put", entry: queued(entry) }]];
}

/** @param {State} state @param {string} id @param {(entry: Outgoing) => Outgoing} to @param {number} now @returns {[State, Effect[]]} */
function rewrite(state, id, to, now) {
  const before = state.outbox.find((entry) => entry.id === id);
  if (!before) return [state, []];
  const entry = queued(to(before));
  const status = before.status === "failed" ? "queued" : before.status;
  const changed = { ...state, outbox: state.outbox.map((one) => (one.id === id ? { ...to(one), status, ...(status === "queued" ? { reason: undefined } : {}) } : one)) };
  const [flushed, sends] = flush(changed, now);
  return [flushed, [{ do: "outbox-put", entry }, ...sends]];
}

/** @type {Handlers} */
export const commands = {
  /** An edited message, or the edit given up: `message_id` null. */
  "editing-wanted"(state, { message_id: id, place = "room" }) {
    return { ...state, editing: id, editingIn: place };
  },

  "message-edited"(state, { id, room, message_id: target, body, now }) {
    const closed = { ...state, editing: null };
    if (unsent(closed, target)) return rewrite(closed, target, (entry) => ({ ...entry, body }), now);
    const again = waiting(closed, (command) => command.type === "EditMessage" && command.message_id === target);
    if (again) return rewrite(closed, again.id, (entry) => ({ ...entry, command: { type: "EditMessage", message_id: target, body } }), now);
    return enqueue(closed, { id, room, now }, { type: "EditMessage", message_id: target, body });
  },

  /** The message goes in a moment; until then it can be kept. */
  "delete-wanted"(state, { id, room, message_id: target, now }) {
    if (unsent(state, target)) return outbox["message-dropped"](state, { id: target, now });
    if (state.deleting[target]) return state;
    const asked = { ...state, editing: state.editing === target ? null : state.editing, deleting: { ...state.deleting, [target]: { id, room } } };
    return [asked, [{ do: "wake", at: now + UNDO, event: { type: "delete-due", message_id: target } }]];
  },

  "delete-undone"(state, { message_id: target }) {
    return { ...state, deleting: without(state.deleting, target) };
  },

  "delete-due"(state, { message_id: target, now }) {
    return due(state, target, now);
  },

  /** The page is being left: what shall be deleted must not stay. */
  "deletes-due"(state, { now }) {
    return Object.keys(state.deleting).reduce(
      (/** @type {[State, Effect[]]} */ [before, effects], target) => {
        const [after, more] = due(before, target, now);
        return /** @type {[State, Effect[]]} */ ([after, [...effects, ...more]]);
      },
      [state, []],
    );
  },

  "reaction-toggled"(state, { id, room, message_id: target, emoji, on, now }) {
    const opposite = waiting(state, (command) => command.type === "React" && command.message_id === target && command.emoji === emoji && command.on !== on);
    if (opposite) return outbox["message-dropped"](state, { id: opposite.id, now });
    return enqueue(state, { id, room, now }, { type: "React", message_id: target, emoji, on });
  },

  "pin-toggled"(state, { id, room, message_id: target, on, now }) {
    const opposite = waiting(state, (command) => command.type === "Pin" && command.message_id === target && command.on !== on);
    if (opposite) return outbox["message-dropped"](state, { id: opposite.id, now });
    return enqueue(state, { id, room, now }, { type: "Pin", message_id: target, on });
  },

  /** What is written next in the room answers this message; null: nothing. */
  "reply-wanted"(state, { room, message_id: id }) {
    return { ...state, replying: id ? { ...state.replying, [room]: id } : without(state.replying, room) };
  },

  /** The view shows a reply to a message that the page has not got. */
  "quote-wanted"(state, { message_id: id }) {
    return state.quoted[id] ? state : [state, [{ do: "load-quote", id }]];
  },
};

/** @param {State} state @param {string} target @param {number} now @returns {[State, Effect[]]} */
function due(state, target, now) {
  const asked = state.deleting[target];
  if (!asked) return [state, []];
  // Nothing else that was to become of it matters now.
  const moot = state.outbox.filter((entry) => entry.command?.message_id === target && isHere(entry));
  const left = { ...state, deleting: without(state.deleting, target), outbox: state.outbox.filter((entry) => !moot.includes(entry)) };
  const [deleted, effects] = enqueue(left, { ...asked, now }, { type: "DeleteMessage", message_id: target });
  return [deleted, [...moot.map(({ id }) => ({ do: "outbox-delete", id })), ...effects]];
}

/** What waits to become of each message. @param {State} state @returns {Map<string, Outgoing[]>} by message id */
export function commandsByMessage(state) {
  /** @type {Map<string, Outgoing[]>} */ const found = new Map();
  for (const entry of state.outbox) {
    const target = entry.command?.message_id;
    if (target) found.set(target, [...(found.get(target) ?? []), entry]);
  }
  return found;
}

/** A message as it will be when what waits for it is done. @param {State} state @param {Message} message @param {Outgoing[]} waits @returns {Message} */
export function asItWillBe(state, message, waits) {
  const me = { id: state.user?.id ?? "", name: state.user?.name ?? "" };
  return waits.reduce((/** @type {Message} */ before, { command, status }) => {
    if (!command || status === "failed" || before.deleted) return before;
    if (command.type === "EditMessage") return { ...before, body: command.body ?? "", blocks: undefined };
    if (command.type === "DeleteMessage") return tombstone(before);
    if (command.type !== "React") return before;
    const { emoji = "", on = true } = command;
    const known = before.reactions?.find((reaction) => reaction.emoji === emoji);
    const isMine = known?.users.some(({ id }) => id === me.id) ?? false;
    return isMine === on ? before : withReaction(before, emoji, me, (known?.count ?? 0) + (on ? 1 : -1), on);
  }, message);
}
