// @ts-check
// What views, keys and commands are given: the state, a way to change it, what a user can do, and the dialogs by name. None of
// them gets the socket.
/** @import { State, Event } from "./types.js" */
/** @import { Actions } from "./actions.js" */
import { findRoom } from "./store/rooms.js";

/** Under this width panes lie over the messages (css/layout.css says the same). */
const NARROW = matchMedia("(width < 900px)");

/**
 * @typedef {"devices"|"help"|"invite"|"leave"|"link"|"name"|"palette"|"password"|"room-directory"|"settings"|"topic"} DialogName
 */

/**
 * @typedef {object} Surface what the app is made of
 * @property {() => State} state
 * @property {(event: {type: string, [field: string]: any}) => void} dispatch
 * @property {Actions} actions
 * @property {(text: string) => void} toast
 * @property {(app: App, name: DialogName) => Promise<void>} openDialog
 * @property {(app: App, name: string) => Promise<boolean>} askToJoinRoom
 * @property {() => {mention: (name: string) => void, start: (command: string, args: string) => void, insert: (text: string) => void, focus: () => void}} composer
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
  /** @param {string} text */
  toast = (text) => this.#surface.toast(text);

  get actions() {
    return this.#surface.actions;
  }

  /** @param {DialogName} name */
  async open(name) {
    try {
      await this.#surface.openDialog(this, name);
    } catch {
      this.toast("This part of the page could not be loaded. Check the connection and try again.");
    }
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

  /** @param {string} name */
  mention(name) {
    this.#surface.composer().mention(name);
  }

  /** @param {string} command @param {string} args */
  startCommand(command, args) {
    this.#surface.composer().start(command, args);
  }

  /** Closes the drawer; else goes back to where one writes. */
  escape() {
    if (this.state().drawer) this.dispatch({ type: "drawer-closed" });
    else this.#surface.composer().focus();
  }

  togglePeople() {
    this.dispatch(NARROW.matches ? { type: "drawer-toggled", drawer: "people" } : { type: "people-toggled" });
  }

  /** @param {string} room id */
  async leaveRoom(room) {
    const name = this.state().rooms[room]?.name;
    try {
      await this.actions.leave(room);
      this.toast(`You left #${name}.`);
    } catch (error) {
      this.toast(/** @type {Error} */ (error).message);
    }
  }

  /** Goes to the first message that could not be sent. */
  showFailed() {
    const { outbox, rooms } = this.state();
    const entry = outbox.find(({ status }) => status === "failed");
    if (!entry) return;
    if (!rooms[entry.room]) return this.toast("It was for a room that you are not in any more. Join it again to see the message.");
    this.dispatch({ type: "room-opened", room: entry.room });
    this.dispatch({ type: "live-end-wanted", room: entry.room });
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
