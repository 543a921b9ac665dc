// What pictures say of where and with what they were taken goes; the picture stays.
import assert from "node:assert/strict";
import test from "node:test";
import { withoutMetadata } from "../js/kit/metadata.js";

const ascii = (/** @type {string} */ text) => [...text].map((letter) => letter.charCodeAt(0));
const be32 = (/** @type {number} */ n) => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];
const le32 = (/** @type {number} */ n) => be32(n).reverse();
/** @param {number} marker @param {number[]} data */
const segment = (marker, data) => [0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255, ...data];
/** Exif with one field: how the picture is turned. @param {number} orientation @param {boolean} little */
const exif = (orientation, little) => {
  const field = little ? [0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0] : [1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
  const tiff = little ? [...ascii("II"), 42, 0, ...le32(8), 1, 0] : [...ascii("MM"), 0, 42, ...be32(8), 0, 1];
  return segment(0xe1, [...ascii("Exif"), 0, 0, ...tiff, ...field, ...ascii("GPS 51.5")]);
};
const SCAN = [...segment(0xda, [1, 2, 3]), 7, 0xff, 0, 9, 0xff, 0xd0, 5];
const END = [0xff, 0xd9];
const strip = (/** @type {number[]} */ bytes) => withoutMetadata(new Uint8Array(bytes));
const latin1 = (/** @type {Uint8Array} */ bytes) => String.fromCharCode(...bytes);

test("of a JPEG, Exif, XMP, IPTC, comments and all after its end go; profiles and the picture stay", () => {
  const jfif = segment(0xe0, ascii("JFIF"));
  const profile = segment(0xe2, ascii("ICC_PROFILE data"));
  const table = segment(0xdb, [1, 2, 3, 4]);
  const left = strip([0xff, 0xd8, ...jfif, ...exif(1, true), ...segment(0xe1, ascii("http://ns.adobe.com/xap GPS")), ...profile, ...segment(0xe2, ascii("MPF GPS")),
    ...segment(0xed, ascii("Photoshop GPS")), ...segment(0xfe, ascii("GPS")), ...table, ...SCAN, ...table, ...SCAN, ...END, 0xff, 0xd8, ...exif(1, true)]);
  assert.deepEqual([...(left?.bytes ?? [])], [0xff, 0xd8, ...jfif, ...profile, ...table, ...SCAN, ...table, ...SCAN, ...END]);
  assert.equal(left?.turned, false);
});

test("a JPEG that must be turned says so", () => {
  for (const little of [true, false]) {
    const of = (/** @type {number} */ orientation) => strip([0xff, 0xd8, ...exif(orientation, little), ...SCAN, ...END])?.turned;
    assert.deepEqual([1, 3, 6, 8].map(of), [false, true, true, true]);
  }
});

test("of a PNG, texts, Exif and all after its end go", () => {
  const chunk = (/** @type {string} */ kind, /** @type {number[]} */ data) => [...be32(data.length), ...ascii(kind), ...data, 0, 0, 0, 0];
  const begin = [0x89, ...ascii("PNG\r\n\x1a\n"), ...chunk("IHDR", [1, 2, 3])];
  const end = [...chunk("iCCP", [4]), ...chunk("IDAT", [5]), ...chunk("IEND", [])];
  const said = ["tEXt", "zTXt", "iTXt", "eXIf", "tIME"].flatMap((kind) => chunk(kind, ascii("GPS")));
  assert.deepEqual([...(strip([...begin, ...said, ...end, ...ascii("GPS")])?.bytes ?? [])], [...begin, ...end]);
});

test("of a WebP, Exif and XMP go, and its head no longer says that it has them", () => {
  const chunk = (/** @type {string} */ kind, /** @type {number[]} */ data) => [...ascii(kind), ...le32(data.length), ...data, ...(data.length % 2 ? [0] : [])];
  const body = [...chunk("VP8X", [0x2c, 0, 0, 0]), ...chunk("VP8 ", [1, 2, 3]), ...chunk("EXIF", ascii("GPS")), ...chunk("XMP ", ascii("GPS!"))];
  const left = strip([...ascii("RIFF"), ...le32(body.length + 4), ...ascii("WEBP"), ...body])?.bytes ?? new Uint8Array();
  const kept = [...chunk("VP8X", [0x20, 0, 0, 0]), ...chunk("VP8 ", [1, 2, 3])];
  assert.deepEqual([...left], [...ascii("RIFF"), ...le32(kept.length + 4), ...ascii("WEBP"), ...kept]);
});

test("what is no picture, or cut off, is left as it is, wherever it ends", () => {
  assert.equal(strip(ascii("hello")), null);
  const whole = [0xff, 0xd8, ...exif(6, true), ...SCAN, ...END];
  for (let length = 0; length < whole.length - 1; length++) assert.ok(strip(whole.slice(0, length)) === null, `${length} bytes`);
  assert.doesNotMatch(latin1(strip(whole)?.bytes ?? new Uint8Array()), /GPS/);
});
