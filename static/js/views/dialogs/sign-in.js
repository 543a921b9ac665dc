// @ts-check
// The sign-in dialog: where the server makes no guests, or after this device was signed out.
/** @import { App } from "../../app.js" */
import { h } from "../../kit/dom.js";
import { field, form, openDialog } from "./dialog.js";

/** @param {App} app @param {string|null} reason */
export function openSignIn(app, reason) {
  const name = () => field("Name", { name: "name", required: true, autocomplete: "username", autocapitalize: "none", spellcheck: "false" });

  const mine = name();
  const password = field("Password", { name: "password", type: "password", autocomplete: "current-password", required: true });
  const withPassword = form("Sign in", () => app.actions.signIn({ name: mine.input.value.trim(), password: password.input.value }), mine.node, password.node);

  const code = field("Code", { name: "code", required: true, spellcheck: "false", autocapitalize: "none" }, "From the other device: /link shows one.");
  const withCode = form("Sign in", () => app.actions.signIn({ link_code: codeIn(code.input.value) }), code.node);
  const { invite } = app.state();
  const invited = invite ? way("I have an invite", withInvite(app, invite), true) : null;
  const ways = h("div", { class: "ways" }, invited, way("Name and password", withPassword, !invite), way("Code from another device", withCode));
  const dialog = openDialog(
    { name: "sign-in", label: "Sign in", title: invite ? "Welcome" : "Sign in", locked: true, focus: invite ? invited?.querySelector("input") ?? undefined : mine.input },
    reason ? h("p", { class: "lead", role: "status" }, reason) : null,
    ways,
  );

  app.actions.serverInfo().then(({ registration }) => {
    if (registration === "invite" && !invite) ways.append(way("I have an invite", withInvite(app)));
    if (registration === "open") ways.append(way("I am new here", form("Continue as a guest", () => app.actions.register({}), h("p", { class: "help" }, "You get a friendly name at once and can change it any time."))));
    if (registration === "closed") ways.append(h("p", { class: "help" }, "This server accepts no new users."));
  }, () => {}); // Without an answer there is still the password.
  return dialog;
}

/** @param {App} app @param {string} [code] */
function withInvite(app, code = "") {
  const name = field("Name you would like", { name: "new-name", required: true, maxlength: 32, autocomplete: "username", autocapitalize: "none", spellcheck: "false" });
  const invite = field("Invite code", { name: "invite", required: true, value: code, spellcheck: "false", autocapitalize: "none" });
  return form("Join", () => app.actions.register({ name: name.input.value.trim(), invite: invite.input.value.trim() }), name.node, invite.node);
}

/** @param {string} title @param {HTMLElement} body @param {boolean} [open] */
const way = (title, body, open) => h("details", { name: "way", open: open ?? false }, h("summary", null, title), body);

/** A whole link may be pasted too. @param {string} text */
const codeIn = (text) => /#link=([^&\s]+)/.exec(text)?.[1] ?? text.trim();
