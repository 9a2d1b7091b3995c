/** What an agent needs before the first word: the wish, the mood, what was tried, what is open. */

import { drawCard } from "../../cards/index.js";
import { pair, tag } from "../../cards/parts.js";
import { h } from "../../dom.js";
import { clock } from "../../format.js";
import { coded, t, text } from "../../i18n/index.js";
import { languageName, moodTag } from "./parts.js";
import { proposalNote } from "./said.js";

/** @param {any} handoff @param {{openClause: (clause: string, on?: string|null) => void, ask: (text: string) => void}} actions */
export function summary(handoff, actions) {
  const { summary: known } = handoff;
  return h("div.summary", null,
    h("p.tags", null, tag(coded("reason", handoff.reason_code), "plain"), " ", moodTag(known?.mood)),
    known?.said && h("blockquote", null, known.said),
    h("dl", null,
      pair(t("summary.since"), clock(handoff.created_at)),
      known && pair(t("summary.language"), languageName(known.language)),
      handoff.note && pair(t("summary.note"), handoff.note)),
    known?.unverified?.reason && known.unverified.reason !== known.said && h("p.unverified", null, h("b", null, t("summary.unverified")), " ", known.unverified.reason),
    known?.tried?.length > 0 && h("div", null, h("p.label", null, t("summary.tried")), h("ul.tried", null, known.tried.map(tried))),
    known?.open_proposals?.length > 0 && h("div.cards", null, h("p.label", null, t("summary.open")),
      known.open_proposals.map((/** @type {any} */ one) => proposalNote(one, actions.openClause))),
    known?.orders?.length > 0 && h("div.cards", null, known.orders.map((/** @type {any} */ card) => drawCard(card, actions))));
}

/** @param {any} call */
function tried({ tool, arguments: asked, status }) {
  const about = asked?.order_number ?? asked?.query ?? "";
  return h("li", null, [coded("tried", tool), text(about)].filter(Boolean).join(" · "), " ",
    status !== "ok" && tag(coded("tried.status", status), "warn"));
}
