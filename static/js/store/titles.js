// @ts-check
// What a room is called: `#lobby`, and a direct room by its people.
/** @import { Room } from "../types.js" */
import { nameList } from "../kit/text.js";

/** The sign before a room's name. @param {Room} room */
export const roomSign = ({ kind }) => (kind === "direct" ? "@" : "#");

/** The name without its sign. @param {Room} room @param {string|null} me id of the reader */
export function roomName({ kind, name, people = [] }, me) {
  if (kind !== "direct") return name;
  const others = people.filter((person) => person.id !== me).map((person) => person.name);
  return others.length ? nameList(others) : "yourself";
}

/** @param {Room} room @param {string|null} me id of the reader */
export const roomTitle = (room, me) => `${roomSign(room)}${roomName(room, me)}`;

/** What stands in a room's address: public rooms by their names, others by id, since two of those may share a name. @param {Room} room */
export const addressName = ({ kind, name, id }) => (kind === "private" || kind === "direct" ? id : name);
