// @ts-check
// What this browser is called in the list of devices: `Firefox on Linux`. A guess is good enough; nothing depends on it.

/** The first that is found names it: others claim to be Chrome and Safari too. */
const BROWSERS = [["Edg", "Edge"], ["OPR", "Opera"], ["Firefox", "Firefox"], ["Chrome", "Chrome"], ["Safari", "Safari"]];
const SYSTEMS = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["CrOS", "ChromeOS"], ["Linux", "Linux"]];

/** A session's client as its owner would call it, and what kind of device it is. @param {string|null} client as the server tells it
 * @returns {{label: string, kind: "device"|"laptop"|"terminal"|"program"}} */
export function describeDevice(client) {
  const [, program, place] = /^([^/\s(]+)[^(]*(?:\(([^)]*)\))?/.exec(client ?? "") ?? [];
  if (program === "chat-tui") return { label: place ? `Terminal · ${place}` : "Terminal", kind: "terminal" };
  if (program === "chat-web" || program === "Mozilla") {
    const label = program === "Mozilla" ? deviceName(client ?? "") : (place ?? "A browser");
    return { label, kind: /Android|iPhone|iPad/.test(label) ? "device" : "laptop" };
  }
  return { label: client || "A program", kind: "program" };
}

/** @param {string} agent as in `navigator.userAgent` */
export function deviceName(agent) {
  const find = (/** @type {string[][]} */ known) => known.find(([mark]) => agent.includes(mark))?.[1];
  return [find(BROWSERS) ?? "a browser", find(SYSTEMS)].filter(Boolean).join(" on ");
}
