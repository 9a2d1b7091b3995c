/** The only place that makes elements. Text always becomes text nodes; markup is never parsed. */

/** @typedef {Node|string|number|null|undefined|false} Child */

/**
 * Make an element: `h("button.primary", {onclick}, "Send")`.
 * @param {string} spec  tag and classes
 * @param {Record<string, any>|null} [props]  attributes; `on…` functions become listeners
 * @param {...(Child|Child[])} children
 * @returns {any} the element
 */
export function h(spec, props, ...children) {
  const [tag, ...classes] = spec.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter(present).map(asNode));
  return element;
}

/** @param {Child} child @returns {child is Node|string|number} */
function present(child) {
  return child !== null && child !== undefined && child !== false && child !== "";
}

/** @param {Child} child */
function asNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

/** Put children in place of what an element held. @param {Element} parent @param {...Child} children */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.filter(present).map(asNode));
}

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  send: "M12 19V5M6 11l6-6 6 6",
  plus: "M12 5v14M5 12h14",
  photo: "M4 7h4l1.5-2h5L16 7h4v12H4zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7",
  sun: "M12 4V2M12 22v-2M4 12H2M22 12h-2M6 6 5 5M19 19l-1-1M6 18l-1 1M19 5l-1 1M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0",
  moon: "M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20a7.5 7.5 0 0 1 15 0",
  close: "M6 6l12 12M18 6 6 18",
  down: "M12 5v14M6 13l6 6 6-6",
  right: "M9 6l6 6-6 6",
  clause: "M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  no: "M7 7l10 10M17 7 7 17",
};

/** A decorative line icon. @param {keyof typeof PATHS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" }))
    svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
