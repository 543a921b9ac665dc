// The service worker: keeps the page's own files, so that it opens without the network. It never touches the API or the
// socket; what was said and what waits to be sent is in the page's own storage.
//
// Scripts and styles stand under the version that they belong to. A document names only those of its own version, so that
// old and new never meet: a page of an older version goes on with the files that were kept for it.

/** The server fills these in: its page's version, and the files of it beside the document. */
const VERSION = "";
const FILES = [];

const PREFIX = "chat-page-";
const CACHE = PREFIX + VERSION;
/** The document is the same at each of the page's addresses, and is kept under this one. */
const DOCUMENT = "/";
/** Versions that are kept: this one, and the one before it for pages that are still open. */
const KEPT = 2;
/** On a network that does not answer, the kept file is shown after this, in ms. */
const PATIENCE = 3000;

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/assets/")) event.respondWith(keptOrFetched(request));
  else if (pathname === "/" || pathname.startsWith("/rooms/")) event.respondWith(freshOrKept(request, DOCUMENT));
  else if (FILES.includes(pathname)) event.respondWith(freshOrKept(request, pathname));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then(([page]) => (page ? page.focus() : self.clients.openWindow("/"))),
  );
});

/** All of this version or nothing: the server may have another one by now, and then the browser tries again later. */
async function keepAll() {
  const cache = await caches.open(CACHE);
  const files = await Promise.all(
    [DOCUMENT, ...FILES].map(async (path) => {
      // What is addressed by its version never changes, so the browser's own copy will do.
      const file = await fetch(path, { cache: path.startsWith("/assets/") ? "default" : "no-cache" });
      if (!file.ok || !isFromServer(file, path)) throw new Error(`${path} answered ${file.status}`);
      return { path, file };
    }),
  );
  if (!(await ofThisVersion(files[0].file.clone()))) throw new Error("the server has another version by now");
  await Promise.all(files.map(({ path, file }) => cache.put(path, file)));
}

/** @param {Response} document */
const ofThisVersion = async (document) => (await document.text()).includes(`/assets/${VERSION}/`);

/** Caches are listed in the order in which they were made. */
async function forgetOlder() {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.slice(0, Math.max(0, others.length + 1 - KEPT)).map((name) => caches.delete(name)));
}

/** A file of any version: what is kept of it is what it is. @param {Request} request */
const keptOrFetched = async (request) => (await caches.match(request.url)) ?? fetch(request);

/** The server's answer, if it comes soon and is a page. @param {Request} request @param {string} path under which it is kept */
async function freshOrKept(request, path) {
  const kept = await (await caches.open(CACHE)).match(path);
  const fresh = fetch(request);
  if (!kept) return fresh;
  const trusted = fresh.then((answer) => (isUsable(answer, path) ? answer : kept));
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  return Promise.race([trusted.catch(() => kept), late]);
}

/** A proxy whose server is down, or a hotel's sign-in page, answers in the server's place: then the kept file is better. A
 * redirection or a question for credentials is for the reader to follow. @param {Response} answer @param {string} path */
function isUsable(answer, path) {
  if (answer.ok) return isFromServer(answer, path);
  return answer.type === "opaqueredirect" || [401, 403, 407].includes(answer.status);
}

/** The server's page names its own policy; its other files are never HTML. @param {Response} answer @param {string} path */
function isFromServer({ headers }, path) {
  if (path === DOCUMENT) return headers.get("Content-Security-Policy")?.includes("trusted-types chat") ?? false;
  return !headers.get("Content-Type")?.startsWith("text/html");
}
