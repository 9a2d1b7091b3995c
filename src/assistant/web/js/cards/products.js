/** Products with their variants, price and stock. */

import { h } from "../dom.js";
import { day, dayRange, money, number } from "../format.js";
import { t, text } from "../i18n/index.js";
import { tag } from "./parts.js";

const FEW = 5;

/** @param {any} card @returns {HTMLElement} */
export function productsCard(card) {
  const products = card.products ?? [];
  return h("article.card.products", { "aria-label": t("products.title") },
    h("header.card-head", null, h("h3", null, t("products.title"))),
    products.length === 0 && h("p.quiet", null, t("products.none")),
    products.map((/** @type {any} */ product) => h("div.product", null,
      h("h4", null, text(product.name)),
      h("ul.variants", null, (product.variants ?? []).map(variant)))));
}

/** @param {any} one */
function variant(one) {
  return h("li", null,
    h("span.what", null, text(one.name)),
    stock(one),
    h("span.price", null, money(one.price)),
    one.if_ordered_now?.length > 0 && h("ul.offers", null, one.if_ordered_now.map(offer)));
}

/** When it would come from a warehouse, with the pieces that nobody was promised. @param {any} one */
function offer(one) {
  const days = one.earliest && one.latest ? dayRange(one.earliest, one.latest) : t("delivery.unknown");
  const place = one.place || one.warehouse;
  return h("li.quiet", null,
    `${t("offer.now", { days })} · ${place}`,
    one.from_stock && ` · ${t("offer.free", { n: number(one.free) })}`);
}

/** @param {{in_stock: number, restock_on: string|null}} one */
function stock(one) {
  if (one.in_stock > FEW) return tag(t("stock.in"), "ok");
  if (one.in_stock > 0) return tag(t("stock.few", { n: number(one.in_stock) }), "warn");
  return tag(one.restock_on ? t("stock.back", { date: day(one.restock_on) }) : t("stock.out"), "plain");
}
