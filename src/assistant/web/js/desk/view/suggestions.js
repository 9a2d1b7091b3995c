/** Suggested replies: each with what it rests on, and ready to be used by a key. */

import { clauseChip, tag } from "../../cards/parts.js";
import { fill, h } from "../../dom.js";
import { money } from "../../format.js";
import { WORDS, coded, language, t, text } from "../../i18n/index.js";
import { announce } from "../../view/announce.js";
import { citationChips } from "../../view/clause.js";
import { SHORTCUTS, keysOf } from "../shortcuts.js";
import { Suggesting } from "../suggesting.js";

const WISHES = ["shorter", "apologise", "offer_exchange"];

/** @typedef {import("../suggesting.js").Suggested} Suggested */

export class Suggestions {
  /** @type {Map<Suggested, HTMLElement>} */
  #drawn = new Map();
  #list = h("ol.drafts");
  #state = h("p.quiet.draft-state", { role: "status" });
  #again = h("button.second.small", { type: "button", onclick: () => this.ask() }, t("suggest.again"));

  /**
   * @param {string} conversation
   * @param {{use: (suggestion: any) => void, openClause: (clause: string, on?: string|null) => void, language: () => string}} actions
   */
  constructor(conversation, actions) {
    this.actions = actions;
    this.suggesting = new Suggesting(conversation, (what, draft) => this.#changed(what, draft));
    this.element = h("section.suggestions-panel", { "aria-label": t("suggest.title") },
      h("div.panel-head", null, h("h3", null, t("suggest.title")), this.#again), this.#state, this.#list);
    this.#changed("state");
  }

  /** @param {{wish: string, draft_id?: string, language?: string}|null} [wish] */
  ask(wish = null) {
    void this.suggesting.ask(wish);
  }

  clear() {
    if (this.suggesting.state !== "idle") this.suggesting.clear();
  }

  close() {
    this.suggesting.stop();
  }

  /** By its place on the page, from 1. @param {number} place */
  use(place) {
    const draft = this.suggesting.drafts[place - 1];
    if (draft?.suggestion) this.actions.use(draft.suggestion);
  }

  /** @param {string} what @param {Suggested} [draft] */
  #changed(what, draft) {
    const { state, drafts } = this.suggesting;
    if (what === "state") {
      for (const [draft, card] of this.#drawn) {
        if (drafts.includes(draft)) continue;
        card.remove();
        this.#drawn.delete(draft);
      }
      this.#state.textContent = drafts.length && state !== "failed" ? "" : t(`suggest.${state}`);
      this.#state.classList.toggle("beating", state === "busy");
    } else if (draft) this.#draw(what, draft);
  }

  /** @param {string} what @param {Suggested} draft */
  #draw(what, draft) {
    const shown = this.#drawn.get(draft);
    if (what === "token" && shown) return fill(/** @type {Element} */ (shown.querySelector(".words")), draft.text);
    const card = this.#card(draft);
    const focused = shown?.contains(document.activeElement);
    if (shown) shown.replaceWith(card);
    else this.#list.append(card);
    if (focused) /** @type {HTMLElement} */ (card.querySelector("button") ?? card).focus();
    this.#drawn.set(draft, card);
    this.#state.textContent = "";
    if (what === "ready") announce(t("suggest.ready", { n: this.suggesting.drafts.indexOf(draft) + 1 }));
  }

  /** @param {Suggested} draft */
  #card(draft) {
    const place = this.suggesting.drafts.indexOf(draft) + 1;
    const { suggestion } = draft;
    const use = () => this.actions.use(suggestion);
    return h("li.card.draft", { tabindex: "-1", "aria-busy": suggestion ? null : "true", "aria-label": t("suggest.nth", { n: place }) },
      h("header.card-head", null, h("h4", null, t("suggest.nth", { n: place })),
        suggestion?.intent && tag(coded("intent", suggestion.intent), "plain")),
      h("p.words", suggestion && { lang: suggestion.language === "zh" ? "zh-Hans" : "en" }, draft.text),
      suggestion && h("div.buttons", null,
        h("button.primary.small", { type: "button", onclick: use, "aria-keyshortcuts": `Alt+${place}` },
          t("suggest.use"), place <= 3 && h("kbd", { "aria-hidden": "true" }, keysOf(SHORTCUTS[`use${place}`]).join("+"))),
        ...this.#wishes(draft)),
      suggestion && this.#grounds(suggestion));
  }

  /** @param {any} suggestion */
  #grounds(suggestion) {
    const { facts = [], citations = [], proposal, translation } = suggestion;
    return h("div.grounds", null,
      translation?.text && h("p.translated", { lang: translation.language === "zh" ? "zh-Hans" : "en", title: t("talk.translated") }, translation.text),
      facts.length > 0 && h("ul.facts", { "aria-label": t("suggest.facts") }, bySource(facts).map(([source, values]) =>
        h("li", null, values.join(t("list.separator")), source && h("span.quiet", null, ` · ${sourceOf(source)}`)))),
      proposal && h("div.ready", null,
        h("p", null, h("b", null, t("suggest.proposal")), " ", text(proposal.summary), proposal.amount && ` · ${money(proposal.amount)}`),
        proposal.clause && !citations.some((/** @type {any} */ one) => one.clause === proposal.clause) && clauseChip(proposal.clause, "", () => this.actions.openClause(proposal.clause))),
      citations.length > 0 && citationChips(citations, this.actions.openClause));
  }

  /** @param {Suggested} draft */
  #wishes(draft) {
    const asking = (/** @type {string} */ wish, language = draft.suggestion.language) => () =>
      this.ask({ wish, draft_id: draft.id, language });
    const other = draft.suggestion.language === "zh" ? "en" : "zh";
    return [
      ...WISHES.map((wish) => h("button.second.small", { type: "button", onclick: asking(wish) }, t(`wish.${wish}`))),
      h("button.second.small", { type: "button", onclick: asking("translate", other) }, t(`wish.in_${other}`)),
    ];
  }
}

/** What each source holds of it, in one line. @param {{text: string, source: string}[]} facts @returns {[string, string[]][]} */
function bySource(facts) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const { text, source } of facts) found.set(source, [...(found.get(source) ?? []), text]);
  return [...found];
}

/** A source in the reader's words: a tool and its order, or a clause. @param {string} source */
function sourceOf(source) {
  const [name, number] = String(source).split(" ");
  const key = `checked.${name}`;
  if (key in WORDS[language()]) return t(key, { order_number: number ?? "" });
  return `tried.${name}` in WORDS[language()] ? `${t(`tried.${name}`)} · ${number ?? ""}` : t("clause.short", { clause: name });
}
