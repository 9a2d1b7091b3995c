/** Messages before the customer asks: drafted by code for late or lost parcels, sent by a person's click. */

import { clauseChip, pair, tag } from "../../cards/parts.js";
import { fill, h } from "../../dom.js";
import { money, percent } from "../../format.js";
import { coded, t, text } from "../../i18n/index.js";
import { announce } from "../../view/announce.js";
import { openClause } from "../../view/clause.js";
import * as api from "../api.js";
import { Problem } from "../api.js";
import { age, complaint, field, troubleOf } from "./parts.js";

export function proactiveScene() {
  const place = h("div.scene-body");
  const look = h("button.second.small", { type: "button", onclick: () => void search() }, t("proactive.look"));
  const scene = h("section.scene", null, h("header.scene-head", null, h("h2.big", { tabindex: "-1" }, t("proactive.title")), look), h("p.lead", null, t("proactive.lead")), place);
  void load();
  return scene;

  async function search() {
    look.disabled = true;
    look.textContent = t("proactive.looking");
    await api.scan().catch((error) => fill(place, complaint(troubleOf(error))));
    await load();
    look.textContent = t("proactive.look");
    look.disabled = false;
  }

  async function load() {
    try {
      const { items: messages } = await api.proactive();
      fill(place, messages.length === 0 ? h("p.quiet", null, t("proactive.none")) : h("ul.cards-list", null, messages.map((/** @type {any} */ one) => h("li", null, draft(one)))));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      fill(place, complaint(troubleOf(error), () => void load()));
    }
  }

  /** @param {any} one */
  function draft(one) {
    const words = h("textarea", { rows: "6", maxlength: "4000", lang: one.language === "zh" ? "zh-Hans" : "en" });
    words.value = one.text;
    const id = one.proactive_id;
    const along = h("input", { type: "checkbox", checked: true });
    const trouble = h("p.trouble", { role: "alert", hidden: true });
    const card = h("article.card", null,
      h("header.card-head", null,
        h("div", null, h("h3", null, one.customer.name), h("p.quiet", null, [one.order_number, age(one.created_at)].filter(Boolean).join(" · "))),
        tag(coded("proactive.kind", one.kind), "warn")),
      h("dl", null, one.late_risk != null && pair(t("proactive.risk"), percent(one.late_risk)),
        one.remedy && pair(t("proactive.remedy"), [text(one.remedy.summary), one.remedy.amount && money(one.remedy.amount)].filter(Boolean).join(" · "))),
      one.remedy?.clause && h("div.chips", null, clauseChip(one.remedy.clause, "", () => void openClause(one.remedy.clause))),
      field(t("proactive.text"), words), one.remedy && h("label.check", null, along, h("span", null, t("proactive.with_remedy"))), trouble,
      h("div.buttons", null,
        h("button.primary", { type: "button", onclick: () => void decide(() => api.approve(id, words.value.trim(), along.checked), "proactive.sent") }, t("proactive.approve")),
        h("button.second", { type: "button", onclick: () => void decide(() => api.dismiss(id), "proactive.dismissed") }, t("proactive.dismiss"))));
    return card;

    /** The others stay as they are: their words may be half changed. @param {() => Promise<unknown>} act @param {string} done */
    async function decide(act, done) {
      const buttons = card.querySelectorAll("button");
      for (const button of buttons) button.disabled = true;
      try {
        await act();
        announce(t(done, { name: one.customer.name }));
        card.replaceWith(h("p.card.quiet", { role: "status" }, t(done, { name: one.customer.name })));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        trouble.textContent = troubleOf(error);
        trouble.hidden = false;
        for (const button of buttons) button.disabled = false;
      }
    }
  }
}
