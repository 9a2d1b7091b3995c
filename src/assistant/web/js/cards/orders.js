/** A list of orders; a tap asks about one. */

import { h, icon } from "../dom.js";
import { day, money, number } from "../format.js";
import { t, text } from "../i18n/index.js";
import { deliveryLine } from "./delivery.js";
import { codeTag } from "./parts.js";

const NAMED = 2;

/** @param {any} card @param {import("./index.js").CardActions} actions @returns {HTMLElement} */
export function ordersCard(card, actions) {
  const orders = card.orders ?? [];
  return h("article.card.orders", { "aria-label": t("orders.title") },
    h("header.card-head", null,
      h("h3", null, t("orders.title")),
      card.total > orders.length &&
        h("p.quiet", null, t("orders.shown", { shown: number(card.shown ?? orders.length), total: number(card.total) }))),
    orders.length === 0
      ? h("p.quiet", null, t("orders.none"))
      : h("ul.rows", null, orders.map((/** @type {any} */ order) => h("li", null, row(order, actions)))));
}

/** @param {any} order @param {import("./index.js").CardActions} actions */
function row(order, actions) {
  const ask = () => actions.ask(t("ask.order", { number: order.number }));
  const when = [order.placed_at && t("order.placed", { date: day(order.placed_at) }), deliveryLine(order.delivery)];
  return h("button.row", { type: "button", onclick: ask },
    h("span.row-main", null,
      h("span.row-top", null, h("b.code", null, order.number), (order.items?.length > 0 || order.total?.minor > 0) && h("span.price", null, money(order.total))),
      h("span.name", null, named(order.items ?? [])),
      h("span.row-foot", null, codeTag("status", order.status), h("span.quiet", null, when.filter(Boolean).join(" · ")))),
    h("span.hidden", null, ` ${t("orders.ask", { number: order.number })}`),
    icon("right"));
}

/** @param {import("../types.js").Text[]} items */
function named(items) {
  const names = items.slice(0, NAMED).map(text).join(t("list.separator"));
  const rest = items.length - NAMED;
  return rest > 0 ? `${names}${t("list.separator")}${t("orders.more", { n: rest })}` : names;
}
