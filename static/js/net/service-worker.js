// @ts-check
// Registers the service worker, where the browser allows one: it opens the page without the network.

const WORKER = new URL("/sw.js", location.href).href;

export async function registerWorker() {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(/** @type {any} */ (trusted(WORKER)), { type: "classic" });
  } catch (error) {
    console.warn("chat: the page will not open without the network", error);
  }
}

/** The page's only trusted type: nothing but the worker's own address ever becomes a script. @param {string} url */
function trusted(url) {
  const { trustedTypes } = /** @type {any} */ (window);
  if (!trustedTypes) return url;
  const policy = trustedTypes.createPolicy("chat", {
    createScriptURL(/** @type {string} */ wanted) {
      if (wanted !== WORKER) throw new TypeError("only the page's own worker may run");
      return wanted;
    },
  });
  return policy.createScriptURL(url);
}
