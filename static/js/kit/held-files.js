// @ts-check
// The bytes of files on their way, in the memory of this page, by the message that carries them.

/** @typedef {{blob: Blob, preview: Blob|null}} Held */

/** @type {Map<string, Held[]>} */
export const heldFiles = new Map();
