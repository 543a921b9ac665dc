// @ts-check
// The few pictures on buttons, as paths on a 20 by 20 grid, drawn in the colour of the text.

const PATHS = {
  menu: "M3 6h14M3 10h14M3 14h14",
  people: "M7.5 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM2.5 16c.3-3 2.2-4.6 5-4.6s4.7 1.6 5 4.6M13 9.2a2.3 2.3 0 1 0-.6-4.5M14.4 11.7c1.8.5 2.9 2 3.1 4.3",
  search: "M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12ZM13.5 13.5 17 17",
  plus: "M10 4v12M4 10h12",
  settings: "M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4",
  close: "M5 5l10 10M15 5 5 15",
  send: "M3.5 10 16.5 4l-4 12.5-3-5.2zM9.5 11.3 16.5 4",
  down: "M10 4v11M5.5 10.5 10 15l4.5-4.5",
  copy: "M7 7V4h9v9h-3M4 7h9v9H4z",
  unread: "M12 4.2A7 7 0 1 0 15.8 8M15.5 2.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z",
  retry: "M15.5 8A6 6 0 1 0 16 11M16 4v4h-4",
  drop: "M4 6h12M8 6V4h4v2M6 6l.8 10h6.4L14 6",
  leave: "M11 4H5v12h6M9 10h8M14 7l3 3-3 3",
  edit: "M4 16l.8-3.6L13 4.2l2.8 2.8-8.2 8.2z",
  keys: "M3 5h14v10H3zM6 8h.01M9 8h.01M12 8h.01M14.5 8h.01M6.5 12h7",
  device: "M6 3h8v14H6zM9.5 14.5h1",
  laptop: "M4.5 4.5h11v8h-11zM2.5 15.5h15",
  terminal: "M3 4h14v12H3zM6 8l2.5 2L6 12M10.5 12.5H14",
  program: "M7 6 3 10l4 4M13 6l4 4-4 4",
  key: "M12.5 11a4 4 0 1 0-3.6-2.3L3.5 14v2.5H6V15h1.5v-1.5H9l1-1a4 4 0 0 0 2.5-1.5M13 6.5h.01",
  bell: "M5 14V9a5 5 0 0 1 10 0v5l1.2 1H3.8zM8.5 17h3",
  rows: "M3 5h14M3 8.3h14M3 11.7h14M3 15h14",
  before: "M12 5 7 10l5 5",
  file: "M5 3h6.5L15 6.5V17H5zM11.5 3v3.5H15",
  next: "M8 5l5 5-5 5",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3L10 5.7M11.5 8.5a3 3 0 0 0-4.3 0l-2.7 2.7a3 3 0 0 0 4.3 4.3l1.2-1.2",
  invite: "M8.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM3 16.5c.3-3 2.5-4.7 5.5-4.7 1.2 0 2.2.2 3.1.7M15 11v6M12 14h6",
  smile: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM7.5 8.2h.01M12.5 8.2h.01M7 11.5c.7 1.4 1.7 2 3 2s2.3-.6 3-2",
  reply: "M8 5 3.5 9.5 8 14M4 9.5h7.5c3 0 5 2 5 5.5",
  thread: "M3.5 4h13v8.5H9L5.5 16v-3.5h-2zM6.5 7h7M6.5 9.6h4.5",
  pin: "M7.5 3h5l-.6 5 2.6 2.5v1.5h-9v-1.5L8.1 8zM10 12v5",
  flag: "M5 17V3.5M5 4h10l-2.5 3.5L15 11H5",
  star: "M10 3l2.1 4.5 4.9.6-3.6 3.4 1 4.9L10 14l-4.4 2.4 1-4.9L3 8.1l4.9-.6z",
  lock: "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  archive: "M3 4h14v3.5H3zM4.5 7.5V16h11V7.5M8 10.5h4",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4.2l2.8 1.8",
  hide: "M3 10c2-3.4 4.3-5 7-5s5 1.6 7 5c-2 3.4-4.3 5-7 5s-5-1.6-7-5ZM4 16 16 4",
  shield: "M10 3l6 2v4.5c0 3.6-2.3 6-6 7.5-3.7-1.5-6-3.9-6-7.5V5z",
  list: "M7 5h10M7 10h10M7 15h10M3.5 5h.01M3.5 10h.01M3.5 15h.01",
  speak: "M4 4.5h12v8.5H10l-3.5 3V13H4z",
};

/** @param {keyof typeof PATHS} name @returns {SVGElement} */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
