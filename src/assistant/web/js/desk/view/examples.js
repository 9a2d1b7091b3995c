/** Replies that were sent and may teach: without personal data, and only once an agent agrees. */

import { tag } from "../../cards/parts.js";
import { fill, h } from "../../dom.js";
import { coded, t } from "../../i18n/index.js";
import * as api from "../api.js";
import { Problem } from "../api.js";
import { complaint, languageName, section, troubleOf } from "./parts.js";

export function examplesPart() {
  const place = h("div.stack");
  void load();
  return section(t("example.title"), true, h("p.quiet", null, t("example.lead")), place);

  async function load() {
    try {
      const { items } = await api.examples();
      fill(place, items.length === 0 ? h("p.quiet", null, t("example.none")) : h("ul.cards-list", null, items.map((/** @type {any} */ one) => h("li", null, example(one)))));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      fill(place, complaint(troubleOf(error), () => void load()));
    }
  }

  /** @param {any} one */
  function example(one) {
    const decide = async () => {
      await api.approveExample(one.example_id, !one.approved).catch((error) => fill(place, complaint(troubleOf(error), () => void load())));
      await load();
    };
    return h("article.card", null,
      h("p.tags", null, tag(coded("intent", one.intent), "plain"), tag(languageName(one.language), "plain"), one.approved && tag(t("example.approved"), "ok")),
      h("blockquote", null, one.message), h("p.words", null, one.reply),
      h("div.buttons", null, h("button.second.small", { type: "button", onclick: () => void decide() }, t(one.approved ? "example.withdraw" : "example.approve"))));
  }
}
