// The service worker: keeps the page's own files, so that it opens without the network. It never touches the API or the
// socket; what was said and what waits to be sent is in the page's own storage.

const CACHE = "chat-page-1";
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
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || !isOurs(url.pathname)) return;
  event.respondWith(freshOrKept(request, url.pathname));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then(([page]) => (page ? page.focus() : self.clients.openWindow("/"))),
  );
});

/** @param {string} path */
const isOurs = (path) => path === "/" || path === "/manifest.webmanifest" || /^\/(css|js|icons)\//.test(path);

/** The page and its modules name all files themselves. */
async function keepAll() {
  const cache = await caches.open(CACHE);
  const wanted = new Set(["/"]);
  for (const path of wanted) {
    const file = await fetch(path, { cache: "no-cache" });
    if (!file.ok || !isFromServer(file, path)) throw new Error(`${path} answered ${file.status}`);
    const names = /\.(css|svg|webmanifest)$/.test(path) ? [] : namedIn(await file.clone().text());
    for (const name of names) wanted.add(new URL(name, new URL(path, location.origin)).pathname);
    await cache.put(path, file);
  }
}

/** Files that a page or a module refers to. @param {string} text */
function namedIn(text) {
  const page = text.matchAll(/(?:href|src)="((?:css|js|icons)\/[^"]+|manifest\.webmanifest)"/g);
  const modules = text.matchAll(/^import [^;]*?"(\.[^"]+)"|\bimport\("(\.[^"]+)"\)/gm);
  return [...page, ...modules].map((found) => found[1] ?? found[2]);
}

async function forgetOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("chat-page-") && name !== CACHE).map((name) => caches.delete(name)));
}

/** @param {Request} request @param {string} path */
async function freshOrKept(request, path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path);
  const fresh = fetch(request).then((answer) => {
    if (answer.ok && isFromServer(answer, path)) cache.put(path, answer.clone());
    return answer;
  });
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
  if (path === "/") return headers.get("Content-Security-Policy")?.includes("trusted-types chat") ?? false;
  return !headers.get("Content-Type")?.startsWith("text/html");
}
