/** Returns, exchanges and reports that a person settles: what was promised is released by a click, or turned down. */

import { pair, tag } from "../../cards/parts.js";
import { fill, h } from "../../dom.js";
import { money, number } from "../../format.js";
import { coded, t, text } from "../../i18n/index.js";
import { announce } from "../../view/announce.js";
import * as api from "../api.js";
import { Problem } from "../api.js";
import { age, complaint, field, sheet, troubleOf } from "./parts.js";
import { photosIn } from "./photos.js";

export function casesScene() {
  const place = h("div.scene-body");
  void load();
  return h("section.scene", null,
    h("header.scene-head", null, h("h2.big", { tabindex: "-1" }, t("cases.title"))), h("p.lead", null, t("cases.lead")), place);

  async function load() {
    try {
      const { items } = await api.cases();
      fill(place, items.length === 0 ? h("p.quiet", null, t("cases.none"))
        : h("ul.cards-list", null, items.map((/** @type {any} */ one) => h("li", null, card(one, () => void load())))));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      fill(place, complaint(troubleOf(error), () => void load()));
    }
  }
}

/** @param {any} one @param {() => void} done */
function card(one, done) {
  const again = one.remedy === "reship";
  const button = (/** @type {string} */ kind, /** @type {string} */ words, /** @type {() => void} */ act) =>
    h(`button.${kind}`, { type: "button", onclick: act }, words);
  return h("article.card", null,
    h("header.card-head", null,
      h("div", null, h("h3", null, one.customer.name), h("p.quiet", null, [one.order_number, age(one.created_at)].filter(Boolean).join(" · "))),
      tag(t(one.kind === "claim" ? `act.problem.${one.matter}` : `case.${one.kind}`), one.kind === "claim" ? "warn" : "plain")),
    h("p", null, `${number(one.quantity)} × ${text(one.item)}${one.becomes ? ` → ${text(one.becomes)}` : ""}`),
    h("dl", null, pair(t("ticket.state"), coded("case.status", one.status)),
      one.promised.minor > 0 && pair(t("cases.promised"), h("strong", null, money(one.promised))),
      one.to_pay?.minor > 0 && pair(t("cases.to_pay"), h("strong", null, money(one.to_pay))),
      one.reason && pair(t("act.reason"), one.reason),
      one.photos.length > 0 && pair(t("cases.photos"), one.photos.join(t("list.separator")))),
    photosIn(one.photos.join(" "), one.conversation_id),
    h("div.buttons", null,
      one.kind === "return" && button("primary", t("cases.came_back"), () => release(one, done)),
      one.kind === "exchange" && button("primary", t("cases.send"), () => decide(one, true, done)),
      one.kind === "claim" && button("primary", t(again ? "cases.send_again" : "cases.approve"), () => decide(one, true, done)),
      one.kind !== "return" && button("second", t("cases.reject"), () => decide(one, false, done))));
}

/** The goods are there: all that was promised, or less where they lost worth. @param {any} one @param {() => void} done */
function release(one, done) {
  const { minor, currency } = one.promised;
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const unit = 10 ** digits;
  const amount = h("input", { type: "number", inputmode: "decimal", min: "0", max: String(minor / unit), step: String(1 / unit), required: true, value: (minor / unit).toFixed(digits) });
  ask(t("cases.release"), t("cases.release_lead", { item: text(one.item), amount: money(one.promised) }), t("cases.release"), done,
    () => api.settleReturn(one.case_id, Math.round(Number(amount.value) * unit)), field(t("act.amount", { currency }), amount));
}

/** @param {any} one @param {boolean} approved @param {() => void} done */
function decide(one, approved, done) {
  const exchange = one.kind === "exchange";
  const sent = exchange ? "send" : one.remedy === "reship" ? "send_again" : null;
  const act = approved ? (sent ?? "approve") : "reject";
  const lead = approved ? act : sent ? "reject_sending" : "reject";
  ask(t(`cases.${act}`), t(`cases.${lead}_lead`, { item: text(one.item), amount: money(one.promised) }), t(`cases.${act}`), done,
    () => (exchange ? api.settleExchange : api.settleClaim)(one.case_id, approved));
}

/** What cannot be taken back is asked once more. @param {string} title @param {string} lead @param {string} words
 * @param {() => void} done @param {() => Promise<unknown>} act @param {...any} fields */
function ask(title, lead, words, done, act, ...fields) {
  const trouble = h("p.trouble", { role: "alert", hidden: true });
  const go = h("button.primary", { type: "submit" }, words);
  const dialog = sheet(title, (close) => h("form.stack", { onsubmit: settle }, h("p", null, lead), ...fields, trouble,
    h("div.buttons", null, go, h("button.second", { type: "button", onclick: close }, t("cases.not_now")))));

  /** @param {Event} event */
  async function settle(event) {
    event.preventDefault();
    go.disabled = true;
    try {
      await act();
      dialog.close();
      announce(t("cases.settled"));
      done();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      trouble.textContent = troubleOf(error);
      trouble.hidden = false;
    } finally {
      go.disabled = false;
    }
  }
}
