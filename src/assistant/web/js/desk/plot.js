/** Small plots of SVG elements; no library, no markup. Each has its figures in a table beside it for readers. */

import { h } from "../dom.js";
import { number } from "../format.js";
import { t } from "../i18n/index.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 520;
const HEIGHT = 170;
const LEFT = 34;
const BOTTOM = 22;

/** @param {string} name @param {Record<string, string|number>} attributes @param {...(Node|string)} children */
function s(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * Bars over days, or over anything in order.
 * @param {string} title @param {{label: string, value: number}[]} points
 */
export function bars(title, points) {
  const most = Math.max(1, ...points.map((point) => point.value));
  const step = (WIDTH - LEFT) / Math.max(points.length, 1);
  const high = (/** @type {number} */ value) => ((HEIGHT - BOTTOM - 8) * value) / most;
  const shownEach = Math.ceil(points.length / 7);
  const drawn = points.flatMap(({ label, value }, at) => [
    s("rect", { class: "bar-rect", x: (LEFT + at * step + step * 0.15).toFixed(1), y: (HEIGHT - BOTTOM - high(value)).toFixed(1),
      width: (step * 0.7).toFixed(1), height: high(value).toFixed(1), rx: 2 }, s("title", {}, `${label}: ${number(value)}`)),
    ...(at % shownEach === 0 ? [s("text", { class: "plot-label", x: Math.min(LEFT + (at + 0.5) * step, WIDTH - 16).toFixed(1), y: HEIGHT - 6, "text-anchor": "middle" }, label)] : []),
  ]);
  return figure(title, points, s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot", "aria-hidden": "true" },
    s("line", { class: "plot-line", x1: LEFT, x2: WIDTH, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM }),
    s("text", { class: "plot-label", x: LEFT - 6, y: 14, "text-anchor": "end" }, number(most)),
    s("text", { class: "plot-label", x: LEFT - 6, y: HEIGHT - BOTTOM, "text-anchor": "end" }, "0"), ...drawn));
}

/** Shares of named things, the longest first. @param {string} title
 * @param {{label: string, value: number, shown?: string}[]} points  value from 0 up
 * @param {number} [whole]  what fills a row; else the largest */
export function rows(title, points, whole) {
  const most = whole ?? Math.max(1e-9, ...points.map((point) => point.value));
  return h("figure.plot-box", null, h("figcaption", null, title),
    points.length === 0 ? h("p.quiet", null, t("report.none")) : h("dl.bars", null, points.map(({ label, value, shown }) =>
      h("div", null, h("dt", null, label), h("dd", null,
        s("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", class: "share", "aria-hidden": "true" },
          s("rect", { class: "bar-rect", x: 0, y: 0, height: 10, width: ((100 * value) / most).toFixed(1), rx: 1 })),
        h("span", null, shown ?? number(value)))))));
}

/** @param {string} title @param {{label: string, value: number}[]} points @param {Node} drawing */
function figure(title, points, drawing) {
  return h("figure.plot-box", null, h("figcaption", null, title), drawing,
    h("table.hidden", null, h("caption", null, title), h("tbody", null, points.map(({ label, value }) =>
      h("tr", null, h("th", { scope: "row" }, label), h("td", null, number(value)))))));
}
