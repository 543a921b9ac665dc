// @ts-check
// Adds people to the room on screen.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { roomTitle } from "../../store/titles.js";
import { field, form, openDialog } from "./dialog.js";

/** @param {App} app */
export function openAddPeople(app) {
  const { current, rooms, user } = app.state();
  if (!current) return;
  const room = rooms[current];
  const title = roomTitle(room, user?.id ?? null);
  const names = field("Names", { name: "people", required: true, autocapitalize: "none", spellcheck: "false" }, "One or more, with spaces between them.");
  const dialog = openDialog({ name: "add-people", label: "Add people", title: `Add people to ${title}`, focus: names.input },
    room.kind === "private" ? h("p", { class: "lead" }, "Who is added can read all that was ever said in this room.") : null,
    form("Add", async () => {
      const people = namesIn(names.input.value);
      if (!people.length) throw new Error("Write at least one name.");
      for (const name of people) await app.actions.addMember(room.id, name);
      dialog.close();
    }, names.node));
}

/** @param {string} text @returns {string[]} */
export const namesIn = (text) => text.split(/[\s,]+/).map((name) => name.replace(/^@/, "")).filter(Boolean);
