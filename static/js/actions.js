// @ts-check
// What a user can do that needs the server's HTTP API. Each returns a promise; its error has a message to show.
/** @import { Store } from "./store/store.js" */
/** @import { Session } from "./net/session.js" */
/** @import { Prepared } from "./kit/pictures.js" */
import { api, ApiError } from "./net/api.js";
import { botActions } from "./actions/bots.js";
import { hookActions } from "./actions/hooks.js";
import { messageActions } from "./actions/messages.js";
import { roomActions } from "./actions/rooms.js";
import { webhookActions } from "./actions/webhooks.js";
import { serverNow } from "./kit/server-clock.js";
import { heldFiles } from "./kit/held-files.js";
import { uuid7 } from "./kit/uuid.js";

/** @typedef {ReturnType<typeof actions>} Actions */

/** @param {{store: Store, session: Session, reconnect: () => void}} context */
export function actions({ store, session, reconnect }) {
  const { dispatch } = store;

  /** @param {object} changes */
  async function changeMe(changes) {
    dispatch({ type: "user-changed", user: await api.changeMe(changes) });
  }

  return {
    reconnect,
    changeMe,
    /** @param {string} room id @param {string} body @param {{reply_to?: string|null, thread?: boolean, files?: Prepared[]}} [how] what it answers, whether it was written in the thread, what it carries */
    say(room, body, { reply_to, thread, files = [] } = {}) {
      const id = uuid7();
      if (files.length) heldFiles.set(id, files.map(({ blob, preview }) => ({ blob, preview })));
      const told = files.map(({ blob, preview, ...file }) => ({ ...file, url: URL.createObjectURL(preview ?? blob) }));
      dispatch({ type: "message-written", id, room, body, ...(reply_to ? { reply_to } : {}), ...(told.length ? { files: told } : {}), thread, at: new Date(serverNow()).toISOString() });
    },
    ...messageActions(dispatch),
    ...roomActions(dispatch),
    ...botActions,
    ...hookActions,
    ...webhookActions,

    /** One that does not exist is made. @param {string} room a name */
    async join(room) {
      try {
        await api.join(room);
        dispatch({ type: "room-wanted", room });
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404) throw error;
        const made = await api.createRoom({ name: room });
        dispatch({ type: "room-wanted", room: made.id });
      }
    },
    /** @param {string} room id */
    leave: (room) => api.leave(room),
    setTopic: api.setTopic,
    findRooms: api.rooms,
    room: api.room,
    /** The first message of a room that was sent at a time or later. @param {string} room id @param {string} since @returns {Promise<{seq: number}|undefined>} */
    async firstSince(room, since) {
      const { messages } = await api.messages(room, { since, limit: 2 });
      return messages.find((/** @type {{seq: number, sent_at: string}} */ message) => Date.parse(message.sent_at) >= Date.parse(since));
    },

    serverInfo: api.info,
    /** @param {Parameters<Session["register"]>[0]} user */
    register: (user) => session.register(user),
    /** @param {Parameters<Session["signIn"]>[0]} credentials */
    signIn: (credentials) => session.signIn(credentials),
    signOut: () => session.signOut(),
    linkCode: api.linkCode,
    devices: api.sessions,
    signOutDevice: api.endSession,
  };
}
