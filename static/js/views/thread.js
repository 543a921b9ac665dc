// @ts-check
// The thread beside the timeline, with a message box of its own; on a phone it is a sheet over the room.
/** @import { App } from "../app.js" */
/** @import { State } from "../types.js" */
import { serverNow } from "../kit/server-clock.js";
import { byId, keyed, setAttr, setText } from "../kit/dom.js";
import { plural } from "../kit/text.js";
import { onKey } from "../keyboard/listen.js";
import { silenced, threadRows } from "../store/selectors.js";
import { roomTitle } from "../store/titles.js";
import { Completions } from "./composer/completions.js";
import { staging } from "./composer/staging.js";
import { fillRow, renderKey, rowElement } from "./timeline/message.js";
import { listenInMessages } from "./timeline/message-keys.js";
import { messageTools } from "./timeline/message-tools.js";

/** @param {App} app */
export function threadView(app) {
  const pane = byId("thread");
  const list = byId("thread-messages");
  const scroller = byId("thread-scroll");
  const input = /** @type {HTMLTextAreaElement} */ (byId("thread-input"));
  const completions = new Completions(app, input, byId("thread-completions"));
  const files = staging(app, "thread", { changed: paintReady, focus });
  /** @type {any[]} */ let drawn = [];
  /** @type {string|null} */ let shown = null;
  /** What is half written in each thread. @type {Map<string, string>} */ const drafts = new Map();

  byId("close-thread").addEventListener("click", () => close());
  byId("follow-thread").addEventListener("click", () => {
    const { thread, followed } = app.state();
    if (thread) app.followThread(thread.first, !followed.includes(thread.first));
  });
  byId("thread-older").addEventListener("click", () => app.dispatch({ type: "thread-wanted" }));
  listenInMessages(app, list, input);
  messageTools(app, list);
  input.addEventListener("input", () => (completions.update(), paintReady()));
  input.addEventListener("blur", () => completions.close());
  onKey(input, (event) => {
    if (completions.onKey(event)) return;
    const sends = event.ctrlKey || (!event.shiftKey && !matchMedia("(pointer: coarse)").matches);
    if (event.key === "Enter" && sends && !event.altKey) submit();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  byId("thread-composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    input.focus();
  });

  function close() {
    app.dispatch({ type: "thread-closed" });
    app.focusComposer();
  }

  async function submit() {
    const { thread } = app.state();
    const body = input.value;
    if (!thread || (body.trim() === "" && !files.any)) return;
    input.value = "";
    completions.close();
    const last = thread.messages[thread.messages.length - 1];
    const how = { reply_to: last && !last.deleted ? last.id : thread.first, thread: true };
    app.actions.say(thread.room, body, files.any ? { ...how, files: await files.take() } : how);
    paintReady();
  }

  /** Not on a phone, whose keyboard would cover the thread. */
  function focus() {
    if (!matchMedia("(pointer: coarse)").matches) input.focus();
  }

  function paintReady() {
    setAttr(byId("thread-send"), "data-ready", input.value.trim() !== "" || files.any);
  }

  /** @param {File[]} more */
  function attach(more) {
    if (input.disabled) app.toast("Nothing can be sent here.");
    else files.add(more);
  }

  function paint(/** @type {State} */ state) {
    const { thread, outbox, users, user, connection, rooms, editing, deleting, followed } = state;
    const seen = [thread, outbox, users, user, connection.status, rooms, editing, deleting, followed, state.muted];
    if (seen.every((part, at) => part === drawn[at])) return;
    drawn = seen;
    setAttr(byId("app"), "data-thread", thread ? "open" : null);
    setAttr(pane, "hidden", !thread);
    if (shown !== (thread?.first ?? null)) {
      if (shown) drafts.set(shown, input.value);
      shown = thread?.first ?? null;
      input.value = (shown && drafts.get(shown)) || "";
      files.enter(shown);
      if (thread) (matchMedia("(pointer: coarse)").matches ? byId("close-thread") : input).focus();
    }
    if (!thread) return;
    const room = rooms[thread.room];
    const end = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
    const views = threadRows(state).map((row) => ({ row, key: renderKey(state, row) }));
    keyed(list, views, {
      key: ({ row }) => row.key,
      create: ({ row }) => rowElement(app, state, row),
      update(node, view, before) {
        if (view.key !== before.key || view.row.seq !== before.row.seq) fillRow(app, state, view.row, node);
      },
    });
    if (end) scroller.scrollTop = scroller.scrollHeight;
    setAttr(byId("follow-thread"), "aria-pressed", String(followed.includes(thread.first)));
    setText(byId("thread-room"), room ? roomTitle(room, user?.id ?? null) : "");
    const replies = thread.messages.filter(({ id, deleted }) => id !== thread.first && !deleted).length;
    setText(byId("thread-count"), thread.failed ?? (thread.loading && !thread.loaded ? "Loading…" : thread.before ? "" : plural(replies, "reply", "replies")));
    setAttr(byId("thread-older"), "hidden", !thread.before && !thread.failed);
    setText(byId("thread-older"), thread.failed ? "Try again" : "Earlier replies");
    const why = room ? silenced(state, room, serverNow()) : null;
    input.disabled = why !== null;
    setAttr(byId("thread-attach"), "disabled", input.disabled);
    setAttr(input, "placeholder", why ?? "Reply…");
  }

  return { paint, attach, chooseFiles: () => byId("thread-attach").click() };
}
