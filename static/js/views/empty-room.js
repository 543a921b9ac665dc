// @ts-check
// What an empty room shows: its topic, who is here, and what one can do.
/** @import { App } from "../app.js" */
/** @import { State } from "../types.js" */
import { byId, h, setAttr } from "../kit/dom.js";
import { icon } from "../kit/icons.js";
import { roomTitle } from "../store/titles.js";
import { calledName, nameList, plural } from "../kit/text.js";

/** Names that fit in a line. */
const NAMES = 8;

/** @param {App} app */
export function emptyView(app) {
  const place = byId("empty");
  let drawn = "";

  return (/** @type {State} */ state) => {
    const room = state.current ? state.rooms[state.current] : null;
    const timeline = room ? state.timelines[room.id] : undefined;
    const isEmpty = room && timeline?.loaded && !timeline.before && !timeline.after &&
      !timeline.items.some((item) => item.kind === "message") && !state.outbox.some((entry) => entry.room === room.id);
    setAttr(place, "hidden", !isEmpty);
    if (!room || !isEmpty) return;
    const people = state.people[room.id];
    const others = (people?.members ?? []).filter(({ id }) => id !== state.user?.id);
    const here = others.filter(({ online }) => online).map(calledName);
    const members = people?.total ?? room.members ?? 1;
    const title = roomTitle(room, state.user?.id ?? null);
    const look = JSON.stringify([room.id, title, room.topic, members, here]);
    if (look === drawn) return;
    drawn = look;
    place.replaceChildren(
      h("h2", null, room.kind === "direct" ? "With " : "Welcome to ", h("bdi", null, title)),
      room.kind === "direct" ? "" : h("p", { class: "empty-topic" }, room.topic || "This room has no topic yet."),
      h("p", { class: "note" }, room.kind === "direct" ? "Only the people of this conversation can read it." : whoIsHere(here, members)),
      h("div", { class: "empty-actions" },
        act("speak", "Say hello", "Write the first message", () => byId("composer-input").focus()),
        ...(room.kind === "direct" ? [] : [act("edit", room.topic ? "Change the topic" : "Set a topic", "Say what the room is for", () => app.open("topic")),
        act("invite", "Invite somebody", "Send them the room's address", () => app.open("invite"))])),
    );
  };
}

/** @param {string[]} here @param {number} members */
function whoIsHere(here, members) {
  if (members <= 1) return "You are the only member so far.";
  const all = ` of ${plural(members, "member")}`;
  if (here.length === 0) return `Nobody else${all} is online now.`;
  return here.length <= NAMES ? `Online now: ${nameList(here)}.` : `${plural(here.length, "other")}${all} online now.`;
}

/** @param {Parameters<typeof icon>[0]} picture @param {string} label @param {string} does @param {() => void} click */
function act(picture, label, does, click) {
  return h("button", { type: "button", class: "entry empty-action", on: { click } }, icon(picture), h("span", null, h("strong", null, label), h("span", { class: "note" }, does)));
}
