// @ts-check
// Who is a member of the room on screen, and who of them is here.
/** @import { App } from "../app.js" */
/** @import { State, User } from "../types.js" */
import { serverNow } from "../kit/server-clock.js";
import { byId, h, keyed, setAttr, setText } from "../kit/dom.js";
import { onlineCount, sortedMembers } from "../store/selectors.js";
import { calledName, displayName, plural } from "../kit/text.js";
import { ago, fullTime } from "../kit/time.js";
import { avatar } from "./avatar.js";
import { openPerson } from "./person-menu.js";

/** More people than this who are offline are folded away. */
const MANY = 20;

/** @param {App} app */
export function peopleView(app) {
  const online = byId("online-list");
  const offline = byId("offline-list");
  const fold = byId("offline-title");
  /** Chosen by the reader; until then long lists are folded. @type {boolean|null} */ let folded = null;
  let isFolded = false;
  fold.addEventListener("click", () => {
    folded = !isFolded;
    foldOffline();
  });

  function foldOffline() {
    isFolded = folded ?? offline.children.length > MANY;
    setAttr(fold, "aria-expanded", String(!isFolded));
    setAttr(offline, "hidden", isFolded);
  }
  /** @type {unknown[]} */ let drawn = [];

  return (/** @type {State} */ state) => {
    const people = state.current ? state.people[state.current] : undefined;
    const typing = state.current ? state.typing[state.current] : undefined;
    const seen = [people, typing, state.user];
    if (seen.every((part, at) => part === drawn[at])) return;
    drawn = seen;
    const groups = sortedMembers(people?.members ?? []);
    const moderators = new Set(people?.moderators);
    const writing = new Set(typing?.map((person) => person.id));
    const views = (/** @type {User[]} */ users) => users.map((user) => ({ user, writing: writing.has(user.id), me: user.id === state.user?.id, rules: moderators.has(user.id) }));
    const how = {
      key: (/** @type {View} */ { user }) => user.id,
      create: (/** @type {View} */ view) => fill(app, h("li", null), view),
      update(/** @type {HTMLElement} */ node, /** @type {View} */ view, /** @type {View} */ before) {
        if (view.user !== before.user || view.writing !== before.writing || view.me !== before.me || view.rules !== before.rules) fill(app, node, view);
      },
    };
    keyed(online, views(groups.online), how);
    keyed(offline, views(groups.offline), how);
    const here = people ? onlineCount(people) : 0;
    setText(byId("online-title"), `Online — ${here}`);
    const away = Math.max(people?.total ?? 0, people?.members.length ?? 0) - here;
    setText(fold, `Offline — ${Math.max(0, away)}`);
    setAttr(byId("offline-heading"), "hidden", away <= 0);
    foldOffline();
    const more = (people?.total ?? 0) - (people?.members.length ?? 0);
    setText(byId("people-more"), more > 0 ? `and ${plural(more, "other")}` : "");
  };
}

/** @typedef {{user: User, writing: boolean, me: boolean, rules: boolean}} View */

/** @param {App} app @param {HTMLElement} item @param {View} view */
function fill(app, item, { user, writing, me, rules }) {
  const away = !user.online && user.last_seen_at;
  const { status } = user;
  const notes = [rules && "mod", user.online && user.away && "away", me ? "you" : user.role === "guest" && "guest", user.bot && "bot", away && ago(user.last_seen_at ?? "", serverNow())];
  item.dataset.user = user.name;
  item.dataset.presence = user.online ? "online" : "offline";
  item.toggleAttribute("data-away", Boolean(user.online && user.away));
  item.replaceChildren(
    h("button", { type: "button", class: "person", title: away ? `last seen ${fullTime(user.last_seen_at ?? "")}` : null, on: { click: (/** @type {MouseEvent} */ event) => openPerson(app, user, me, /** @type {Element} */ (event.currentTarget)) } },
      avatar(user),
      h("span", { class: "person-name" }, h("bdi", null, calledName(user)), displayName(user) ? h("span", { class: "handle" }, ` @${user.name}`) : null),
      writing && h("span", { class: "pencil" }, "✎", h("span", { class: "visually-hidden" }, " is typing")),
      status ? h("span", { class: "note person-status", title: [status.emoji, status.text].join(" ") }, status.emoji || "💬", h("span", { class: "visually-hidden" }, ` ${status.text}`)) : null,
      ...notes.filter(Boolean).map((note) => h("span", { class: "note" }, String(note))),
    ),
  );
  return item;
}
