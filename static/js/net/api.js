// @ts-check
// The server's HTTP API as this page uses it. The session is a cookie that no script can read.

import { noteServerTime } from "../kit/server-clock.js";
import { sentence } from "../kit/text.js";

/** A refusal, or no answer at all (`status` 0). `message` can be shown. */
export class ApiError extends Error {
  /** @param {number} status @param {string} code @param {string} detail @param {number|null} retryAfter ms */
  constructor(status, code, detail, retryAfter = null) {
    super(detail);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** Who this page acts for: the server refuses what comes with another user's cookie. @type {string|null} */
let actingUser = null;

/** @param {string|null} user an id */
export const setActingUser = (user) => void (actingUser = user);

/** What says for whom a request is. @returns {Record<string, string>} */
export const actingHeaders = () => (actingUser ? { "X-Chat-User": actingUser } : {});

/** Called when the server does not know us, or knows us as someone else. */
let unauthorized = () => {};

/** @param {() => void} listener */
export const onUnauthorized = (listener) => void (unauthorized = listener);

/** Requests that ask or change who we are come as the user of the cookie. */
const AS_ANYONE = new Set(["GET /api/users/me", "POST /api/users", "POST /api/sessions", "GET /api/info"]);

/** A request that takes longer is given up, in ms: a phone's network may swallow it without a word. */
const TIMEOUT = 20_000;

/**
 * @param {string} method @param {string} path @param {object} [body]
 * @returns {Promise<any>} the answer's JSON, or null where there is none
 */
export async function request(method, path, body) {
  return (await answer(method, path, body)).json;
}

/** @param {string} method @param {string} path @param {object} [body] */
async function answer(method, path, body) {
  /** @type {RequestInit} */
  const init = { method, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT) };
  /** @type {Record<string, string>} */ const headers = (init.headers = {});
  const asAnyone = AS_ANYONE.has(`${method} ${path}`);
  if (!asAnyone) Object.assign(headers, actingHeaders());
  if (body) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  return read(await orUnreachable(fetch(path, init)), asAnyone);
}

/** @template T @param {Promise<T>} asked @returns {Promise<T>} */
async function orUnreachable(asked) {
  try {
    return await asked;
  } catch {
    throw new ApiError(0, "unreachable", "The server cannot be reached. Check the connection and try again.");
  }
}

/** @param {Response} response @param {boolean} asAnyone */
async function read(response, asAnyone) {
  noteServerTime(response.headers.get("Date"), Date.now());
  const json = response.status === 204 ? null : await response.json().catch(() => null);
  // Everything that the server says over its API is JSON: this was a proxy, or a hotel's sign-in page.
  if (json === null && response.status !== 204) {
    throw new ApiError(0, "unreachable", `The server cannot be reached: something in its place answered ${response.status}. Try again in a moment.`);
  }
  if (response.ok) return { json, status: response.status, next: nextPage(response.headers.get("Link")) };
  if (response.status === 401 && !asAnyone) unauthorized();
  throw refused(response.status, json, response.headers.get("Retry-After"));
}

/** What the server says about a refusal. @param {number} status @param {any} json @param {string|null} retryAfter */
export function refused(status, json, retryAfter) {
  const seconds = Number(retryAfter);
  const detail = json?.detail || json?.title || `The server answered ${status}. Try again in a moment.`;
  return new ApiError(status, json?.code ?? "internal", sentence(detail), seconds > 0 ? seconds * 1000 : null);
}

/** @param {string|null} link @returns {string|null} the path of the next page */
function nextPage(link) {
  const target = link?.match(/<([^>]+)>\s*;\s*rel="?next"?/)?.[1];
  if (!target) return null;
  const url = new URL(target, location.href);
  return url.origin === location.origin ? url.pathname + url.search : null;
}

/** @param {Record<string, string|number|boolean|undefined>} fields */
function query(fields) {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
}

/** Hits asked for at once: more than fit on a screen. */
const HITS = 30;

const enc = encodeURIComponent;

export const api = {
  info: () => request("GET", "/api/info"),
  me: () => request("GET", "/api/users/me"),
  /** @param {object} changes */
  changeMe: (changes) => request("PATCH", "/api/users/me", changes),
  /** @param {{name?: string, password?: string, invite?: string}} user */
  register: (user) => request("POST", "/api/users", user),
  /** The guest that was asked for, and whether it is new. @param {Promise<Response|null>} asked */
  guest: async (asked) => {
    const response = await orUnreachable(asked);
    if (!response) return null;
    const { json, status } = await read(response, true);
    return { user: json.user, made: status === 201 };
  },
  /** @param {{name: string, password: string}|{link_code: string}} credentials */
  signIn: (credentials) => request("POST", "/api/sessions", credentials),
  sessions: () => request("GET", "/api/sessions"),
  /** @param {string} id or `current` */
  endSession: (id) => request("DELETE", `/api/sessions/${enc(id)}`),
  linkCode: () => request("POST", "/api/link-codes"),
  /** @param {string} q @param {string|null} before the `next` of the page before */
  search: (q, before) => request("GET", `/api/search?${query({ q, before: before ?? undefined, limit: HITS })}`),
  /** @param {string} room @param {{before?: number, after?: number, around?: number, since?: string, limit: number}} page */
  messages: (room, page) => request("GET", `/api/messages?${query({ room, ...page, blocks: true })}`),
  /** @param {string} first id of the message that it began with @param {{before?: number, limit: number}} page */
  thread: (first, page) => request("GET", `/api/messages?${query({ thread: first, ...page, blocks: true })}`),
  /** @param {string} id */
  message: (id) => request("GET", `/api/messages/${enc(id)}?blocks=true`),
  /** @param {string} room */
  pins: (room) => request("GET", `/api/rooms/${enc(room)}/pins?blocks=true`),
  /** @param {string} room */
  room: (room) => request("GET", `/api/rooms/${enc(room)}`),
  /** @param {string} q @param {string} [next] path of the page to go on with */
  rooms: async (q, next) => {
    const { json, next: more } = await answer("GET", next ?? `/api/rooms?${query({ q: q || undefined, limit: 100 })}`);
    return { rooms: json, more };
  },
  /** @param {{kind?: string, name?: string, topic?: string, members?: string[]}} room */
  createRoom: (room) => request("POST", "/api/rooms", room),
  /** @param {string} room @param {string} topic */
  setTopic: (room, topic) => request("PATCH", `/api/rooms/${enc(room)}`, { topic }),
  /** @param {string} room */
  join: (room) => request("PUT", `/api/rooms/${enc(room.replace(/^#/, ""))}/members/me`),
  /** @param {string} room */
  leave: (room) => request("DELETE", `/api/rooms/${enc(room.replace(/^#/, ""))}/members/me`),
};
