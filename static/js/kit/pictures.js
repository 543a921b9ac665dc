// @ts-check
// What the page makes of a picture before it is sent: its size, a small preview, and a file that does not say where it was taken.
import { isPicture } from "./files.js";
import { withoutMetadata } from "./metadata.js";

/** A preview is at most so large in the timeline, twice for fine screens, in px; and in its file, in bytes. */
const PREVIEW_SIDES = [720, 480, 320, 160];
const PREVIEW_BYTES = 65_536;
const PREVIEW_QUALITY = 0.75;
/** Of a picture that has to be drawn again. */
const QUALITY = 0.92;
/** What pixels take, at least; a picture of fewer bytes for a pixel than this in all is drawn by no device. */
const MOST_PIXELS = 100_000_000;

/** @typedef {{blob: Blob, preview: Blob|null, name: string, size: number, type: string, width?: number, height?: number}} Prepared */

/** @param {File} file @param {boolean} keepMetadata @returns {Promise<Prepared>} */
export async function prepare(file, keepMetadata) {
  const plain = { blob: file, preview: null, name: file.name || "file", size: file.size, type: file.type || "application/octet-stream" };
  if (!isPicture(file)) return plain;
  const blob = keepMetadata ? file : await stripped(file);
  const bitmap = await createImageBitmap(blob).catch(() => null);
  if (!bitmap) return { ...plain, blob, size: blob.size };
  const { width, height } = bitmap;
  const preview = await previewOf(bitmap, blob);
  bitmap.close();
  return { ...plain, blob, preview, size: blob.size, type: blob.type, width, height };
}

/** @param {File} file @returns {Promise<Blob>} */
async function stripped(file) {
  const left = withoutMetadata(new Uint8Array(await file.arrayBuffer()));
  if (!left) return file;
  if (!left.turned) return new Blob([left.bytes], { type: file.type });
  // Upright by its pixels, since nothing says any more how to turn it.
  const bitmap = await createImageBitmap(file).catch(() => null);
  const drawn = bitmap && (await drawnAgain(bitmap, 1, file.type, QUALITY));
  bitmap?.close();
  return drawn ?? new Blob([left.bytes], { type: file.type });
}

/** A picture that moves has none: it would stand still. One that is small needs none. @param {ImageBitmap} bitmap @param {Blob} blob @returns {Promise<Blob|null>} */
async function previewOf(bitmap, blob) {
  if (blob.size <= PREVIEW_BYTES || blob.type === "image/gif") return null;
  for (const side of PREVIEW_SIDES) {
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    // Browsers that cannot make WebP make PNG of it.
    for (const type of ["image/webp", "image/jpeg"]) {
      const made = await drawnAgain(bitmap, scale, type, PREVIEW_QUALITY);
      if (made && made.type === type && made.size <= PREVIEW_BYTES) return made;
    }
  }
  return null;
}

/** @param {ImageBitmap} bitmap @param {number} scale @param {string} type @param {number} quality @returns {Promise<Blob|null>} */
function drawnAgain(bitmap, scale, type, quality) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.width * canvas.height <= MOST_PIXELS ? canvas.getContext("2d") : null;
  if (!context) return Promise.resolve(null);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, type, quality));
}
