// @ts-check
// Where and with what a picture was taken, taken out of its file. The picture itself stays byte for byte. Pure.
//
// JPEG, PNG and WebP keep such things in pieces of their own, which are left out: Exif, XMP, IPTC, comments, texts. What the picture
// needs to look right stays: colour profiles, and how it is turned.

/** @typedef {{bytes: Uint8Array<ArrayBuffer>, turned: boolean}} Stripped `turned`: it must be turned to be seen upright, which is no longer said */

const text = (/** @type {Uint8Array} */ bytes, /** @type {number} */ at, /** @type {number} */ length) => String.fromCharCode(...bytes.subarray(at, at + length));

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Stripped|null} null: it is no such picture, or not a whole one */
export function withoutMetadata(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpeg(bytes);
  if (text(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return png(bytes);
  if (text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 4) === "WEBP") return webp(bytes);
  return null;
}

/** @param {Uint8Array<ArrayBuffer>[]} pieces */
function joined(pieces) {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const APP0 = 0xe0;
const EXIF = 0xe1;
const PROFILE = 0xe2;
const ADOBE = 0xee;
const LAST_APP = 0xef;
const COMMENT = 0xfe;
const SCAN = 0xda;
const END = 0xd9;

/** Where the data of a scan ends: at the next marker. @param {Uint8Array} bytes @param {number} from */
function endOfScan(bytes, from) {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    const isData = next === 0 || next === 0xff || (next >= 0xd0 && next <= 0xd7);
    if (!isData) return at;
  }
  return bytes.length;
}

/** What follows the end is no part of the picture: further pictures, a film, each with metadata of its own. @param {Uint8Array<ArrayBuffer>} bytes @returns {Stripped|null} */
function jpeg(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.subarray(0, 2)];
  let turned = false;
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff) return null;
    const segment = at + 2 + view.getUint16(at + 2);
    const end = marker === SCAN ? endOfScan(bytes, segment) : segment;
    if (end > bytes.length) return null;
    if (marker === EXIF && text(bytes, at + 4, 4) === "Exif") turned ||= isTurned(new DataView(bytes.buffer, bytes.byteOffset + at + 10, Math.max(0, end - at - 10)));
    const isProfile = marker === PROFILE && text(bytes, at + 4, 11) === "ICC_PROFILE";
    const isPicture = marker < APP0 || (marker > LAST_APP && marker !== COMMENT) || marker === APP0 || marker === ADOBE || isProfile;
    if (isPicture) kept.push(bytes.subarray(at, end));
    if (marker === SCAN && bytes[end] === 0xff && bytes[end + 1] === END) return { bytes: joined([...kept, bytes.subarray(end, end + 2)]), turned };
    at = end;
  }
  return null;
}

const ORIENTATION = 0x0112;

/** What Exif says of how the picture is to be turned. @param {DataView} tiff */
function isTurned(tiff) {
  if (tiff.byteLength < 14) return false;
  const little = tiff.getUint16(0) === 0x4949;
  const first = tiff.getUint32(4, little);
  if (first + 2 > tiff.byteLength) return false;
  const entries = tiff.getUint16(first, little);
  for (let at = first + 2; at + 12 <= Math.min(first + 2 + entries * 12, tiff.byteLength); at += 12) {
    if (tiff.getUint16(at, little) === ORIENTATION) return tiff.getUint16(at + 8, little) > 1;
  }
  return false;
}

/** Chunks that say something other than the picture. */
const WORDS = new Set(["tEXt", "zTXt", "iTXt", "eXIf", "tIME"]);

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Stripped|null} */
function png(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.subarray(0, 8)];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const kind = text(bytes, at + 4, 4);
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) return null;
    if (!WORDS.has(kind)) kept.push(bytes.subarray(at, end));
    // What follows the end is no part of the picture.
    if (kind === "IEND") return { bytes: joined(kept), turned: false };
    at = end;
  }
  return null;
}

/** In the flags of an extended file: it has Exif, it has XMP. */
const HAS_METADATA = 0x0c;

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Stripped|null} */
function webp(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.slice(0, 12)];
  let at = 12;
  while (at + 8 <= bytes.length) {
    const kind = text(bytes, at, 4);
    const size = view.getUint32(at + 4, true);
    const end = at + 8 + size + (size % 2);
    if (at + 8 + size > bytes.length) return null;
    const chunk = bytes.slice(at, end);
    if (kind === "VP8X") chunk[8] &= ~HAS_METADATA;
    if (kind !== "EXIF" && kind !== "XMP ") kept.push(chunk);
    at = end;
  }
  const all = joined(kept);
  new DataView(all.buffer).setUint32(4, all.length - 8, true);
  return { bytes: all, turned: false };
}
