// @ts-check
// Uploads by tus 1.0: a file begins, its bytes are appended piece by piece, and after a cut it goes on where the server says. In place
// of `fetch`, which tells nothing of how far a body has come.
import { ApiError, actingHeaders, refused } from "./api.js";

/** Bytes of a request: what a proxy that keeps whole requests holds back, and what is lost at a cut. */
const PIECE = 8 * 1024 * 1024;
/** A line on which nothing moves is given up, in ms. */
const SILENCE = 20_000;
const UPLOADS = "/api/uploads";
const NOT_FOUND = 404;
const CONFLICT = 409;

/** @typedef {{name: string, width?: number, height?: number, preview?: string|null}} About */
/** @typedef {{began?: (id: string) => void, moved?: (done: number) => void, signal: AbortSignal}} How */

/** Uploads a file, or what is missing of it. @param {Blob} blob @param {About} about @param {string|null} known its id, if it has begun @param {How} how
 * @returns {Promise<string>} its id */
export async function upload(blob, about, known, { began, moved, signal }) {
  let done = known === null ? null : await offsetOf(known, signal);
  let id = known;
  if (id === null || done === null) {
    id = await begin(blob, about, signal);
    began?.(id);
    done = 0;
  }
  while (done < blob.size) {
    moved?.(done);
    /** @type {number} */ const from = done;
    try {
      const answer = await exchange("PATCH", `${UPLOADS}/${id}`, { "Upload-Offset": String(from), "Content-Type": "application/offset+octet-stream" },
        blob.slice(from, from + PIECE), { signal, moved: (bytes) => moved?.(from + bytes) });
      done = Number(answer.getResponseHeader("Upload-Offset"));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== CONFLICT) throw error;
      // More of it came than we were told.
      done = await offsetOf(id, signal);
      if (done === null || done === from) throw error;
    }
  }
  return id;
}

/** Gives up one that no message carries. @param {string} id */
export const giveUp = (id) => exchange("DELETE", `${UPLOADS}/${id}`, {}, null, { signal: new AbortController().signal }).catch(() => {});

/** @param {Blob} blob @param {About} about @param {AbortSignal} signal @returns {Promise<string>} */
async function begin(blob, { name, width, height, preview }, signal) {
  const fields = Object.entries({ filename: name, width, height, preview }).filter(([, value]) => value !== undefined && value !== null);
  const metadata = fields.map(([key, value]) => `${key} ${base64(String(value))}`).join(",");
  const answer = await exchange("POST", UPLOADS, { "Upload-Length": String(blob.size), "Upload-Metadata": metadata }, null, { signal });
  return (answer.getResponseHeader("Location") ?? "").split("/").pop() ?? "";
}

/** How far it has come; null: there is no such upload any more. @param {string} id @param {AbortSignal} signal @returns {Promise<number|null>} */
async function offsetOf(id, signal) {
  try {
    return Number((await exchange("HEAD", `${UPLOADS}/${id}`, {}, null, { signal })).getResponseHeader("Upload-Offset"));
  } catch (error) {
    if (error instanceof ApiError && error.status === NOT_FOUND) return null;
    throw error;
  }
}

/** @param {string} text */
const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** @param {string} method @param {string} path @param {Record<string, string>} headers @param {Blob|null} body @param {{signal: AbortSignal, moved?: (bytes: number) => void}} how
 * @returns {Promise<XMLHttpRequest>} */
function exchange(method, path, headers, body, { signal, moved }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    /** @type {ReturnType<typeof setTimeout>|undefined} */ let silence;
    const awake = () => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE);
    };
    const stop = () => request.abort();
    request.open(method, path);
    for (const [name, value] of Object.entries({ "Tus-Resumable": "1.0.0", ...actingHeaders(), ...headers })) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => (awake(), moved?.(loaded));
    request.onloadend = () => {
      clearTimeout(silence);
      signal.removeEventListener("abort", stop);
      const { status } = request;
      if (status >= 200 && status < 300) resolve(request);
      else if (status === 0) reject(new ApiError(0, "unreachable", "The connection broke."));
      else reject(refused(status, parsed(request.responseText), request.getResponseHeader("Retry-After")));
    };
    signal.addEventListener("abort", stop);
    awake();
    request.send(body);
  });
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
