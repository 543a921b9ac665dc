// @ts-check
// Webhooks, which send a room's events to programs, over the HTTP API. Each returns a promise; its error has a message to show.
import { request } from "../net/api.js";

export const webhookActions = {
  /** Those of all rooms that the user moderates. */
  webhooks: () => request("GET", "/api/webhooks"),
  /** What comes back has its secret, this once. @param {string} room id @param {string} url @param {string[]} events types */
  makeWebhook: (room, url, events) => request("POST", "/api/webhooks", { room, url, events }),
  /** @param {string} webhook id */
  endWebhook: (webhook) => request("DELETE", `/api/webhooks/${webhook}`),
};
