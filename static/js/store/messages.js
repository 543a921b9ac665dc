// @ts-check
// The copies that the page has of a message: in its room's timeline, in the open thread, among what was found, and as what a reply answers. A change
// reaches all of them.
/** @import { State, Message, Reaction, UserRef } from "../types.js" */
import { changeHit } from "./search.js";
import { emptyTimeline, withTimeline } from "./state.js";

/** People of a reaction that are named, as the server names them. */
const NAMED = 20;
/** People of a thread that are shown at its first message. */
const SHOWN = 5;

/** What is left of a deleted message. @param {Message} message @returns {Message} */
export function tombstone({ id, room, seq, author, sent_at, reply_to, thread, replies }) {
  const kept = { ...(reply_to ? { reply_to } : {}), ...(thread ? { thread } : {}), ...(replies ? { replies } : {}) };
  return { id, room, seq, author, sent_at, ...kept, body: "", deleted: true, mentions: [], reactions: [] };
}

/** Changes every copy that the page has of a message. @param {State} state @param {string} room @param {string} id
 * @param {(message: Message) => Message} to @returns {State} */
export function changeMessage(state, room, id, to) {
  let next = state;
  const timeline = state.timelines[room];
  const at = timeline?.items.findIndex((item) => item.kind === "message" && item.message.id === id) ?? -1;
  const item = timeline?.items[at];
  if (item?.kind === "message") {
    const items = [...timeline.items];
    items[at] = { ...item, message: to(item.message) };
    next = withTimeline(next, room, { items });
  }
  const quoted = state.quoted[id];
  if (quoted) next = { ...next, quoted: { ...next.quoted, [id]: to(quoted) } };
  const { thread } = state;
  if (thread?.room === room && thread.messages.some((message) => message.id === id)) {
    const messages = thread.messages.map((message) => (message.id === id ? to(message) : message));
    next = { ...next, thread: { ...thread, messages } };
  }
  return changeHit(next, id, to);
}

/** The page's copy of a message. @param {State} state @param {string} room @param {string} id @returns {Message|null} */
export function findMessage(state, room, id) {
  const item = state.timelines[room]?.items.find((one) => one.kind === "message" && one.message.id === id);
  if (item?.kind === "message") return item.message;
  const { thread } = state;
  return (thread?.room === room && thread.messages.find((message) => message.id === id)) || (state.quoted[id] ?? null);
}

/** A reply has come: the first message of its thread counts it, and the open thread shows it. @param {State} state @param {Message} message */
export function countReply(state, message) {
  const { thread: first, seq, author, sent_at: at } = message;
  if (!first || message.deleted) return state;
  const counted = changeMessage(state, message.room, first, (begun) => {
    const { count, last_seq: last, people } = begun.replies ?? { count: 0, last_seq: 0, people: [] };
    if (seq <= last) return begun;
    const known = people.length >= SHOWN || people.some((person) => person.id === author.id);
    return { ...begun, replies: { count: count + 1, last_seq: seq, last_at: at, people: known ? people : [...people, author] } };
  });
  const { thread } = counted;
  if (thread?.first !== first || thread.messages.some(({ id }) => id === message.id)) return counted;
  return { ...counted, thread: { ...thread, messages: [...thread.messages, message] } };
}

/** @param {Message} message @param {string} emoji @param {UserRef} user @param {number} count @param {boolean} on @returns {Message} */
export function withReaction(message, emoji, user, count, on) {
  if (message.deleted) return message;
  const reactions = message.reactions ?? [];
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  const others = (known?.users ?? []).filter(({ id }) => id !== user.id);
  const users = on && others.length < NAMED ? [...others, user] : others;
  /** @type {Reaction} */ const changed = { emoji, count, users };
  const left = known ? reactions.map((reaction) => (reaction === known ? changed : reaction)) : [...reactions, changed];
  return { ...message, reactions: left.filter((reaction) => reaction.count > 0) };
}

/** A change is remembered while a page is on its way that may have been read before it. @param {State} state @param {any} event */
export function remember(state, event) {
  const timeline = state.timelines[event.room] ?? emptyTimeline();
  return timeline.loading ? withTimeline(state, event.room, { changes: [...timeline.changes, event] }) : state;
}

/** What changed while a page was on its way, made again on what it brought. @param {State} state @param {string} room @returns {State} */
export function applyChanges(state, room) {
  const { changes } = state.timelines[room];
  if (!changes.length) return state;
  return changes.reduce(changed, withTimeline(state, room, { changes: [] }));
}

/** Makes a change of a message, as its event says it. @param {State} state @param {any} event @returns {State} */
export function changed(state, event) {
  const { room, message, user } = event;
  switch (event.type) {
    case "MessageEdited": {
      const edited = changeMessage(state, room, message.id, (before) => (before.deleted ? before : withRepliesOf(before, message)));
      // One that is replayed may show a message that is deleted by now.
      return message.deleted ? withoutReply(edited, state, { room, message_id: message.id }) : edited;
    }
    case "MessageDeleted":
      return withoutReply(changeMessage(state, room, event.message_id, tombstone), state, event);
    default:
      return changeMessage(state, room, event.message_id, (before) => withReaction(before, event.emoji, user, event.count, event.type === "ReactionAdded"));
  }
}

/** An edit that is replayed comes with the replies of now; those that follow it would be counted twice. @param {Message} before @param {Message} edited @returns {Message} */
function withRepliesOf(before, edited) {
  const { replies: _, ...message } = edited;
  return before.replies ? { ...message, replies: before.replies } : message;
}

/** The first message of a thread counts a deleted reply no more. @param {State} state @param {State} before @param {any} event */
function withoutReply(state, before, { room, message_id: id }) {
  const reply = findMessage(before, room, id);
  if (!reply?.thread || reply.deleted) return state;
  return changeMessage(state, room, reply.thread, (first) =>
    first.replies ? { ...first, replies: { ...first.replies, count: Math.max(0, first.replies.count - 1) } } : first,
  );
}
