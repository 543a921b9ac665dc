// A headless browser, spoken to through a pipe, as far as pictures need it.

import { spawn } from "node:child_process";

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-pipe",
];

export class Browser {
  #process;
  #calls = new Map();
  #rest = "";
  #last = 0;

  static async start(profile) {
    return new Browser(process.env.CHROMIUM ?? "chromium", profile);
  }

  constructor(program, profile) {
    const stdio = ["ignore", "ignore", "ignore", "pipe", "pipe"];
    this.#process = spawn(program, [...FLAGS, `--user-data-dir=${profile}`], { stdio });
    this.#process.stdio[4].setEncoding("utf8").on("data", (data) => this.#read(data));
  }

  #read(data) {
    const parts = (this.#rest + data).split("\0");
    this.#rest = parts.pop();
    for (const { id, result, error } of parts.map((part) => JSON.parse(part))) {
      const call = this.#calls.get(id);
      this.#calls.delete(id);
      if (error) call?.reject(new Error(error.message));
      else call?.resolve(result);
    }
  }

  call(method, params = {}, sessionId = undefined) {
    const id = ++this.#last;
    this.#process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject }));
  }

  /** A window with nothing in it, and with cookies of its own. */
  async open({ width, height, dark = false, phone = false, scale = 2 }) {
    const { browserContextId } = await this.call("Target.createBrowserContext");
    const { targetId } = await this.call("Target.createTarget", { url: "about:blank", browserContextId });
    const { sessionId } = await this.call("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page((method, params) => this.call(method, params, sessionId));
    await page.call("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: scale, mobile: phone });
    const features = [
      { name: "prefers-color-scheme", value: dark ? "dark" : "light" },
      { name: "prefers-reduced-motion", value: "reduce" },
    ];
    await page.call("Emulation.setEmulatedMedia", { features });
    return page;
  }

  /** A window that shows this HTML, as large as it says. */
  async show({ html, width, height }) {
    const page = await this.open({ width, height });
    await page.run(`document.documentElement.innerHTML = ${JSON.stringify(html)}; document.fonts.ready.then(() => true)`);
    return page;
  }

  async close() {
    await this.call("Browser.close");
    await new Promise((ended) => this.#process.once("exit", ended));
  }
}

class Page {
  constructor(call) {
    this.call = call;
  }

  async run(expression) {
    const { result, exceptionDetails } =
      await this.call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression is true in the page. */
  async until(expression) {
    for (let tries = 0; tries < 300; tries += 1) {
      // A page that is being loaded has no place to ask in.
      if (await this.run(expression).catch(() => false)) return;
      await new Promise((wake) => setTimeout(wake, 100));
    }
    throw new Error(`never so in the page: ${expression}`);
  }

  async signIn(url, { name, password }) {
    // A page of the server that does nothing by itself, so that no guest is made.
    await this.call("Page.navigate", { url: `${url}/healthz` });
    await this.until(`location.pathname === "/healthz" && document.readyState === "complete"`);
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name, password }) };
    await this.until(`fetch("/api/sessions", ${JSON.stringify(init)}).then((answer) => answer.ok)`);
    await this.call("Page.navigate", { url });
  }

  sees(text) {
    return this.until(`document.body.innerText.includes(${JSON.stringify(text)})`);
  }

  /** Presses what leads to the newest message. */
  async readToTheEnd() {
    await this.run(`document.getElementById("pill").click()`);
    await this.until(`document.getElementById("pill").hidden`);
  }

  async screenshot() {
    const { data } = await this.call("Page.captureScreenshot", { format: "png" });
    return Buffer.from(data, "base64");
  }
}
