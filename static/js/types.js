// @ts-check
// The shapes that the page works with, as JSDoc types: what the server says, and what the store holds.
// Nothing here runs.

/** @typedef {{id: string, name: string}} UserRef */

/**
 * @typedef {object} User
 * @property {string} id
 * @property {string} name
 * @property {string|null} display_name
 * @property {string|null} color
 * @property {"guest"|"member"|"admin"} role
 * @property {boolean} [bot]
 * @property {boolean} [online]
 * @property {boolean} [away]          nobody is at any of their devices
 * @property {{text: string, emoji: string, until: string|null}|null} [status]
 * @property {string|null} [last_seen_at]
 * @property {string} [created_at]
 */

/**
 * @typedef {object} Room
 * @property {string} id
 * @property {string} name
 * @property {"public"|"private"|"direct"} kind
 * @property {UserRef[]} [people]      of a direct room, all of them
 * @property {boolean} [archived]
 * @property {number} [slow_seconds]
 * @property {number|null} [retention_days]  days after which messages are deleted, 0 for never; without one, as on the server
 * @property {boolean} [retention_keeps_pinned]
 * @property {number} [pins]
 * @property {"moderator"|"member"} [role]
 * @property {"all"|"mentions"|"none"} [notify]
 * @property {boolean} [favourite]
 * @property {boolean} [hidden]
 * @property {string} topic
 * @property {number} members
 * @property {number} last_seq
 * @property {string|null} last_at
 * @property {string} [created_at]
 * @property {boolean} [joined]
 * @property {number} [read_seq]
 * @property {number} [unread]
 * @property {number} [mentions]
 */

/**
 * One piece of a parsed message body. Of an unknown `t`, `c` or `s` is shown.
 * @typedef {object} Block
 * @property {string} t
 * @property {Block[]} [c]
 * @property {string} [s]
 * @property {string} [lang]
 * @property {string} [href]
 * @property {boolean} [ordered]
 * @property {number} [start]          the number of an ordered list's first item, unless it is 1
 * @property {(string|null)[]} [align]  how a table's columns are aligned
 * @property {string} [user]
 */

/**
 * @typedef {object} Message
 * @property {string} id
 * @property {string} room
 * @property {number} seq
 * @property {UserRef} author
 * @property {string} body
 * @property {string} sent_at
 * @property {string} [edited_at]
 * @property {boolean} [deleted]
 * @property {string} [reply_to]
 * @property {string} [thread]         id of the message that its chain of replies began with
 * @property {{count: number, last_seq: number, last_at?: string, people: UserRef[]}} [replies]
 * @property {boolean} [mentions_room]
 * @property {Reaction[]} [reactions]
 * @property {string[]} [mentions]
 * @property {{name: string, user: string}[]} [mentioned]  by which names; `blocks` has them in their places
 * @property {Block[]} [blocks]
 * @property {Attachment[]} [attachments]
 */

/**
 * A file of a message. One on its way has `upload` (its id at the server, or null) and perhaps `url` (its bytes in this page).
 * @typedef {{id: string, name: string, size: number, type: string, width?: number, height?: number, preview?: string, upload?: string|null, url?: string}} Attachment
 */

/** @typedef {{emoji: string, count: number, users: UserRef[]}} Reaction */

/** @typedef {{seq: number, at?: string}} Cursor */

/** @typedef {{kind: "message", seq: number, message: Message}} MessageItem */
/**
 * @typedef {object} NoticeItem
 * @property {"notice"} kind
 * @property {number} seq
 * @property {string} at
 * @property {"joined"|"left"|"changed"|"pinned"|"unpinned"|"moderated"} what
 * @property {UserRef} user
 * @property {UserRef} [by]            who added them, or who moderated
 * @property {{name?: string, topic?: string, archived?: boolean, slow_seconds?: number, retention_days?: number|null, retention_keeps_pinned?: boolean}} [changes]
 * @property {number} [place]          seq of the message that was pinned
 * @property {string} [action]
 * @property {string} [until]
 * @property {string} [reason]
 * @property {string} [role]
 */
/** @typedef {MessageItem|NoticeItem} Item */

/**
 * The part of a room's log that the page holds: one run without holes.
 * @typedef {object} Timeline
 * @property {Item[]} items            ascending by seq, at most WINDOW of them
 * @property {boolean} before          older messages exist on the server
 * @property {boolean} after           newer ones exist: the loaded range is not at the live end
 * @property {"newest"|"around"|"before"|"after"|null} loading
 * @property {boolean} loaded          a page has arrived (an empty room is loaded too)
 * @property {boolean} stale           kept from an earlier visit that was not at the live end: the newest page is still to come
 * @property {"newest"|"around"|"before"|"after"|null} retry  which page could not be loaded
 * @property {string|null} failed      why the last page could not be loaded
 * @property {number} load             number of the newest load; answers to older ones are ignored
 * @property {any[]} changes           events that changed messages while a page was on its way
 * @property {number} latest           seq of the newest message received live, in the loaded range or not
 * @property {{seq: number, count: number}|null} divider  stands after `seq`
 * @property {boolean} keptUnread       marked unread by hand: reading does not move the position
 * @property {number} below            new messages since the reader left the live end
 * @property {boolean} atEnd           the reader sees the live end
 * @property {{seq: number|null, n: number}} jump  where the view should go; `seq` null is the live end, `n` grows with each wish
 */

