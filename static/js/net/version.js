// @ts-check
// The version of this page: its own files stand under an address that names it, and a server that was upgraded has
// nothing there any more.

/** @returns {Promise<boolean>} whether the server serves another version by now */
export async function isOutdated() {
  const own = /** @type {HTMLLinkElement|null} */ (document.querySelector('link[rel="stylesheet"]'));
  if (!own) return false;
  try {
    // The worker answers what is read with GET, perhaps with what it kept; this is for the server.
    return (await fetch(own.href, { method: "HEAD", cache: "no-store" })).status === 404;
  } catch {
    return false;
  }
}
