/** One message at the desk: who said it, the words, and the facts that went with them. */

import { drawCard } from "../../cards/index.js";
import { clauseChip, fold, pair, tag, tone } from "../../cards/parts.js";
import { proposalTitle } from "../../cards/proposal.js";
import { h } from "../../dom.js";
import { clock, money } from "../../format.js";
import { WORDS, coded, language, t, text } from "../../i18n/index.js";
import { citationChips } from "../../view/clause.js";
import { photosIn } from "./photos.js";

/** What became of a translation; `text` is null while it is pending, and where none kept every figure.
 * @typedef {{text: string|null, pending: boolean}} Translated */

/**
 * @typedef {object} SaidActions
 * @property {(clause: string, on?: string|null) => void} openClause
 * @property {(text: string) => void} ask  a card's own question: the desk has nobody to ask
 * @property {string} customer  their name
 * @property {Translated|null} translation  of this message, where it is in another language
 * @property {string} conversation  its id
 */

/** @param {any} message @param {SaidActions} actions */
export function said(message, actions) {
  const reply = message.reply ?? {};
  const speaker = speakerOf(message, actions.customer);
  const empty = !message.text && !reply.cards?.length && !reply.proposals?.length;
  if (empty) return h("article.said.nothing", { hidden: true });
  return h(`article.said.by-${message.role}`, { "aria-label": speaker },
    h("p.who-said", null, h("b", null, speaker), " ", h("time.quiet", { datetime: message.created_at }, clock(message.created_at))),
    message.text && h("p.words", null, message.text),
    message.role === "customer" && photosIn(message.text ?? "", actions.conversation),
    actions.translation && translated(actions.translation),
    reply.cards?.length > 0 && fold(reply.cards.map(cardTitle).join(t("list.separator")),
      h("div.cards", null, reply.cards.map((/** @type {any} */ card) => drawCard(card, actions)))),
    reply.proposals?.length > 0 && h("div.cards", null,
      reply.proposals.map((/** @type {any} */ one) => proposalNote(one, actions.openClause))),
    reply.citations?.length > 0 && citationChips(reply.citations, actions.openClause));
}

/** A machine's words are never shown as what was said. @param {Translated} translation */
function translated({ text: words, pending }) {
  if (!words) return h("p.quiet.no-translation", null, t(pending ? "talk.translating" : "talk.untranslated"));
  return h("div.translation", null, h("p.words.translated", { lang: language() === "zh" ? "zh-Hans" : "en" }, words), h("p.quiet", null, t("talk.translated")));
}

/** What the customer saw, in a word; it opens whole. @param {any} card */
function cardTitle(card) {
  if (card.type === "order") return t("order.title", { number: card.number });
  if (card.type === "verdict") return t("verdict.title", { action: coded("action", card.action), number: card.order_number ?? card.number ?? "" });
  return card.type === "orders" ? t("profile.orders", { n: card.orders?.length ?? 0 }) : t("products.title");
}

/** @param {any} message @param {string} customer */
function speakerOf(message, customer) {
  if (message.role === "customer") return customer;
  if (message.role === "agent" || message.reply?.handled_by === "agent") return message.agent?.display_name ?? t("speaker.agent");
  return t(`speaker.${message.reply?.handled_by ?? "assistant"}`);
}

/**
 * A proposal as the desk sees it: what would happen. Only what agents may commit has buttons.
 * @param {any} proposal @param {(clause: string) => void} openClause
 * @param {{confirm: () => void, decline: () => void}|null} [choice]
 */
export function proposalNote(proposal, openClause, choice = null) {
  const state = proposal.status ?? "open";
  const amount = `proposal.amount.${proposal.kind}`;
  return h(`article.card.proposal.note-${state}`, { "aria-label": proposalTitle(proposal), "data-proposal": proposal.proposal_id, tabindex: "-1" },
    h("header.card-head", null, h("h4", null, proposalTitle(proposal)), tag(stateWords(state, choice !== null), state === "open" ? "accent" : tone(state))),
    proposal.summary && h("p", null, text(proposal.summary)),
    h("dl", null, proposal.amount && pair(t(amount in WORDS[language()] ? amount : "desk.amount"), h("strong", null, money(proposal.amount)))),
    proposal.clause && h("div.chips", null, clauseChip(proposal.clause, "", () => openClause(proposal.clause))),
    state === "open" && choice && h("div.buttons", null,
      h("button.primary", { type: "button", onclick: choice.confirm }, t("desk.confirm")),
      h("button.second", { type: "button", onclick: choice.decline }, t("desk.decline"))));
}

/** @param {string} state @param {boolean} ours */
function stateWords(state, ours) {
  if (state === "open") return t(ours ? "desk.needs_agent" : "desk.needs_customer");
  const key = `proposal.tag.${state}`;
  return key in WORDS[language()] ? t(key) : t("proposal.tag.gone");
}
