// @ts-check
// All keys and commands, from the tables that run them.
/** @import { App } from "../../app.js" */
import { COMMANDS } from "../../keyboard/commands.js";
import { h } from "../../kit/dom.js";
import { KEYS, caps } from "../../keyboard/keys.js";
import { openDialog } from "./dialog.js";

const PLACES = { anywhere: "Anywhere", composer: "In the message box", messages: "On a message" };

/** @param {App} _app */
export function openHelp(_app) {
  const groups = Object.entries(PLACES).map(([where, title]) =>
    h("section", null, h("h3", null, title), h("dl", { class: "keys" }, ...KEYS.filter((key) => key.where === where).flatMap(({ keys, does }) => [
      h("dt", null, ...keys.filter((key) => !key.startsWith("Meta")).flatMap((key, at) => [at ? " or " : "", combination(key)])),
      h("dd", null, does),
    ]))),
  );
  const commands = h("section", null, h("h3", null, "Commands"), h("dl", { class: "keys" }, ...COMMANDS.flatMap(({ name, args, does }) => [
    h("dt", null, h("code", null, `/${name}${args ? ` ${args}` : ""}`)),
    h("dd", null, does),
  ])));
  openDialog({ name: "help", label: "Keys and commands", title: "Keys and commands" }, h("div", { class: "help-columns" }, ...groups, commands));
}

/** @param {string} key */
const combination = (key) => h("span", { class: "combo" }, ...caps(key).map((cap) => h("kbd", null, cap)));
