// @ts-check
// The files that a message carries: pictures in the place that they will need, so that no line moves when they come, and
// everything else by its name and size.
/** @import { App } from "../../app.js" */
/** @import { Attachment, Message } from "../../types.js" */
import { filePath, isPicture } from "../../kit/files.js";
import { h } from "../../kit/dom.js";
import { icon } from "../../kit/icons.js";
import { byteSize } from "../../kit/text.js";

/** The largest that a picture is in the timeline, in px. */
const WIDEST = 360;
const TALLEST = 320;
/** The place of a picture of which nobody knows the size. */
const UNKNOWN = { width: 240, height: 160 };

/** What makes them look as they do. @param {Message|undefined} message */
export const filesKey = (message) => message?.attachments?.map(({ id, url }) => id + (url ?? "")).join() ?? "";

/** @param {App} app @param {Message} message @returns {HTMLElement|null} */
export function filesOf(app, { attachments = [], deleted }) {
  if (!attachments.length || deleted) return null;
  return h("ul", { class: "files", role: "list", "aria-label": "Files" }, ...attachments.map((file) => h("li", null, isPicture(file) ? picture(app, file) : card(file))));
}

/** @param {App} app @param {Attachment} file */
function picture(app, file) {
  const { name, url, preview } = file;
  const size = place(file);
  const src = url ?? (file.upload === null ? null : filePath(preview ?? file.id, name));
  // One that is on its way and whose bytes are not at hand: what was read from the disk after a reload.
  if (!src) return card(file);
  const image = h("img", { src, alt: name, width: size.width, height: size.height, loading: "lazy", decoding: "async", draggable: "false" });
  const button = h("button", { type: "button", class: "picture", title: name, "aria-label": `Picture ${name}`, on: { click: () => app.open("picture", file.id) } }, image);
  // What cannot be shown can perhaps be downloaded.
  image.addEventListener("error", () => button.replaceWith(card(file)));
  if (url) button.disabled = true;
  return button;
}

/** How large it is shown. @param {Attachment} file */
function place({ width, height }) {
  if (!width || !height) return UNKNOWN;
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** @param {Attachment} file */
function card(file) {
  const { id, name, size, upload } = file;
  const words = [icon("file"), h("span", { class: "file-name" }, h("bdi", null, name)), h("span", { class: "note" }, byteSize(size))];
  return upload === undefined ? h("a", { class: "file", href: filePath(id, name), download: name }, ...words) : h("span", { class: "file" }, ...words);
}
