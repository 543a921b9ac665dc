// @ts-check
// Going to a day: the room on screen is shown from its first message on.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { serverNow } from "../../kit/server-clock.js";
import { roomTitle } from "../../store/titles.js";

/** @param {App} app @param {() => void} leave called before the page goes there */
export function dayForm(app, leave) {
  const { current, rooms, user } = app.state();
  const room = current ? rooms[current] : null;
  if (!room) return null;
  const input = h("input", { type: "date", id: "search-day", required: true, max: localDay(new Date(serverNow())) });
  const form = h("form", { class: "search-day" },
    h("label", { for: "search-day" }, "Go to a day in ", h("bdi", null, roomTitle(room, user?.id ?? null))), input, h("button", { type: "submit", class: "small" }, "Go"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // Midnight where the reader is.
    const at = new Date(`${input.value}T00:00`);
    if (await app.goToDay(room.id, at.toISOString())) leave();
  });
  return form;
}

/** @param {Date} date */
const localDay = (date) => [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
