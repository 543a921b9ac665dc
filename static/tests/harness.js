// A page without a browser: the store's state, and all the effects that it asked for. Time stands still until it is moved.
import { readFileSync, readdirSync } from "node:fs";
import { reduce } from "../js/store/store.js";
import { initialState } from "../js/store/state.js";

export const FIXTURES = new URL("../../protocol/fixtures/", import.meta.url);

/** @param {string} path below protocol/fixtures */
export const fixture = (path) => JSON.parse(readFileSync(new URL(path, FIXTURES), "utf8"));

/** The names of all golden messages of a kind. @param {"events"|"commands"|"blocks"|"rooms"} kind */
export const fixtureNames = (kind) => readdirSync(new URL(kind, FIXTURES)).map((file) => file.replace(/\.json$/, ""));

export const ALICE = { id: "01890a5d-ac96-774b-bcce-b302099a8057", name: "alice", display_name: null, color: null, role: "member" };
export const BOB = { id: "01890a5d-ac96-7c8d-9a1b-2c3d4e5f6071", name: "bob", display_name: null, color: null, role: "member" };
export const LOBBY = "01890a5d-0000-7000-8000-000000000001";
export const OPS = "01890a5d-0000-7000-8000-000000000002";
export const EPOCH = "01890a5d-3333-7000-8000-000000000003";

/** The time of an event. @param {number} seq */
export const at = (seq) => new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString();

/** @param {object} [changes] */
export const room = (changes) => ({
  id: LOBBY, name: "lobby", kind: "public", topic: "", members: 2, last_seq: 0, last_at: null, joined: true, read_seq: 0, unread: 0, mentions: 0, ...changes,
});

/** @param {number} seq @param {object} [changes] */
export function message(seq, changes) {
  const id = `0000000${seq}`.slice(-8) + "-0000-7000-8000-000000000000";
  return { id, room: LOBBY, seq, author: { id: BOB.id, name: BOB.name }, body: `message ${seq}`, sent_at: at(seq), mentions: [], ...changes };
}

/** A `Message` event. @param {number} seq @param {object} [changes] */
export function said(seq, changes) {
  const told = message(seq, changes);
  return { type: "Message", room: told.room, seq, at: at(seq), message: told };
}

export class Page {
  state = initialState();
  /** @type {any[]} */ effects = [];
  now = Date.UTC(2026, 0, 2);

  /** @param {...any} events */
  tell(...events) {
    for (const event of events) {
      const [state, effects] = reduce(this.state, { ...event, now: this.now });
      this.state = state;
      this.effects.push(...effects);
    }
    return this;
  }

  /** Takes the frames that were sent since the last look. @param {string} [type] */
  sent(type) {
    const frames = this.effects.filter((effect) => effect.do === "send").map((effect) => effect.frame);
    this.effects = this.effects.filter((effect) => effect.do !== "send");
    return type ? frames.filter((frame) => frame.type === type) : frames;
  }

  /** Takes the effects of a kind. @param {string} kind */
  asked(kind) {
    const found = this.effects.filter((effect) => effect.do === kind);
    this.effects = this.effects.filter((effect) => effect.do !== kind);
    return found;
  }

  /** The writer presses Enter, and the disk answers. @param {string} id @param {string} [body] @param {string} [to] */
  write(id, body = id, to = LOBBY) {
    return this.tell({ type: "message-written", id, room: to, body }, { type: "message-saved", id });
  }

  /** The last page that was asked for arrives. @param {number[]} seqs @param {{before?: boolean, after?: boolean}} [more] */
  page(seqs, { before = false, after = false } = {}) {
    const load = this.asked("load").pop();
    if (!load) throw new Error("no page was asked for");
    const messages = seqs.map((seq) => message(seq, { room: load.room }));
    return this.tell({ type: "page-loaded", ...load, page: { room: load.room, messages, has_more_before: before, has_more_after: after } });
  }

  outbox() {
    return this.state.outbox.map(({ id, status }) => `${id} ${status}`);
  }

  seqs(id = LOBBY) {
    return this.state.timelines[id].items.map((item) => item.seq);
  }
}

/** @param {any[]} [rooms] */
export const welcome = (rooms = [room()]) => ({
  type: "Welcome", user: ALICE, session: "s", epoch: EPOCH, server: { name: "chat-server", version: "0" }, rooms, limits: {},
});

/** A page that is signed in, connected and has read its first page. @param {any[]} [rooms] @param {number[]} [seqs] */
export function connectedPage(rooms, seqs = []) {
  const page = new Page().tell({ type: "signed-in", user: ALICE }, welcome(rooms));
  if (page.effects.some((effect) => effect.do === "load")) page.page(seqs);
  page.tell({ type: "Live" });
  page.effects = [];
  return page;
}

/** The socket is gone and comes back. @param {Page} page @param {any} greeting */
export function reconnect(page, greeting) {
  return page.tell({ type: "connection-lost", retryAt: page.now, reason: null }, { type: "connecting" }, greeting);
}
