// @ts-check
// How long the messages of the room on screen are kept: told to all, set by administrators of the server.
/** @import { App } from "../../app.js" */
/** @import { Room } from "../../types.js" */
import { h } from "../../kit/dom.js";
import { plural } from "../../kit/text.js";
import { duration } from "../../kit/time.js";
import { roomTitle } from "../../store/titles.js";
import { choice, form, openDialog, select } from "./dialog.js";

const DAY = 24 * 60 * 60;
const OFFERED = [7, 30, 90, 180, 365, 730];

/** @typedef {{seconds: number, keeps_pinned: boolean}|undefined} Retention of the server */

/** @param {App} app */
export async function openRoomRetention(app) {
  const { current, rooms, user } = app.state();
  if (!current) return;
  const room = rooms[current];
  const note = h("p", { role: "status" }, "Asking the server…");
  const dialog = openDialog({ name: "room-retention", label: "How long messages are kept", title: `Messages in ${roomTitle(room, user?.id ?? null)}`, focus: "title" }, note);
  try {
    const { retention } = await app.actions.serverInfo();
    note.textContent = kept(room, retention);
    if (user?.role === "admin" && room.kind !== "direct") dialog.append(limitForm(app, room, retention, () => dialog.close()));
  } catch (error) {
    note.textContent = /** @type {Error} */ (error).message;
  }
}

/** @param {Room} room @param {Retention} server */
export function kept({ retention_days: days, retention_keeps_pinned: keepsPinned }, server) {
  const whose = days == null ? ", as everywhere on this server" : "";
  const time = afterDays(days, server);
  if (!time) return `Messages are kept for ever${whose}.`;
  return `Messages are deleted ${time} after they were sent${whose}. Pinned ones ${keepsPinned || server?.keeps_pinned ? "stay" : "are deleted as well"}.`;
}

/** @param {number|null|undefined} days @param {Retention} server */
function afterDays(days, server) {
  if (days != null) return days ? plural(days, "day") : null;
  if (!server) return null;
  return server.seconds >= DAY ? plural(Math.floor(server.seconds / DAY), "day") : duration(server.seconds * 1_000);
}

/** @param {App} app @param {Room} room @param {Retention} server @param {() => void} done */
function limitForm(app, room, server, done) {
  const own = room.retention_days ?? null;
  const days = [...new Set([...OFFERED, ...(own ? [own] : [])])].sort((a, b) => a - b);
  const options = { default: `As on the server: ${afterDays(null, server) ?? "for ever"}`, "for-ever": "For ever", ...Object.fromEntries(days.map((count) => [`${count} d`, plural(count, "day")])) };
  const limit = select("Keep messages", "retention", options, own === null ? "default" : own ? `${own} d` : "for-ever");
  const pinned = choice("Pinned messages stay", { name: "retention-pinned", checked: room.retention_keeps_pinned ?? false });
  return form("Save", async () => {
    const { value } = limit.input;
    const wanted = value === "default" ? null : value === "for-ever" ? 0 : Number.parseInt(value, 10);
    const keeps = pinned.input.checked;
    if (wanted !== own || keeps !== (room.retention_keeps_pinned ?? false)) {
      await app.actions.changeRoom(room.id, { retention_days: wanted, retention_keeps_pinned: keeps });
    }
    done();
  }, limit.node, pinned.node, h("p", { class: "help" }, "What is too old is deleted within ten minutes, for everyone and for ever."));
}
