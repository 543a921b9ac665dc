// @ts-check
// Hooks of a room, to which programs post, over the HTTP API. Each returns a promise; its error has a message to show.
import { request } from "../net/api.js";

/** @param {string} room id */
const path = (room) => `/api/rooms/${encodeURIComponent(room)}/hooks`;

export const hookActions = {
  /** @param {string} room id */
  hooks: (room) => request("GET", path(room)),
  /** What comes back has its address, this once. @param {string} room id @param {string} name */
  makeHook: (room, name) => request("POST", path(room), { name }),
  /** Gives it another address. @param {string} room id @param {string} hook id */
  replaceHookSecret: (room, hook) => request("POST", `${path(room)}/${hook}/secret`),
  /** @param {string} room id @param {string} hook id */
  endHook: (room, hook) => request("DELETE", `${path(room)}/${hook}`),
};
