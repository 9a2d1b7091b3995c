/** What the assistant proposes. Nothing happens until the customer's own click on Confirm. */

import { h } from "../dom.js";
import { clock, money } from "../format.js";
import { WORDS, language, t, text } from "../i18n/index.js";
import { clauseChip, pair, tag, tone } from "./parts.js";

/** @typedef {import("../types.js").Proposal} Proposal */

/**
 * @typedef {object} ProposalActions
 * @property {() => void} confirm
 * @property {() => void} decline
 * @property {() => void} again
 * @property {(clause: string) => void} openClause
 * @property {() => void} expired  the time ran out while the card was in sight
 */

/** The phrase for this kind, or the group's general one. @param {string} group @param {string} kind */
const phrase = (group, kind) => (`${group}.${kind}` in WORDS[language()] ? `${group}.${kind}` : `${group}.other`);

/** @param {Proposal} proposal */
export const proposalTitle = (proposal) =>
  t(phrase("proposal", proposal.kind), { number: proposal.order_number ?? "" }).trim();

/** @param {Proposal} proposal @param {ProposalActions} actions @returns {HTMLElement} */
export function proposalCard(proposal, actions) {
  const { status } = proposal;
  const open = status === "open" || status === "busy";
  const title = proposalTitle(proposal);
  const card = h(`article.card.proposal.${status}`, { "aria-label": title, tabindex: "-1", "aria-busy": status === "busy" ? "true" : null },
    h("header.card-head", null,
      h("h3", null, title),
      open ? tag(t("proposal.needs_you"), "accent") : tag(t(`proposal.tag.${status}`), tone(status))),
    proposal.summary && h("p", null, text(proposal.summary)),
    proposal.amount && h("dl", null, pair(t(phrase("proposal.amount", proposal.kind)), h("strong", null, money(proposal.amount)))),
    proposal.clause && h("div.chips", null, clauseChip(proposal.clause, "", () => actions.openClause(proposal.clause ?? ""))),
    open ? choice(proposal, actions) : outcome(proposal, actions));
  if (status === "open") watchExpiry(proposal, card, actions);
  return card;
}

/** @param {Proposal} proposal @param {ProposalActions} actions */
function choice(proposal, actions) {
  const busy = proposal.status === "busy";
  return h("div.choice", null,
    h("p.quiet", null, [t("proposal.nothing_yet"), proposal.expires_at && t("proposal.expires", { time: clock(proposal.expires_at) })]
      .filter(Boolean).join(language() === "zh" ? "" : " ")),
    proposal.trouble && h("p.trouble", { role: "alert" }, t(proposal.trouble)),
    h("div.buttons", null,
      h("button.primary", { type: "button", onclick: actions.confirm, disabled: busy },
        busy ? t("proposal.busy") : t(phrase("proposal.confirm", proposal.kind))),
      h("button.second", { type: "button", onclick: actions.decline, disabled: busy },
        t(phrase("proposal.decline", proposal.kind)))));
}

/** @param {Proposal} proposal @param {ProposalActions} actions */
function outcome(proposal, actions) {
  const mayAsk = proposal.status === "expired" && proposal.order_number;
  return h("div.outcome", null,
    h("p", null, text(proposal.outcome) || t(`proposal.${proposal.status}`)),
    proposal.reason && h("p.quiet", null, text(proposal.reason)),
    mayAsk && h("button.second", { type: "button", onclick: actions.again }, t("proposal.again")));
}

/** @param {Proposal} proposal @param {HTMLElement} card @param {ProposalActions} actions */
function watchExpiry(proposal, card, actions) {
  const left = Date.parse(proposal.expires_at ?? "") - Date.now();
  if (!(left < 2 ** 31)) return; // no expiry, or weeks away
  setTimeout(() => {
    if (!card.isConnected || proposal.status !== "open") return;
    proposal.status = "expired";
    actions.expired();
  }, Math.max(left, 0));
}
