// @ts-check
// What happened in a room beside messages, in words. Runs of comings and goings fold to one sentence.
/** @import { NoticeItem } from "../../types.js" */
import { nameList, plural } from "../../kit/text.js";
import { duration, fullTime } from "../../kit/time.js";

/** @param {NoticeItem[]} notices */
export function noticeText(notices) {
  /** @type {Map<string, string[]>} */ const runs = new Map();
  /** @type {string[]} */ const words = [];
  for (const notice of notices) {
    const { what, user, by } = notice;
    const run = what === "joined" && by && by.id !== user.id ? `were added by ${by.name}` : what;
    if (what === "joined" || what === "left") runs.set(run, [...new Set([...(runs.get(run) ?? []), user.name])]);
    else words.push(...sentences(notice));
  }
  const moves = [...runs].map(([run, names]) => `${nameList(names)} ${names.length === 1 ? run.replace(/^were /, "was ") : run}`);
  return [...moves, ...words].filter(Boolean).join(" · ");
}

/** @param {NoticeItem} notice @returns {string[]} */
function sentences(notice) {
  const { what, user, changes } = notice;
  if (what === "pinned") return [`${user.name} pinned a message`];
  if (what === "unpinned") return [`${user.name} unpinned a message`];
  if (what === "moderated") return [moderation(notice)];
  const { name, topic, archived, slow_seconds: slow, retention_days: days, retention_keeps_pinned: pinned } = changes ?? {};
  return [
    name !== undefined ? `${user.name} renamed the room to #${name}` : "",
    topic !== undefined ? (topic ? `${user.name} set the topic: ${topic}` : `${user.name} removed the topic`) : "",
    archived !== undefined ? `${user.name} ${archived ? "archived" : "reopened"} the room` : "",
    days !== undefined ? `${user.name} set messages to be ${days === null ? "kept as long as the server keeps them" : days ? `deleted after ${plural(days, "day")}` : "kept for ever"}` : "",
    pinned !== undefined ? `${user.name} set pinned messages to ${pinned ? "stay" : "be deleted as well"}` : "",
    slow !== undefined ? (slow ? `${user.name} turned on slow mode: one message every ${duration(slow * 1000)}` : `${user.name} turned off slow mode`) : "",
  ];
}

/** @type {Record<string, string>} */
const DEEDS = { kick: "removed", ban: "banned", unban: "unbanned", mute: "muted", unmute: "unmuted" };

/** @param {NoticeItem} notice */
function moderation({ user, by, action = "", until, reason, role }) {
  const who = by?.name ?? "A moderator";
  const deed = action === "role" ? `made ${user.name} a ${role}` : `${DEEDS[action] ?? action} ${user.name}`;
  const how = until ? ` until ${fullTime(until)}` : "";
  return `${who} ${deed}${how}${reason ? `: ${reason}` : ""}`;
}
