/** One order whole. What matters now is in sight; parcels, scans and payments open on demand. */

import { h } from "../dom.js";
import { day, money, number } from "../format.js";
import { coded, t, text } from "../i18n/index.js";
import { deliveryBlock } from "./delivery.js";
import { codeTag, fold, tag, tone } from "./parts.js";
import { shipmentList } from "./shipments.js";

const ENDED = new Set(["cancelled", "returned"]);

/** @param {any} order @returns {HTMLElement} */
export function orderCard(order) {
  const lines = order.lines ?? [];
  return h("article.card.order", { "aria-label": t("order.title", { number: order.number }) },
    header(order),
    order.progress && progressLine(order.progress, order.status),
    deliveryBlock(order.delivery, order.past_ranges),
    lines.length > 0 && h("ul.lines", { "aria-label": t("order.lines") }, lines.map(lineRow)),
    (lines.length > 0 || order.total?.minor > 0) && // an import may know neither
      h("p.total", null, h("span", null, t("order.total")), h("strong", null, money(order.total))),
    order.shipments?.length > 0 &&
      fold(t("shipments", { n: order.shipments.length }), shipmentList(order.shipments, lines)),
    paid(order).length > 0 && fold(t("order.payments"), h("ul.paid", null, ...paid(order))),
  );
}

/** @param {any} order */
function header(order) {
  const about = [
    order.placed_at && t("order.placed", { date: day(order.placed_at) }),
    coded("channel", order.channel),
  ].filter(Boolean);
  return h("header.card-head", null,
    h("div", null,
      h("h3", null, t("order.title", { number: order.number })),
      about.length > 0 && h("p.quiet", null, about.join(" · "))),
    codeTag("status", order.status));
}

/** @param {{steps: string[], current: number, exception: string|null}} progress @param {string} status */
export function progressLine({ steps, current, exception }, status) {
  const trouble = exception ?? null;
  const over = trouble !== null && ENDED.has(trouble);
  const finished = !trouble && current >= steps.length - 1;
  const line = h(`ol.progress.${trouble ? tone(trouble) : "ok"}`, { "aria-label": t("order.progress") },
    steps.map((step, index) => {
      const place = placeOf(index, current, finished || over);
      return h(`li.${place}${index === current ? ".here" : ""}`, index === current ? { "aria-current": "step" } : null,
        h("span.dot", null),
        h("span.step", null, coded("step", step)),
        h("span.hidden", null, ` (${t(`order.step_${place}`)})`));
    }));
  const repeats = trouble === null || trouble === status;
  return h("div.progress-box", null, line, !repeats && h("p", null, tag(coded("exception", trouble), tone(trouble))));
}

/** @param {number} index @param {number} current @param {boolean} closed  nothing goes on from here */
function placeOf(index, current, closed) {
  if (index < current || (closed && index === current)) return "done";
  return index === current ? "now" : "next";
}

/** @param {any} line */
function lineRow(line) {
  const state = String(line.status ?? "");
  const total = { minor: (line.unit_price?.minor ?? 0) * line.quantity, currency: line.unit_price?.currency };
  return h("li.line", null,
    h("span.count", null, `${number(line.quantity)} ×`),
    h("span.what", null,
      h("span.name", null, text(line.name)),
      h("span.quiet", null, [text(line.variant), line.quantity > 1 && line.unit_price && t("order.each", { price: money(line.unit_price) })]
        .filter(Boolean).join(" · ")),
      worthSaying(state) && codeTag("status", state)),
    line.unit_price && h("span.price", null, money(total)));
}

/** Only what differs from the usual course is worth a label on a line. @param {string} state */
const worthSaying = (state) => ["cancelled", "returned", "partially_returned"].includes(state);

/** @param {any} order @returns {HTMLElement[]} */
function paid(order) {
  const payments = (order.payments ?? []).map((/** @type {any} */ one) => h("li", null,
    h("span.what", null, coded("method", one.method), one.detail && h("span.quiet", null, ` ${text(one.detail)}`)),
    codeTag("payment", one.status), h("span.price", null, money(one.amount))));
  const refunds = (order.refunds ?? []).map((/** @type {any} */ one) => h("li", null,
    h("span.what", null, t("method.refund"),
      h("span.quiet", null, ` ${[coded("method", one.method), day(one.at)].filter(Boolean).join(" · ")}`)),
    codeTag("refund", one.status), h("span.price", null, money(one.amount))));
  return [...payments, ...refunds];
}