/**
 * A message on its way. It leaves the outbox only when the server has it, or the writer drops it.
 * @typedef {object} Outgoing
 * @property {string} id
 * @property {string} user             whose it is
 * @property {string} room
 * @property {string} body
 * @property {string} [reply_to]
 * @property {Command} [command]       it changes a message that was sent before
 * @property {string} at               when it was written
 * @property {OutgoingFile[]} [files]
 * @property {boolean} [ready]         the server has all of its files
 * @property {"saving"|"queued"|"uploading"|"sending"|"waiting"|"failed"|"sent"} status
 * @property {string} [reason]         why it failed or waits
 * @property {boolean} [tried]         it was sent once: the server may have it
 * @property {boolean} [unkept]        only in the page's memory: the disk did not take it
 * @property {number} [retryAt]        ms since 1970
 * @property {string} [after]          the id it waits behind
 * @property {number} [seq]            once acknowledged
 */

/**
 * A file on its way: `upload` is its id at the server once it has begun, `done` how many bytes are there, `url` its bytes in this page.
 * @typedef {{name: string, size: number, type: string, width?: number, height?: number, upload?: string, done?: number, url?: string}} OutgoingFile
 */

/** @typedef {{type: "EditMessage"|"DeleteMessage"|"React"|"Pin", message_id: string, body?: string, emoji?: string, on?: boolean}} Command */

/**
 * @typedef {object} Thread
 * @property {string} room
 * @property {string} first            id of the message that it began with
 * @property {Message[]} messages      ascending by seq
 * @property {boolean} loading
 * @property {boolean} loaded
 * @property {boolean} before          earlier replies exist on the server
 * @property {string|null} failed
 */

/** @typedef {{message: Message, room: string, marks: [number, number][]}} Hit  `marks` count Unicode scalar values of the body */

/**
 * @typedef {object} Search
 * @property {string} text             as it stands in the field
 * @property {string} q                what is looked for
 * @property {string|null} asking      what the server is being asked
 * @property {string|null} answered    what `hits` are the answer to
 * @property {Hit[]} hits              the newest first
 * @property {string|null} next        where they go on
 * @property {string|null} refusal     why the server cannot look for it
 * @property {string|null} failed      why it could not be asked
 * @property {string|null} opened      id of the message that the reader went to
 * @property {Record<string, Room>} rooms  rooms of hits that the user is no member of
 */

/** @typedef {"connecting"|"catching-up"|"connected"|"offline"|"signed-out"} ConnectionStatus */

/**
 * @typedef {object} Connection
 * @property {ConnectionStatus} status
 * @property {number|null} retryAt     ms since 1970
 * @property {number|null} latency     ms
 * @property {string|null} reason
 * @property {number} total            events to catch up
 * @property {number} done
 */

/** @typedef {{total: number, online: number, members: User[], moderators: string[]}} People  `moderators`: ids of those who moderate the room */

/**
 * @typedef {object} State
 * @property {User|null} user
 * @property {"starting"|"in"|"out"} signIn
 * @property {string|null} signInReason
 * @property {string|null} invite      code of the invite that brought the visitor
 * @property {boolean} fresh           signed in just now: the server has not got its new cookie back yet
 * @property {string|null} session
 * @property {string|null} epoch
 * @property {Record<string, any>} limits
 * @property {{name: string, version: string}|null} server
 * @property {Connection} connection
 * @property {Record<string, Room>} rooms
 * @property {Record<string, Cursor>} cursors
 * @property {Record<string, number>} counted   up to which seq `unread` of the room is counted
 * @property {Record<string, number>} unconfirmedReads   read positions that the server has not confirmed
 * @property {Record<string, Timeline>} timelines
 * @property {Record<string, People>} people
 * @property {Record<string, UserRef[]>} typing
 * @property {Record<string, User>} users
 * @property {Outgoing[]} outbox
 * @property {string[]} throttled        rooms that go on one message at a time, since the server said "later"
 * @property {Record<string, string>} drafts
 * @property {string|null} current     id of the room on screen
 * @property {string|null} wanted      name or id of a room to open when it is added
 * @property {{room: string, seq: number}|null} linked  the message that an address led to
 * @property {string[]} recent         rooms by when they were last opened
 * @property {{room: string, at: number}|null} typed  our own typing, as it was last sent
 * @property {{visible: boolean, focused: boolean}} page
 * @property {"rooms"|"people"|null} drawer
 * @property {boolean} peopleShown
 * @property {boolean} folding         of each thread only the newest reply stands in the timeline
 * @property {string[]} ignored        ids of users whose messages do not notify
 * @property {string[]} followed       ids of messages whose threads the user follows: replies there notify
 * @property {Record<string, string|null>} muted  rooms in which the user may not write, until when
 * @property {Record<string, string[]>} pinned    ids of pinned messages, of rooms where they are known; the newest pin first
 * @property {Record<string, Message>} quoted     answered messages that are not in the loaded range
 * @property {Record<string, string|null>} replying  which message the next one in a room answers
 * @property {string|null} editing     id of the message that is being edited
 * @property {"room"|"thread"} editingIn  where it is being edited
 * @property {Record<string, {id: string, room: string}>} deleting  messages that go in a moment
 * @property {Thread|null} thread      the open one
 * @property {number|null} wantedSeq  the message to go to in the room that is `wanted`
 * @property {Search} search
 */

/** @typedef {{type: string, now: number, [field: string]: any}} Event */
/** @typedef {{do: string, [field: string]: any}} Effect */
/** @typedef {State | [State, Effect[]]} Step */
/** @typedef {Record<string, (state: State, event: any) => Step>} Handlers */

export {};
