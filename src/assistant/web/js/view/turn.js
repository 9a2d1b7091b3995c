/** One turn on the page: the question, who answers, the words as they come, and the facts. */

import { drawCard } from "../cards/index.js";
import { proposalCard, proposalTitle } from "../cards/proposal.js";
import { fill, h } from "../dom.js";
import { clock } from "../format.js";
import { WORDS, language, t } from "../i18n/index.js";
import { announce } from "./announce.js";
import { citationChips } from "./clause.js";

/** @typedef {import("../types.js").Turn} Turn */
/** @typedef {import("../types.js").Proposal} Proposal */

/**
 * @typedef {object} TurnActions
 * @property {(text: string) => void} ask
 * @property {(turn: Turn) => void} retry
 * @property {(turn: Turn) => void} edit
 * @property {(proposal: Proposal, turn: Turn) => void} confirm
 * @property {(proposal: Proposal, turn: Turn) => void} decline
 * @property {(clause: string, on?: string|null) => void} openClause
 */

const LONG_MS = 10_000;

export class TurnView {
  #work = h("p.work", null, h("span.beat", { "aria-hidden": "true" }, h("i"), h("i"), h("i")), h("span.doing"));
  #speaker = h("h2.speaker");
  #words = h("div.words");
  #cards = h("div.cards");
  #proposals = h("div.cards");
  #after = h("div.after");
  #quick = h("div.quick");
  #receipt = h("p.receipt", { hidden: true });
  #drawn = "";
  #waiting = 0;

