// @ts-check
// What this browser is called in the list of devices: `Firefox on Linux`. A guess is good enough; nothing depends on it.

/** The first that is found names it: others claim to be Chrome and Safari too. */
const BROWSERS = [["Edg", "Edge"], ["OPR", "Opera"], ["Firefox", "Firefox"], ["Chrome", "Chrome"], ["Safari", "Safari"]];
const SYSTEMS = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["CrOS", "ChromeOS"], ["Linux", "Linux"]];

/** @param {string} agent as in `navigator.userAgent` */
export function deviceName(agent) {
  const find = (/** @type {string[][]} */ known) => known.find(([mark]) => agent.includes(mark))?.[1];
  return [find(BROWSERS) ?? "a browser", find(SYSTEMS)].filter(Boolean).join(" on ");
}
