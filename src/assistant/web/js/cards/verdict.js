/** What the shop's rules say to a wish: allowed or not, why, until when, under which clause. */

import { h, icon } from "../dom.js";
import { moment, money } from "../format.js";
import { coded, t, text } from "../i18n/index.js";
import { clauseChip, pair, tag } from "./parts.js";

/** @param {any} card @param {import("./index.js").CardActions} actions @returns {HTMLElement} */
export function verdictCard(card, actions) {
  const title = t("verdict.title", { action: coded("action", card.action), number: card.order_number });
  return h(`article.card.verdict.${card.allowed ? "ok" : "bad"}`, { "aria-label": title },
    h("header.card-head", null,
      h("h3", null, icon(card.allowed ? "check" : "no"), title),
      card.allowed ? tag(t("verdict.yes"), "ok") : tag(t("verdict.no"), "bad")),
    h("p", null, text(card.reason)),
    card.until && h("p.quiet", null, t("verdict.until", { date: moment(card.until) })),
    card.refund && h("dl", null, pair(t("verdict.refund"), h("strong", null, money(card.refund)))),
    card.clause && h("div.chips", null, clauseChip(card.clause, "", () => actions.openClause(card.clause))));
}
