// @ts-check
// A picture as large as the window lets it be; the arrows go to the other pictures that are loaded of the room.
/** @import { App } from "../../app.js" */
/** @import { State, Attachment, Message } from "../../types.js" */
import { filePath, isPicture } from "../../kit/files.js";
import { h, setAttr, setText } from "../../kit/dom.js";
import { icon } from "../../kit/icons.js";
import { byteSize } from "../../kit/text.js";
import { fullTime } from "../../kit/time.js";
import { onKey } from "../../keyboard/listen.js";
import { openDialog } from "./dialog.js";

/** @param {App} app @param {string} [id] of an attachment */
export function openPicture(app, id) {
  const pictures = picturesOf(app.state());
  let at = Math.max(0, pictures.findIndex(({ file }) => file.id === id));
  if (!pictures.length) return;
  const image = h("img", { class: "viewer-picture", alt: "", decoding: "async" });
  const about = h("p", { class: "note", role: "status" });
  const save = h("a", { class: "small viewer-save" }, "Download");
  const before = h("button", { type: "button", class: "icon-button", "aria-label": "Picture before", title: "Picture before (←)", on: { click: () => step(-1) } }, icon("before"));
  const next = h("button", { type: "button", class: "icon-button", "aria-label": "Next picture", title: "Next picture (→)", on: { click: () => step(1) } }, icon("next"));
  const dialog = openDialog({ name: "picture", label: "Picture", title: "Picture", focus: "title" },
    h("div", { class: "viewer" }, image), h("div", { class: "viewer-foot" }, before, about, save, next));
  image.addEventListener("error", () => setText(about, "This picture cannot be shown. Download it, or try again when the server can be reached."));

  /** @param {number} by */
  function step(by) {
    at = Math.min(Math.max(at + by, 0), pictures.length - 1);
    show();
  }

  function show() {
    const { file, message } = pictures[at];
    const path = filePath(file.id, file.name);
    setAttr(image, "width", file.width ?? null);
    setAttr(image, "height", file.height ?? null);
    setAttr(image, "alt", file.name);
    setAttr(image, "src", path);
    setAttr(save, "href", path);
    setAttr(save, "download", file.name);
    setText(about, [file.name, byteSize(file.size), `${message.author.name}, ${fullTime(message.sent_at)}`].join(" · "));
    before.disabled = at === 0;
    next.disabled = at === pictures.length - 1;
  }

  onKey(dialog, (event) => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (!by) return;
    event.preventDefault();
    step(by);
  });
  show();
}

/** Those of the open thread, or of the room on screen. @param {State} state @returns {{file: Attachment, message: Message}[]} */
function picturesOf({ current, timelines, thread }) {
  const items = current ? (timelines[current]?.items ?? []) : [];
  const messages = [...items.flatMap((item) => (item.kind === "message" ? [item.message] : [])), ...(thread?.messages ?? [])];
  const bySeq = [...new Map(messages.map((message) => [message.seq, message])).values()].sort((a, b) => a.seq - b.seq);
  return bySeq.flatMap((message) => (message.attachments ?? []).filter(isPicture).map((file) => ({ file, message })));
}
