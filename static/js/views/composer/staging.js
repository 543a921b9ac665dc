// @ts-check
// Files that are attached and not sent yet: each can be removed. Where pictures say where they were taken, that is taken out when they
// are sent, unless the writer wants it kept.
/** @import { App } from "../../app.js" */
/** @import { Prepared } from "../../kit/pictures.js" */
import { loadPreference, savePreference } from "../../disk/preferences.js";
import { byId, h, setAttr } from "../../kit/dom.js";
import { isPicture } from "../../kit/files.js";
import { icon } from "../../kit/icons.js";
import { byteSize, plural } from "../../kit/text.js";

/** The server takes no more with one message. */
const MOST = 10;
/** What the server takes when it has not said yet, in bytes. */
const LARGEST = 25 * 1024 * 1024;
const KEEP_METADATA = "chat:keep-metadata";
/** What a browser calls a picture that was pasted. */
const PASTED = /^image\.(png|jpe?g)$/;

/** @typedef {{file: File, url: string|null}} Staged */

/**
 * @param {App} app
 * @param {"room"|"thread"} box whose message box
 * @param {{changed: () => void, focus: () => void}} then called when the files are others; gives the box the focus
 */
export function staging(app, box, { changed, focus }) {
  const part = (/** @type {string} */ id) => byId(box === "thread" ? `thread-${id}` : id);
  const list = part("staged");
  const strip = /** @type {HTMLInputElement} */ (part("strip-metadata"));
  const chooser = /** @type {HTMLInputElement} */ (part("attach-input"));
  /** By room or thread. @type {Map<string, Staged[]>} */ const staged = new Map();
  /** @type {string|null} */ let place = null;

  part("attach").addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    add([...(chooser.files ?? [])]);
    chooser.value = "";
  });
  strip.checked = loadPreference(KEEP_METADATA) !== "yes";
  strip.addEventListener("change", () => savePreference(KEEP_METADATA, strip.checked ? "no" : "yes"));

  const here = () => (place ? (staged.get(place) ?? []) : []);

  /** @param {File[]} files */
  function add(files) {
    if (!place || !files.length) return;
    const limit = Number(app.state().limits["upload-bytes"] ?? LARGEST);
    const fitting = files.filter(({ size }) => size <= limit);
    const left = fitting.slice(0, Math.max(0, MOST - here().length));
    if (fitting.length < files.length) app.toast(`${files.find(({ size }) => size > limit)?.name} is too large: this server takes files of at most ${byteSize(limit)}.`);
    else if (left.length < fitting.length) app.toast(`A message takes at most ${MOST} files. Send these first.`);
    const more = left.map((file) => ({ file: named(file), url: isPicture(file) ? URL.createObjectURL(file) : null }));
    staged.set(place, [...here(), ...more]);
    draw();
    focus();
  }

  /** @param {Staged} one */
  function remove(one) {
    if (!place) return;
    if (one.url) URL.revokeObjectURL(one.url);
    staged.set(place, here().filter((other) => other !== one));
    draw();
    focus();
  }

  function draw() {
    const files = here();
    list.replaceChildren(...files.map((one) =>
      h("li", { class: "staged-file" },
        one.url ? h("img", { src: one.url, alt: "", width: 40, height: 40 }) : icon("file"),
        h("span", { class: "file-name" }, h("bdi", null, one.file.name)), h("span", { class: "note" }, byteSize(one.file.size)),
        h("button", { type: "button", class: "icon-button", "aria-label": `Remove ${one.file.name}`, title: "Remove", on: { click: () => remove(one) } }, icon("close")))));
    setAttr(list, "hidden", !files.length);
    setAttr(list, "aria-label", plural(files.length, "file to send", "files to send"));
    strip.checked = loadPreference(KEEP_METADATA) !== "yes"; // The other box may have set it.
    setAttr(part("metadata-row"), "hidden", !files.some(({ url }) => url));
    changed();
  }

  return {
    add,
    get any() {
      return here().length > 0;
    },
    /** Another room or thread is on screen. @param {string|null} id */
    enter(id) {
      if (place === id) return;
      place = id;
      draw();
    },
    /** What shall be sent now. @returns {Promise<Prepared[]>} */
    async take() {
      const taken = here();
      if (place) staged.delete(place);
      draw();
      const { prepare } = await import("../../kit/pictures.js");
      const prepared = await Promise.all(taken.map(({ file }) => prepare(file, !strip.checked)));
      for (const { url } of taken) if (url) URL.revokeObjectURL(url);
      return prepared;
    },
  };
}

/** @param {File} file */
const named = (file) => (PASTED.test(file.name) ? new File([file], file.name.replace("image", "screenshot"), { type: file.type }) : file);
