// @ts-check
// The user's bots, over the HTTP API. Each returns a promise; its error has a message to show.
import { request } from "../net/api.js";

export const botActions = {
  bots: () => request("GET", "/api/bots"),
  /** What comes back has its token, this once. @param {string} name */
  makeBot: (name) => request("POST", "/api/bots", { name }),
  /** @param {string} bot id or name */
  endBot: (bot) => request("DELETE", `/api/bots/${encodeURIComponent(bot)}`),
};
