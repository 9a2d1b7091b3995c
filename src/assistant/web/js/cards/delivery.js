/** When a parcel comes: the range, its likely day, and a strip of days to see both at once. */

import { h } from "../dom.js";
import { day, dayCell, dayRange, percent } from "../format.js";
import { t, text } from "../i18n/index.js";
import { tag } from "./parts.js";
import { pastRanges } from "./ranges.js";

const DAY_MS = 86_400_000;
const WEEK = 7;
const WIDEST = 2 * WEEK;

/** @typedef {import("../types.js").Delivery} Delivery */
/** @typedef {import("../types.js").PastRange} PastRange */

/** One line: for lists. @param {Delivery|null} delivery */
export function deliveryLine(delivery) {
  if (delivery?.delivered_on) return `${t("delivery.on")} · ${day(delivery.delivered_on)}`;
  if (delivery?.earliest && delivery.latest)
    return `${t("delivery.label")} · ${dayRange(delivery.earliest, delivery.latest)}`;
  return "";
}

/** @param {Delivery|null} delivery @param {PastRange[]} [past] @returns {HTMLElement|null} */
export function deliveryBlock(delivery, past) {
  if (!delivery) return null;
  const known = delivery.earliest && delivery.latest;
  const before = pastRanges(past, delivery);
  if (delivery.delivered_on)
    return block("delivery.on", day(delivery.delivered_on), delivery, null, before);
  if (!known)
    return delivery.note ? block("delivery.label", t("delivery.unknown"), delivery, null, before) : null;
  const range = dayRange(delivery.earliest ?? "", delivery.latest ?? "");
  return block("delivery.label", range, delivery, strip(delivery), before);
}

/** @param {string} label @param {string} main @param {Delivery} delivery @param {HTMLElement|null} days
 * @param {HTMLElement|null} before */
function block(label, main, delivery, days, before) {
  const open = !delivery.delivered_on;
  return h("div.delivery", null,
    h("p.label", null, t(label), delivery.late && tag(t("delivery.late"), "warn")),
    h("p.when", null, main),
    days,
    open && delivery.likely && delivery.earliest !== delivery.latest && h("p.likely", null, t("delivery.likely", { date: day(delivery.likely) })),
    open && delivery.latest && h("p.quiet", null, restsOn(delivery)),
    open && delivery.leaves_from && delivery.leaves_by &&
      h("p.quiet", null, t("delivery.leaves", { days: dayRange(delivery.leaves_from, delivery.leaves_by) })),
    delivery.late && delivery.promised && h("p.quiet", null, t("delivery.promised", { date: day(delivery.promised) })),
    delivery.moved && h("p.quiet", null, text(delivery.moved)),
    delivery.note && !repeats(delivery) && h("p.quiet", null, text(delivery.note)),
    before,
  );
}

/** Whether what moved it says the note already: a delay, say. @param {Delivery} delivery */
const repeats = ({ moved, note }) => Boolean(moved && note && text(moved).includes(text(note)));

/** How far to rely on it: the chance where one was measured, else what it rests on instead.
 * @param {Delivery} delivery */
function restsOn({ chance, basis, stage }) {
  if (chance !== null && chance !== undefined) return t("delivery.chance", { percent: percent(chance) });
  return basis === "rules" && stage !== "out_for_delivery" ? t("delivery.stated") : "";
}

/** @param {Delivery} delivery */
function strip({ earliest, latest, likely }) {
  const from = Date.parse(earliest ?? "");
  const count = Math.round((Date.parse(latest ?? "") - from) / DAY_MS) + 1;
  if (!(count > 1 && count <= WIDEST)) return null;
  const days = Array.from({ length: count }, (_, index) => new Date(from + index * DAY_MS));
  return h(count > WEEK ? "div.days.weeks" : "div.days", { "aria-hidden": "true" }, days.map((date) => {
    const cell = dayCell(date);
    const best = date.toISOString().slice(0, 10) === likely;
    return h(best ? "span.day.best" : "span.day", null, h("i", null, cell.weekday), h("b", null, cell.day));
  }));
}
