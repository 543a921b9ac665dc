// @ts-check
// What views, keys and commands are given: the state, a way to change it, what a user can do, and the dialogs by name. None of
// them gets the socket.
/** @import { State, Message } from "./types.js" */
/** @import { Actions } from "./actions.js" */
import { roomUrl } from "./kit/address.js";
import { findMessage } from "./store/messages.js";
import { findRoom } from "./store/rooms.js";
import { addressName, roomTitle } from "./store/titles.js";

/** Under this width panes lie over the messages (css/layout.css says the same). */
const NARROW = matchMedia("(width < 900px)");

/**
 * @typedef {"devices"|"add-people"|"audit"|"bots"|"direct"|"help"|"hooks"|"invite"|"invites"|"leave"|"link"|"name"|"members"|"palette"|"password"|"person"|"picture"|"pins"|"reports"|"room-delete"|"room-directory"|"room-edit"|"room-retention"|"room-settings"|"search"|"settings"|"status"|"topic"|"webhooks"} DialogName
 */

/**
 * @typedef {object} Surface what the app is made of
 * @property {() => State} state
 * @property {(event: {type: string, [field: string]: any}) => void} dispatch
 * @property {(watcher: (state: State) => void) => () => void} watch
 * @property {Actions} actions
 * @property {(text: string) => void} toast
 * @property {(app: App, name: DialogName, about?: string) => Promise<void>} openDialog
 * @property {(app: App, name: string) => Promise<boolean>} askToJoinRoom
 * @property {(app: App, name: "edits"|"reactions"|"report", message: Message) => Promise<void>} openDialogAbout
 * @property {(app: App, anchor: Element, chosen: (emoji: string) => void) => Promise<void>} pickEmoji
 * @property {() => {mention: (name: string) => void, start: (command: string, args: string) => void, insert: (text: string) => void, attach: (files: File[]) => void, chooseFiles: () => void, focus: () => void}} composer
 * @property {() => {attach: (files: File[]) => void, chooseFiles: () => void}} thread
 */

export class App {
  /** @type {Surface} */ #surface;

  /** @param {Surface} surface */
  constructor(surface) {
    this.#surface = surface;
  }

  state = () => this.#surface.state();
  /** @param {{type: string, [field: string]: any}} event */
  dispatch = (event) => this.#surface.dispatch(event);
  /** Hears of each change, until what it gives is called. @param {(state: State) => void} watcher */
  watch = (watcher) => this.#surface.watch(watcher);
  /** @param {string} text */
  toast = (text) => this.#surface.toast(text);

  get actions() {
    return this.#surface.actions;
  }

  /** @param {DialogName} name @param {string} [about] what it shall begin with */
  async open(name, about) {
    try {
      await this.#surface.openDialog(this, name, about);
    } catch {
      this.toast("This part of the page could not be loaded. Check the connection and try again.");
    }
  }

  /** Shows the emojis, and reacts with the chosen one. @param {Message} message @param {Element} anchor */
  async pickReaction(message, anchor) {
    await this.pickEmoji(anchor, (emoji) => this.react(message, emoji));
  }

  /** Reacts with an emoji, or takes it back. @param {Message} message @param {string} emoji */
  react(message, emoji) {
    const mine = message.reactions?.find((reaction) => reaction.emoji === emoji)?.users.some(({ id }) => id === this.state().user?.id);
    this.actions.react(message.room, message.id, emoji, !mine);
  }

  /** @param {Element} anchor @param {(emoji: string) => void} chosen */
  async pickEmoji(anchor, chosen) {
    try {
      await this.#surface.pickEmoji(this, anchor, chosen);
    } catch {
      this.toast("The emojis could not be loaded. Check the connection and try again.");
    }
  }

  /** What is written next answers this message. @param {Message} message */
  reply(message) {
    this.dispatch({ type: "reply-wanted", room: message.room, message_id: message.id });
    this.#surface.composer().focus();
  }

  /** @param {Message} message in the thread, or with which it begins */
  openThread({ room, id, thread }) {
    this.dispatch({ type: "thread-opened", room, first: thread ?? id });
  }

  /** Does what the server may refuse, and says why it did. @param {Promise<unknown>} asked @param {string} [done] what to say else */
  async attempt(asked, done) {
    try {
      await asked;
      if (done) this.toast(done);
    } catch (error) {
      this.toast(/** @type {Error} */ (error).message);
    }
  }

  /** Whether replies in the thread of a message notify the user. @param {string} id of any message in it @param {boolean} on */
  followThread(id, on) {
    return this.attempt(this.actions.followThread(id, on), on ? "Replies in this thread notify you." : "Replies in this thread do not notify you any more.");
  }

  /** @param {Message} message */
  copyLink({ room: id, seq }) {
    const room = this.state().rooms[id];
    if (room) this.copy(roomUrl(addressName(room), seq));
  }

  /** Opens a dialog about a message. @param {"edits"|"reactions"|"report"} name @param {Message} message */
  async openAbout(name, message) {
    try {
      await this.#surface.openDialogAbout(this, name, message);
    } catch {
      this.toast("This part of the page could not be loaded. Check the connection and try again.");
    }
  }