  /** @param {Turn} turn @param {TurnActions} actions */
  constructor(turn, actions) {
    this.turn = turn;
    this.actions = actions;
    this.answer = h("div.answer", null,
      this.#speaker, this.#work, this.#words, this.#cards, this.#proposals, this.#after, this.#quick);
    this.element = h("section.turn", { id: turn.key, tabindex: "-1" },
      turn.question !== null && h("div.asked", null, h("span.hidden", null, t("you"), " "), h("p", null, turn.question)),
      this.#receipt, this.answer);
    this.#doing(t("work.start"));
    this.#state();
    this.#everything();
  }

  /** Draw what an event changed. @param {string} event */
  update(event) {
    const { turn } = this;
    if (event === "tool") this.#doing(this.#toolWords());
    else if (event === "token") this.#more();
    else if (event === "reset") fill(this.#words);
    else if (event === "card") this.#drawCards();
    else if (event === "proposal") this.drawProposals();
    else if (event === "citation") return;
    else if (event === "resend" || event === "reconnect") this.#doing(t(`work.${event}`));
    else if (event === "turn") {
      this.#everything();
      this.#doing(t("work.start"));
    } else this.#everything();
    this.#state();
    if (event === "done") announce(this.#spoken());
    if (turn.trouble && (event === "state" || event === "error")) announce(t(turn.trouble));
  }

  #everything() {
    fill(this.#words, this.turn.text);
    this.#drawCards();
    this.drawProposals();
    this.#drawAfter();
    fill(this.#quick, ...this.turn.quickReplies.map((reply) =>
      h("button.chip", { type: "button", onclick: () => this.actions.ask(reply.text) }, reply.label)));
    if (this.turn.quickReplies.length) {
      this.#quick.setAttribute("role", "group");
      this.#quick.setAttribute("aria-label", t("quick.label"));
    }
  }

  #state() {
    const { turn } = this;
    const waiting = turn.state === "sending" || turn.state === "working";
    this.element.dataset.state = turn.state;
    this.answer.setAttribute("aria-busy", String(waiting));
    this.#work.hidden = !waiting;
    this.#speaker.className = `speaker ${turn.speaker}`;
    const time = !waiting && turn.at ? h("time", { datetime: turn.at }, clock(turn.at)) : null;
    fill(this.#speaker, h("span", null, speakerOf(turn)), time);
    this.answer.hidden = turn.state === "done" && this.#isEmpty();
    this.#receipt.hidden = !this.answer.hidden || turn.question === null;
    if (!this.#receipt.hidden) fill(this.#receipt, t("receipt"), turn.at && " · ", turn.at && h("time", { datetime: turn.at }, clock(turn.at)));
    if (!waiting) clearTimeout(this.#waiting);
  }

  /** An agent's conversation takes messages without answering each of them. */
  #isEmpty() {
    const { text, cards, proposals, handoff, citations } = this.turn;
    return !text && !handoff && !cards.length && !proposals.length && !citations.length;
  }

  /** @param {string} words */
  #doing(words) {
    fill(/** @type {Element} */ (this.#work.lastElementChild), words);
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => fill(/** @type {Element} */ (this.#work.lastElementChild), t("work.long")), LONG_MS);
  }

  #toolWords() {
    const running = this.turn.tools.findLast((tool) => tool.status === "started");
    return running ? toolPhrase("tool", running) ?? t("tool.other") : t("work.write");
  }

  /** Tokens append to one text node: the page does not redraw what is already read. */
  #more() {
    const words = this.#words;
    const shown = words.firstChild;
    if (shown instanceof Text && this.turn.text.startsWith(shown.data)) shown.appendData(this.turn.text.slice(shown.length));
    else fill(words, this.turn.text);
    this.#doing(t("work.write"));
  }

  /** Keep cards that are drawn, with what is open in them, when the final reply repeats them. */
  #drawCards() {
    const wanted = JSON.stringify(this.turn.cards);
    if (wanted === this.#drawn) return;
    const kept = this.#drawn !== "" && wanted.startsWith(this.#drawn.slice(0, -1)) ? JSON.parse(this.#drawn).length : 0;
    if (!kept) fill(this.#cards);
    for (const card of this.turn.cards.slice(kept)) this.#cards.append(...[drawCard(card, this.actions)].filter((drawn) => drawn !== null));
    this.#drawn = wanted;
  }

  drawProposals() {
    const { turn, actions } = this;
    fill(this.#proposals, ...turn.proposals.flatMap((proposal) => [
      proposalCard(proposal, {
        confirm: () => actions.confirm(proposal, turn),
        decline: () => actions.decline(proposal, turn),
        again: () => actions.ask(t("ask.cancel_again", { number: proposal.order_number })),
        openClause: actions.openClause,
        expired: () => this.drawProposals(),
      }),
      ...(proposal.cards ?? []).map((card) => drawCard(card, actions)),
    ]));
  }

  /** Redraw after a click, leaving the focus on what the click was about. @param {Proposal} proposal */
  decided(proposal) {
    const at = this.turn.proposals.indexOf(proposal);
    this.drawProposals();
    const card = /** @type {HTMLElement|undefined} */ (this.#proposals.querySelectorAll(".proposal")[at]);
    card?.focus({ preventScroll: true });
    if (proposal.status === "open" || proposal.status === "busy") return;
    announce(t(`proposal.${proposal.status}`));
    this.#proposals.querySelector(".proposal.changed ~ .proposal.open")?.scrollIntoView({ block: "nearest" });
  }

  #drawAfter() {
    const { turn, actions } = this;
    fill(this.#after,
      turn.handoff && handoffNotice(),
      turn.citations.length > 0 && citationChips(turn.citations, actions.openClause),
      turn.state === "done" && checkedLine(turn),
      turn.trouble && this.#troubleLine());
  }

  #troubleLine() {
    const { turn, actions } = this;
    const label = turn.state === "cut" ? t("reconnect") : t("retry");
    const lead = turn.state === "unsent" ? `${t("trouble.unsent")}${language() === "zh" ? "" : " "}` : "";
    return h("div.trouble", null,
      h("p", null, `${lead}${t(turn.trouble ?? "trouble.failed")}`),
      h("div.buttons", null,
        h("button.second", { type: "button", onclick: () => actions.retry(turn) }, label),
        turn.state === "unsent" && h("button.second", { type: "button", onclick: () => actions.edit(turn) }, t("edit"))));
  }

  #spoken() {
    const { turn } = this;
    if (this.#isEmpty()) return t("receipt");
    const facts = [...this.#cards.querySelectorAll("h3")].map((heading) => heading.textContent);
    const asks = turn.proposals.filter((proposal) => proposal.status === "open")
      .flatMap((proposal) => [proposalTitle(proposal), t("proposal.needs_you")]);
    return [speakerOf(turn), turn.text, ...facts, ...asks, turn.handoff && t("handoff.title")]
      .filter(Boolean).map(sentence).join(" ");
  }
}

/** Readers pause where a sentence ends. @param {any} words */
const sentence = (words) => (/[.!?。！？…]$/.test(words) ? words : `${words}${language() === "zh" ? "。" : "."}`);

/** The phrase for a tool, when its arguments fill it. @param {"tool"|"checked"} group @param {any} tool */
function toolPhrase(group, tool) {
  const key = `${group}.${tool.name}`;
  const words = WORDS[language()][key];
  if (typeof words !== "string") return null;
  const named = words.includes("{order_number}") && !tool.arguments?.order_number;
  return named ? null : t(key, tool.arguments);
}

/** What the answer rests on. @param {Turn} turn */
function checkedLine(turn) {
  const done = turn.tools.filter((tool) => tool.status === "ok").map((tool) => toolPhrase("checked", tool));
  const list = [...new Set(done.filter(Boolean))].join(t("list.separator"));
  return list && h("p.checked", null, t("checked", { list }));
}

/** A person is called by name where the shop tells it. @param {Turn} turn */
const speakerOf = (turn) =>
  turn.speaker === "agent" && turn.agent ? t("speaker.named", { name: turn.agent }) : t(`speaker.${turn.speaker}`);

const handoffNotice = () => h("div.handoff", null, h("h3", null, t("handoff.title")), h("p", null, t("handoff.text")));
