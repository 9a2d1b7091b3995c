/** The parcels of an order: tracking, contents, and the scans on demand. */

import { h } from "../dom.js";
import { moment, number } from "../format.js";
import { coded, t, text } from "../i18n/index.js";
import { codeTag, fold, pair } from "./parts.js";

/** @param {any[]} shipments @param {any[]} lines of the order, to name what a parcel holds */
export function shipmentList(shipments, lines) {
  return h("div.parcels", null, shipments.map((shipment, index) => parcel(shipment, index, lines)));
}

/** @param {any} shipment @param {number} index @param {any[]} lines */
function parcel(shipment, index, lines) {
  const events = shipment.events ?? [];
  return h("section.parcel", null,
    h("div.card-head", null,
      h("h4", null, [t("shipment.n", { n: number(index + 1) }), text(shipment.carrier)].filter(Boolean).join(" · ")),
      codeTag("parcel", shipment.status)),
    h("dl", null,
      pair(t("shipment.tracking"), h("span.code", null, shipment.tracking || t("shipment.none"))),
      shipment.lines?.length > 0 && pair(t("shipment.contents"), contents(shipment.lines, lines))),
    events.length > 0 && fold(t("shipment.scans", { n: events.length }), scans(events)));
}

/** @param {any[]} held @param {any[]} lines */
function contents(held, lines) {
  const nameOf = (/** @type {number} */ line) => text(lines.find((one) => one.line === line)?.name);
  return held.map(({ line, quantity }) => `${number(quantity)} × ${nameOf(line)}`).join(t("list.separator"));
}

/** Newest first, as people look for the last one. @param {any[]} events */
function scans(events) {
  const ordered = [...events].sort((a, b) => String(b.at).localeCompare(String(a.at)));
  return h("ol.scans", null, ordered.map((event) => h("li", null,
    h("time", { datetime: event.at }, moment(event.at)),
    h("span", null, coded("parcel", event.code)),
    event.place && h("span.quiet", null, text(event.place)))));
}
