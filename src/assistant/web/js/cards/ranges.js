/** What was told before: every earlier range and why it moved, on one scale with the present one. */

import { h } from "../dom.js";
import { day, dayRange } from "../format.js";
import { t, text } from "../i18n/index.js";
import { fold } from "./parts.js";

const DAY_MS = 86_400_000;

/** @typedef {import("../types.js").Delivery} Delivery */
/** @typedef {import("../types.js").PastRange} PastRange */

/** @param {PastRange[]|undefined} past oldest first @param {Delivery} delivery */
export function pastRanges(past, delivery) {
  if (!past?.length) return null;
  const ranges = past.map((one) => ({ ...one, name: t("delivery.told", { date: day(one.at) }) }));
  if (delivery.earliest && delivery.latest)
    ranges.push({ at: "", earliest: delivery.earliest, latest: delivery.latest, likely: delivery.likely ?? "",
      why: null, name: t(delivery.delivered_on ? "delivery.on" : "delivery.now") });
  const from = Math.min(...ranges.map((one) => Date.parse(one.earliest)));
  const until = Math.max(...ranges.map((one) => Date.parse(one.latest))) + DAY_MS;
  return fold(t("delivery.past", { n: past.length }), h("ol.ranges", null, ranges.map((one) =>
    h("li", null,
      h("span.quiet", null, one.name),
      h("span.range", null, dayRange(one.earliest, one.latest)),
      bar(one, from, until),
      one.why && h("span.quiet.why", null, text(one.why))))));
}

/** @param {{earliest: string, latest: string}} range @param {number} from @param {number} until */
function bar({ earliest, latest }, from, until) {
  const share = (/** @type {number} */ at) => `${(100 * (at - from)) / (until - from)}%`;
  const filled = h("i", null);
  filled.style.insetInlineStart = share(Date.parse(earliest)); // CSSOM: the policy forbids style attributes
  filled.style.width = share(from + Date.parse(latest) + DAY_MS - Date.parse(earliest));
  return h("span.reach", { "aria-hidden": "true" }, filled);
}
