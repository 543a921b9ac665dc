// @ts-check
// The messages of the room on screen. Rows keep their nodes; whatever arrives, loads above or changes its height, the
// row that is being read stays where it is.
/** @import { App } from "../../app.js" */
/** @import { State } from "../../types.js" */
import { readAddress } from "../../kit/address.js";
import { serverNow } from "../../kit/server-clock.js";
import { byId, h, isDrawn, keyed, setAttr, setText } from "../../kit/dom.js";
import { rowsOf } from "../../store/selectors.js";
import { plural } from "../../kit/text.js";
import { fillRow, renderKey, rowElement } from "./message.js";
import { pagesWanted } from "./paging.js";
import { RowBudget } from "./row-budget.js";
import { Scroll } from "./scroll.js";
import { listenInMessages } from "./message-keys.js";
import { messageTools } from "./message-tools.js";

/** @param {App} app */
export function timelineView(app) {
  const scroller = byId("timeline");
  const list = byId("messages");
  const pill = byId("pill");
  const edge = byId("older");
  const scroll = new Scroll(scroller, list, report);
  const budget = new RowBudget();
  /** @type {string|null} */ let room = null;
  /** What was drawn last, the timeline second. @type {any[]} */ let drawn = [];
  let jumped = 0;
  /** Rows are still missing. */
  let more = false;

  pill.addEventListener("click", () => {
    if (room) app.dispatch({ type: "live-end-wanted", room });
    byId("composer-input").focus();
  });
  listenInMessages(app, list, byId("composer-input"));
  list.addEventListener("click", (event) => {
    const link = /** @type {HTMLAnchorElement|null} */ (/** @type {Element} */ (event.target).closest("a"));
    const inPage = link?.classList.contains("room-link") || (link?.origin === location.origin && readAddress(link) !== null);
    // With a modifier the browser opens the address elsewhere.
    if (!link || !inPage || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const address = readAddress(link);
    if (link.dataset.room !== undefined || !address) app.goToRoom(link.dataset.room ?? "");
    else app.goTo(address);
  });
  messageTools(app, list);

  /** Tells the store what is on screen. */
  function report() {
    const timeline = room ? app.state().timelines[room] : null;
    if (!room || !timeline) return;
    const position = scroll.position();
    app.dispatch({ type: "scrolled", room, atEnd: position.atEnd });
    if (position.lowest !== null) app.dispatch({ type: "on-screen", room, seq: position.lowest });
    // While rows are still being drawn, the end of what is drawn is not the end of what is loaded.
    if (more || scroll.returning) return;
    for (const type of pagesWanted(position, drawn[1], timeline)) app.dispatch({ type, room });
  }

  return (/** @type {State} */ state) => {
    const timeline = state.current ? state.timelines[state.current] : undefined;
    const seen = [state.current, timeline, state.outbox, state.users, state.user, state.connection.status, state.rooms, state.linked, state.editing, state.editingIn, state.deleting, state.quoted, state.folding];
    if (!more && seen.every((part, at) => part === drawn[at])) return false;
    drawn = seen;

    if (state.current !== room) {
      room = state.current;
      jumped = timeline?.jump.n ?? 0;
      scroll.enter(room, timeline?.jump.seq ?? null, Boolean(timeline?.divider) || (room !== null && state.linked?.room === room));
    }
    const begun = performance.now();
    const rows = room ? rowsOf(state, room, serverNow()) : [];
    const { shown, made } = rowsForFrame(rows, scroll.stuck);
    more = shown.length < rows.length;
    const views = shown.map((row) => ({ row, key: renderKey(state, row) }));
    setText(edge, edgeText(timeline));
    setAttr(edge, "data-state", timeline?.failed ? "failed" : timeline?.loading ? "loading" : null);
    if (timeline?.failed) edge.append(" ", h("button", { type: "button", class: "small", on: { click: retry } }, "Try again"));
    keyed(list, views, {
      key: ({ row }) => row.key,
      create: ({ row }) => rowElement(app, state, row),
      update(node, view, before) {
        if (view.key !== before.key || view.row.seq !== before.row.seq) fillRow(app, state, view.row, node);
      },
    });
    if (timeline && timeline.jump.n !== jumped) {
      jumped = timeline.jump.n;
      scroll.go(timeline.jump.seq);
    }
    scroll.afterDraw(Boolean(timeline?.loaded) && !timeline?.loading && !more, Boolean(timeline?.after));
    budget.measured(made, performance.now() - begun);
    setAttr(scroller, "aria-busy", timeline?.loading ? "true" : null);
    const unread = Math.max(timeline?.below ?? 0, (room && state.rooms[room]?.unread) || 0);
    setAttr(pill, "hidden", !timeline || (!timeline.after && timeline.atEnd));
    setText(byId("pill-text"), unread ? plural(unread, "new message") : "Newest messages");
    return more;
  };

  /** The rows that stand already, and as many new ones as one frame can take, those on screen first.
   * @param {import("../../store/selectors.js").Row[]} rows @param {boolean} fromEnd */
  function rowsForFrame(rows, fromEnd) {
    const most = budget.rows;
    const fresh = rows.filter((row) => !isDrawn(list, row.key));
    if (fresh.length <= most) return { shown: rows, made: fresh.length };
    // What loads above is drawn from the reader upwards.
    const above = isDrawn(list, rows[rows.length - 1].key) && !isDrawn(list, rows[0].key);
    const now = new Set(fromEnd || above ? fresh.slice(-most) : fresh.slice(0, most));
    return { shown: rows.filter((row) => now.has(row) || isDrawn(list, row.key)), made: most };
  }

  function retry() {
    if (room) app.dispatch({ type: "page-retried", room });
  }
}

/** @param {import("../../types.js").Timeline|undefined} timeline */
function edgeText(timeline) {
  if (!timeline) return "";
  if (timeline.failed) return `Messages could not be loaded. ${timeline.failed}`;
  if (timeline.loading === "before" || (timeline.loading && !timeline.items.length)) return "Loading messages…";
  if (timeline.loaded && !timeline.before) return timeline.items.some((item) => item.kind === "message") ? "This is where the room begins." : "";
  return "";
}
