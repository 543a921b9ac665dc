// @ts-check
// Times as people read them, in their own time zone.
import { plural } from "./text.js";

/** A formatter that is made when it is first needed: each takes some 10 ms. @param {Intl.DateTimeFormatOptions} options */
function formatter(options) {
  /** @type {Intl.DateTimeFormat|undefined} */ let made;
  return (/** @type {Date} */ date) => (made ??= new Intl.DateTimeFormat("en", options)).format(date);
}

const day = formatter({ weekday: "long", day: "numeric", month: "long" });
const dayAndYear = formatter({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const full = formatter({ dateStyle: "full", timeStyle: "medium", hourCycle: "h23" });

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const A_DAY = 24 * HOUR;

const two = (/** @type {number} */ n) => String(n).padStart(2, "0");

/** Local hours and minutes, on 24 hours as in the terminal. @param {string} at */
export function timeOfDay(at) {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** @param {string} at */
export const fullTime = (at) => full(new Date(at));

/** The local day as a key. @param {string} at */
export function dayKey(at) {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** @param {string} at @param {number} now */
export function dayName(at, now) {
  const key = dayKey(at);
  const today = new Date(now);
  if (key === dayKey(today.toISOString())) return "Today";
  if (key === dayKey(new Date(now - A_DAY).toISOString())) return "Yesterday";
  const date = new Date(at);
  return date.getFullYear() === today.getFullYear() ? day(date) : dayAndYear(date);
}

/** A wait in the largest unit of which there are two, rounded up: `30 seconds`, `20 minutes`, `3 hours`. @param {number} wait ms */
export function duration(wait) {
  const units = /** @type {[number, string][]} */ ([[HOUR, "hour"], [MINUTE, "minute"], [SECOND, "second"]]);
  const [size, name] = units.find(([size]) => wait >= 2 * size) ?? [SECOND, "second"];
  return plural(Math.ceil(wait / size), name);
}

/** How long ago, shortly: `now`, `12m`, `3h`, `5d`. @param {string} at @param {number} now */
export function ago(at, now) {
  const past = Math.max(0, now - Date.parse(at));
  if (past < MINUTE) return "now";
  if (past < HOUR) return `${Math.floor(past / MINUTE)}m`;
  if (past < A_DAY) return `${Math.floor(past / HOUR)}h`;
  return `${Math.floor(past / A_DAY)}d`;
}
