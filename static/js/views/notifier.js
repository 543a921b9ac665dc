// @ts-check
// Notifies someone who is not looking, by the title, the icon and a notification; and someone who cannot see, by a live region
// for screen readers. Toasts, too.
/** @import { State, Message } from "../types.js" */
import { byId, h, setAttr, setText } from "../kit/dom.js";
import { isWanted, unreadTotal } from "../store/selectors.js";
import { roomTitle } from "../store/titles.js";
import { attentive } from "../store/state.js";
import { excerpt, plural, wordsOf } from "../kit/text.js";
import { isReadInSomeTab } from "../kit/tabs.js";

/** Announcements for screen readers are collected for this long, in ms: a flood becomes one sentence. */
const GATHER = 1_000;
/** How many messages are read out one by one. */
const READ_OUT = 3;
/** How long a screen reader may take to begin, in ms. */
const READING = 5_000;
/** How long a toast stays, in ms. */
const TOAST = 5_000;
/** The icon counts no further: there is room for two digits. */
const MOST = 99;
/** Longest piece of a message in a notification. */
const EXCERPT = 140;

export const canNotify = () => "Notification" in window && window.isSecureContext;
export const mayNotify = () => Notification.permission;
export const askToNotify = () => Notification.requestPermission();

export class Notifier {
  /** @type {string[]} */ #announcements = [];
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #silence;
  #title = "";
  #count = -1;
  #icon = "";

  /** A message of someone else has come. @param {State} state @param {Message} message @param {() => void} open goes to its room */
  notify(state, message, open) {
    const room = state.rooms[message.room];
    if (!room || message.deleted) return;
    if (message.room === state.current && attentive(state)) this.#announce(`${message.author.name}: ${excerpt(wordsOf(message), EXCERPT)}`);
    if (!isWanted(state, message) || attentive(state) || !canNotify() || mayNotify() !== "granted") return;
    this.#showNotification(room.kind === "direct" ? message.author.name : `${message.author.name} in #${room.name}`, { body: excerpt(wordsOf(message), EXCERPT), tag: room.id, icon: "/icons/icon.svg" }, open);
  }

  /** @param {string} title @param {NotificationOptions} options @param {() => void} open */
  async #showNotification(title, options, open) {
    if (await isReadInSomeTab(String(options.tag))) return;
    try {
      const shown = new Notification(title, options);
      shown.onclick = () => (window.focus(), open(), shown.close());
    } catch {
      // Phones let only the service worker show one.
      (await navigator.serviceWorker?.getRegistration())?.showNotification(title, options);
    }
  }

  /** @param {string} words */
  #announce(words) {
    if (!this.#announcements.length) setTimeout(() => this.#flushAnnouncements(), GATHER);
    this.#announcements.push(words);
  }

  #flushAnnouncements() {
    const words = this.#announcements.length > READ_OUT ? [plural(this.#announcements.length, "new message")] : this.#announcements;
    this.#announcements = [];
    byId("announcer").replaceChildren(...words.map((line) => h("p", null, line)));
    // What was said may be deleted, and is not for a later look.
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => byId("announcer").replaceChildren(), READING);
  }

  /** @param {string} text */
  toast(text) {
    const open = [...document.querySelectorAll("dialog:modal")].pop();
    const toast = h("p", { class: "toast" }, text);
    byId("toasts").append(toast);
    // What lies outside a modal dialog cannot be seen over it.
    open?.append(byId("toasts"));
    setTimeout(() => toast.remove(), TOAST);
  }

  /** @param {State} state */
  paint(state) {
    const { unread, mentions } = unreadTotal(state);
    const current = state.current ? state.rooms[state.current] : null;
    const room = current ? `${roomTitle(current, state.user?.id ?? null)} – ` : "";
    const title = `${unread ? `(${unread}) ` : ""}${room}Chat`;
    if (title !== this.#title) document.title = this.#title = title;
    const count = Math.min(mentions || unread, MOST);
    if (count !== this.#count) this.#drawIcon((this.#count = count), mentions > 0);
    setAttr(byId("unread-elsewhere-dot"), "data-unread", unread > 0);
    setText(byId("unread-elsewhere"), unread ? plural(unread, "unread message") : "");
  }

  /** The icon with its count. @param {number} count @param {boolean} mentioned */
  #drawIcon(count, mentioned) {
    const link = /** @type {HTMLLinkElement} */ (byId("favicon"));
    if (this.#icon) URL.revokeObjectURL(this.#icon);
    this.#icon = "";
    if (count === 0) return link.setAttribute("href", "/icons/icon.svg");
    const text = String(count);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#0f6b72"/><path d="M8 9.5h16v10H14.5L10 23.5v-4H8z" fill="#fff"/><circle cx="22" cy="22" r="10" fill="${mentioned ? "#c2410c" : "#1d2430"}"/><text x="22" y="26" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="${text.length > 1 ? 10 : 12}" fill="#fff">${text}</text></svg>`;
    this.#icon = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    link.setAttribute("href", this.#icon);
  }
}
