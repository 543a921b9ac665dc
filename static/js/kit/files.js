// @ts-check
// Files of messages: which of them the page shows as pictures, and where their bytes are. Pure.

/** What the server serves as a picture; the type is what its first bytes say. */
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** @param {{type: string}} file */
export const isPicture = ({ type }) => PICTURES.has(type);

/** @param {string} id of an upload @param {string} name what a download shall be called */
export const filePath = (id, name) => `/api/uploads/${encodeURIComponent(id)}/${encodeURIComponent(name)}`;