  /** The newest own message of the room on screen becomes a box again. @returns {boolean} whether there is one */
  editLast() {
    const { current, timelines, user } = this.state();
    const items = current ? (timelines[current]?.items ?? []) : [];
    const last = items.findLast((item) => item.kind === "message" && item.message.author.id === user?.id && !item.message.deleted);
    if (last?.kind !== "message") return false;
    this.dispatch({ type: "editing-wanted", message_id: last.message.id });
    return true;
  }

  /** Asks whether to join a room that the user is not a member of. @param {string} name @returns {Promise<boolean>} whether it was joined */
  async askToJoinRoom(name) {
    try {
      return await this.#surface.askToJoinRoom(this, name);
    } catch {
      this.toast(`The room #${name} could not be looked up. Check the connection and try again.`);
      return false;
    }
  }

  /** Goes to a room by its name, which somebody wrote: one that the user is not in can perhaps be joined. @param {string} name */
  async goToRoom(name) {
    if (findRoom(this.state(), name)) this.dispatch({ type: "room-opened", room: name });
    else await this.askToJoinRoom(name);
  }

  /** Goes to what an address in a message names. @param {import("./kit/address.js").Address} address */
  async goTo({ name, seq }) {
    const room = findRoom(this.state(), name);
    if (room && seq !== null) this.dispatch({ type: "message-wanted", room: room.id, seq });
    else await this.goToRoom(name);
  }

  /** Goes to a message that was found; a room that the user is not in can be joined. @param {string} room id @param {number} seq */
  async goToMessage(room, seq) {
    if (this.state().rooms[room] || (await this.askToJoinRoom(room))) this.dispatch({ type: "room-wanted", room, seq });
  }

  /** Shows a room from the first message of a time on. @param {string} room id @param {string} since @returns {Promise<boolean>} whether there is one */
  async goToDay(room, since) {
    try {
      const first = await this.actions.firstSince(room, since);
      if (first) this.dispatch({ type: "message-wanted", room, seq: first.seq });
      else this.toast("Nothing was said there on that day or later.");
      return first !== undefined;
    } catch (error) {
      this.toast(/** @type {Error} */ (error).message);
      return false;
    }
  }

  focusComposer() {
    // On a phone the keyboard would cover what one came to read.
    if (!matchMedia("(pointer: coarse)").matches) this.#surface.composer().focus();
  }

  /** A letter was typed that nothing else has a use for: it is meant for the message box. */
  type() {
    this.#surface.composer().focus();
  }

  /** @param {string} text */
  paste(text) {
    if (text) this.#surface.composer().insert(text);
  }

  /** They go with the next message: in the thread, if that is where they came. @param {File[]} files @param {boolean} inThread */
  attach(files, inThread) {
    (inThread ? this.#surface.thread() : this.#surface.composer()).attach(files);
  }

  /** For the message box that has the focus, or that of the room. */
  chooseFiles() {
    const inThread = document.activeElement?.closest("#thread");
    (inThread ? this.#surface.thread() : this.#surface.composer()).chooseFiles();
  }

  /** @param {string} name */
  mention(name) {
    this.#surface.composer().mention(name);
  }

  /** @param {string} command @param {string} args */
  startCommand(command, args) {
    this.#surface.composer().start(command, args);
  }

  /** Closes the drawer or the thread; else goes back to where one writes. */
  escape() {
    if (this.state().drawer) this.dispatch({ type: "drawer-closed" });
    else if (this.state().thread) this.dispatch({ type: "thread-closed" });
    else this.#surface.composer().focus();
  }

  togglePeople() {
    this.dispatch(NARROW.matches ? { type: "drawer-toggled", drawer: "people" } : { type: "people-toggled" });
  }

  /** @param {string} room id */
  async leaveRoom(room) {
    const { rooms, user } = this.state();
    const title = rooms[room] ? roomTitle(rooms[room], user?.id ?? null) : "the room";
    await this.attempt(this.actions.leave(room), `You left ${title}.`);
  }

  /** Goes to the first message that could not be sent, or changed. */
  async showFailed() {
    const { outbox, rooms } = this.state();
    const entry = outbox.find(({ status }) => status === "failed");
    if (!entry) return;
    if (rooms[entry.room] && entry.command) return this.attempt(this.#goToMessage(entry.room, entry.command.message_id));
    if (!rooms[entry.room]) return this.toast("It was for a room that you are not in any more. Join it again to see the message.");
    this.dispatch({ type: "room-opened", room: entry.room });
    this.dispatch({ type: "live-end-wanted", room: entry.room });
  }

  /** @param {string} room @param {string} id */
  async #goToMessage(room, id) {
    const { seq } = findMessage(this.state(), room, id) ?? (await this.actions.message(id));
    this.dispatch({ type: "message-wanted", room, seq });
  }

  /** @param {string|undefined} id */
  copyMessage(id) {
    const { current, timelines, outbox } = this.state();
    const items = current ? (timelines[current]?.items ?? []) : [];
    const found = items.find((item) => item.kind === "message" && item.message.id === id);
    return this.copy(found?.kind === "message" ? found.message.body : (outbox.find((entry) => entry.id === id)?.body ?? ""));
  }

  /** From this message on, all is unread again. @param {number} seq */
  markUnread(seq) {
    const room = this.state().current;
    if (room && Number.isFinite(seq)) this.dispatch({ type: "marked-unread", room, seq });
  }

  /** @param {string} text */
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.toast("Copied.");
    } catch {
      this.toast("This browser does not let the page copy here. Select the text and copy it by hand.");
    }
  }
}
