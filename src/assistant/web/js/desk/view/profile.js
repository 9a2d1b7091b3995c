/** The customer: membership, orders, returns and earlier contacts. An order opens whole, with what can be done. */

import { drawCard } from "../../cards/index.js";
import { codeTag, pair, tag } from "../../cards/parts.js";
import { fill, h, icon } from "../../dom.js";
import { day, fullDate, money, number, region } from "../../format.js";
import { coded, t, text } from "../../i18n/index.js";
import * as api from "../api.js";
import { Problem } from "../api.js";
import { complaint, section, sheet, troubleOf } from "./parts.js";

/**
 * @typedef {object} ProfileActions
 * @property {(clause: string, on?: string|null) => void} openClause
 * @property {(order: any) => void} act  prepare something for this order
 * @property {(conversation: string) => void} go
 */

/** What is shown stays until the newer is there. @param {Element} place @param {string} customer @param {ProfileActions} actions */
export async function showProfile(place, customer, actions) {
  if (!place.firstChild) fill(place, h("p.quiet", null, t("app.loading")));
  try {
    fill(place, ...drawn(await api.customer(customer), customer, actions));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    fill(place, complaint(troubleOf(error), () => void showProfile(place, customer, actions)));
  }
}

/** @param {any} known @param {string} customer @param {ProfileActions} actions */
function drawn(known, customer, actions) {
  const worth = [known.lifetime_value].flat().filter(Boolean).map(money).join(t("list.separator"));
  return [
    h("dl", null,
      pair(t("profile.membership"), coded("membership", known.membership)),
      known.customer_since && pair(t("profile.since"), fullDate(known.customer_since)),
      worth && pair(t("profile.value"), worth),
      known.email && pair(t("profile.email"), known.email),
      known.country && pair(t("profile.country"), region(known.country))),
    section(t("profile.orders", { n: number(known.orders_total ?? known.orders.length) }), true,
      h("ul.rows", null, known.orders.map((/** @type {any} */ order) => h("li", null, orderRow(order, customer, actions))))),
    known.returns.length > 0 && section(t("profile.returns"), false, h("ul.plain-list", null, known.returns.map(caseRow))),
    known.contacts.length > 0 && section(t("profile.contacts"), false,
      h("ul.plain-list", null, known.contacts.map((/** @type {any} */ one) => contactRow(one, actions)))),
  ];
}

/** @param {any} order @param {string} customer @param {ProfileActions} actions */
function orderRow(order, customer, actions) {
  return h("button.row", { type: "button", onclick: () => void openOrder(order.number, customer, actions) },
    h("span.row-main", null,
      h("span.row-top", null, h("b.code", null, order.number), h("span.price", null, money(order.total))),
      h("span.row-foot", null, codeTag("status", order.status), h("span.quiet", null, order.placed_at ? day(order.placed_at) : ""))),
    icon("right"));
}

/** @param {string} order_number @param {string} customer @param {ProfileActions} actions */
async function openOrder(order_number, customer, actions) {
  const place = h("div.cards", null, h("p.quiet", null, t("app.loading")));
  const dialog = sheet(t("order.title", { number: order_number }), () => place);
  try {
    const card = await api.order(customer, order_number);
    const act = () => (dialog.close(), actions.act(card));
    fill(place, drawCard(card, { ask: () => {}, openClause: actions.openClause }),
      h("div.buttons", null, h("button.primary", { type: "button", onclick: act }, t("act.open"))));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    fill(place, complaint(troubleOf(error)));
  }
}

/** @param {any} one */
function caseRow(one) {
  const words = [t(`case.${one.kind}`), one.order_number, `${number(one.quantity)} × ${text(one.item)}`, one.promised && money(one.promised),
    one.created_at && day(one.created_at)];
  return h("li", null, words.filter(Boolean).join(" · "), " ", tag(coded("case.status", one.status), "plain"));
}

/** @param {any} one @param {ProfileActions} actions */
function contactRow(one, actions) {
  const words = [day(one.created_at), t("profile.messages", { n: number(one.messages) }), t(`speaker.${one.handled_by}`),
    one.resolution && coded("resolution", one.resolution), one.stars && "★".repeat(one.stars)];
  return h("li", null, h("button.linklike", { type: "button", onclick: () => actions.go(one.conversation_id) }, words.filter(Boolean).join(" · ")));
}
