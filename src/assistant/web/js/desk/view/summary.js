/** What an agent needs before the first word: the wish, the mood, what was tried, what is open. */

import { drawCard } from "../../cards/index.js";
import { pair, tag } from "../../cards/parts.js";
import { proposalTitle } from "../../cards/proposal.js";
import { h, icon } from "../../dom.js";
import { clock, money } from "../../format.js";
import { coded, t, text } from "../../i18n/index.js";
import { languageName, moodTag } from "./parts.js";
import { proposalNote } from "./said.js";

/**
 * @typedef {object} SummaryActions
 * @property {(clause: string, on?: string|null) => void} openClause
 * @property {(text: string) => void} ask
 * @property {Set<string>} inTalk  proposals that stand in the conversation: there they are whole, here they are named
 * @property {(proposal: string) => void} goTo  one of those
 */

/** @param {any} handoff @param {SummaryActions} actions */
export function summary(handoff, actions) {
  const { summary: known } = handoff;
  return h("div.summary", null,
    h("p.tags", null, tag(coded("reason", handoff.reason_code), "plain"), " ", known && (moodTag(known.mood) ?? tag(coded("mood", "calm"), "plain"))),
    known?.said && h("blockquote", null, known.said),
    h("dl", null,
      pair(t("summary.since"), clock(handoff.created_at)),
      known && pair(t("summary.language"), languageName(known.language)),
      handoff.note && pair(t("summary.note"), handoff.note)),
    known?.unverified?.reason && known.unverified.reason !== known.said && h("p.unverified", null, h("b", null, t("summary.unverified")), " ", known.unverified.reason),
    known?.tried?.length > 0 && h("div", null, h("p.label", null, t("summary.tried")), h("ul.tried", null, known.tried.map(tried))),
    known?.open_proposals?.length > 0 && h("div.cards", null, h("p.label", null, t("summary.open")),
      known.open_proposals.map((/** @type {any} */ one) => actions.inTalk.has(one.proposal_id) ? named(one, actions) : proposalNote(one, actions.openClause))),
    known?.orders?.length > 0 && h("div.cards", null, known.orders.map((/** @type {any} */ card) => drawCard(card, actions))));
}

/** @param {any} proposal @param {SummaryActions} actions */
function named(proposal, { goTo }) {
  return h("button.row.named", { type: "button", onclick: () => goTo(proposal.proposal_id) },
    h("span.row-main", null, proposalTitle(proposal), proposal.amount && h("span.quiet", null, ` · ${money(proposal.amount)}`)), icon("right"));
}

/** @param {any} call */
function tried({ tool, arguments: asked, status }) {
  const about = asked?.order_number ?? asked?.query ?? "";
  return h("li", null, [coded("tried", tool), text(about)].filter(Boolean).join(" · "), " ",
    status !== "ok" && tag(coded("tried.status", status), "warn"));
}
