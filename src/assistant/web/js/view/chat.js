/** The conversation on the page: the log of turns, the empty state, and the composer below. */

import { Conversation } from "../conversation.js";
import { fill, h, icon } from "../dom.js";
import { number } from "../format.js";
import { t } from "../i18n/index.js";
import { Composer } from "./composer.js";
import { openClause } from "./clause.js";
import { ratingForm } from "./rating.js";
import { TurnView } from "./turn.js";

/** @typedef {import("../types.js").Turn} Turn */

const SUGGESTIONS = ["empty.latest", "empty.orders", "empty.return", "empty.cancel"];
const AIR = 16;

export class Chat {
  /** @type {Map<Turn, TurnView>} */
  #views = new Map();
  #log = h("div.log", { id: "log", role: "log", tabindex: "0", "aria-live": "off" });
  #turns = h("div.turns");
  #rating = h("div.rate");
  #end = h("div.end");
  /** @type {Turn|null} */
  #following = null;
  #latest = h("button.latest.round", { type: "button", onclick: () => this.#toLatest() }, icon("down"));
  #pending = h("button.pending", { type: "button", onclick: () => this.#toPending() });

  /** @param {Pick<import("../conversation.js").Page, "guided"|"signedOut"|"presence"> & {spoken: () => void}} page */
  constructor({ spoken, ...page }) {
    this.#spoken = spoken;
    this.conversation = new Conversation({
      added: (turn) => this.#add(turn),
      changed: (turn, event) => this.#changed(turn, event),
      decided: (proposal, turn) => {
        this.#views.get(turn)?.decided(proposal);
        this.#countPending();
      },
      busy: (busy) => (this.composer.busy = busy),
      ...page,
    });
    this.composer = new Composer((text) => void this.conversation.send(text), (picture) => this.conversation.sendPhoto(picture));
    this.#actions = {
      ask: (text) => this.ask(text),
      retry: (turn) => void this.conversation.retry(turn),
      edit: (turn) => this.#edit(turn),
      confirm: (proposal, turn) => void this.conversation.confirm(proposal, turn),
      decline: (proposal, turn) => void this.conversation.decline(proposal, turn),
      openClause: (clause, on) => void openClause(clause, on),
    };
    this.element = h("div.chat");
    new IntersectionObserver(([end]) => (this.#latest.hidden = end.isIntersecting), { root: this.#log, rootMargin: "0px 0px 120px" })
      .observe(this.#end);
    this.draw();
  }

  /** @type {import("./turn.js").TurnActions} */
  #actions;
  /** Somebody spoke unasked. */
  #spoken;

  /** Everything anew, in the language of the moment. */
  draw() {
    this.composer = new Composer(this.composer.send, this.composer.sendPhoto);
    this.composer.busy = this.conversation.busy;
    this.#log.setAttribute("aria-label", t("log.label"));
    this.#latest.setAttribute("aria-label", t("log.latest"));
    fill(this.element, this.#log, h("div.dock", null, this.#latest, this.#pending, this.composer.element));
    this.#drawTurns();
  }

  #drawTurns() {
    this.#views.clear();
    fill(this.#turns);
    fill(this.#log, this.#turns, this.#rating, this.#end);
    for (const turn of this.conversation.turns) this.#show(turn);
    this.#emptyOrNot();
    this.#countPending();
  }

  async restore() {
    await this.conversation.restore();
    this.#drawTurns();
    const last = this.conversation.turns.at(-1);
    const view = last && this.#views.get(last);
    if (view) this.#toTop(view);
  }

  /** A tap on a suggestion, an order or a quick reply. @param {string} text */
  ask(text) {
    if (this.conversation.busy) return this.composer.put(text);
    this.composer.focus();
    void this.conversation.send(text);
  }

  /** @param {Turn} turn */
  #show(turn) {
    const view = new TurnView(turn, this.#actions);
    this.#views.set(turn, view);
    this.#turns.append(view.element);
    return view;
  }

  /** The question goes to the top and stays there; the answer grows below it. What an agent says unasked is
   * scrolled to by whoever had read to the end. @param {Turn} turn */
  #add(turn) {
    this.#emptyOrNot();
    const atEnd = this.#latest.hidden;
    const view = this.#show(turn);
    this.#turns.querySelector(".fresh")?.classList.remove("fresh");
    if (turn.question === null) {
      this.#following = atEnd ? turn : null;
      return this.#spoken();
    }
    view.element.classList.add("fresh");
    this.#toTop(view);
  }

  /** Only the log scrolls, never what is around it. @param {TurnView} view */
  #toTop(view) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#log.scrollTo({ top: view.element.offsetTop - AIR, behavior: still ? "auto" : "smooth" });
  }

  /** @param {Turn} turn @param {string} event */
  #changed(turn, event) {
    const view = this.#views.get(turn);
    view?.update(event);
    if (view && event === "done" && turn === this.#following) this.#toSee(view);
    if (event === "proposal" || event === "done") this.#countPending();
  }

  /** Whole where it fits, else from its beginning; but what is to be decided is seen with its buttons. @param {TurnView} view */
  #toSee(view) {
    this.#following = null;
    const decision = /** @type {HTMLElement|null} */ (view.element.querySelector(".proposal.open"));
    const fits = (decision ?? view.element).offsetHeight <= this.#log.clientHeight;
    if (fits) this.#log.scrollTo({ top: this.#log.scrollHeight });
    else this.#toTop(view);
  }

  /** @param {Turn} turn */
  #edit(turn) {
    this.conversation.withdraw(turn);
    this.#views.get(turn)?.element.remove();
    this.#views.delete(turn);
    this.#emptyOrNot();
    this.composer.put(turn.question ?? "");
  }

  #emptyOrNot() {
    const empty = this.conversation.turns.length === 0;
    this.element.classList.toggle("is-empty", empty);
    const shown = this.#log.querySelector(".empty");
    if (!empty) shown?.remove();
    else if (!shown) this.#log.prepend(this.#welcome());
  }

  #welcome() {
    return h("div.empty", null,
      h("h2.big", null, t("empty.title")), h("p.lead", null, t("empty.lead")),
      h("ul.suggestions", { "aria-label": t("empty.label") }, SUGGESTIONS.map((key) =>
        h("li", null, h("button.chip", { type: "button", onclick: () => this.ask(t(key)) }, t(key))))));
  }

  /** Proposals of earlier turns stay open: say so where the customer is. */
  #countPending() {
    const earlier = this.conversation.turns.slice(0, -1).flatMap((turn) => turn.proposals);
    const open = earlier.filter((proposal) => proposal.status === "open").length;
    this.#pending.hidden = open === 0;
    this.#pending.textContent = open ? t("pending.jump", { n: number(open) }) : "";
  }

  #toPending() {
    const card = /** @type {HTMLElement|null} */ (this.#turns.querySelector(".proposal.open"));
    card?.scrollIntoView({ block: "center" });
    card?.focus({ preventScroll: true });
  }

  /** The conversation to rate, once it has an answer. @returns {string|null} */
  rateable() {
    const answered = this.conversation.turns.some((turn) => turn.state === "done" && turn.question !== null);
    return answered && !this.#rated.has(this.conversation.id ?? "") ? this.conversation.id : null;
  }

  /** @type {Set<string>} */
  #rated = new Set();

  /** Asked once, where the customer is reading. @param {string|null} [conversation] */
  askForRating(conversation = this.conversation.id) {
    if (!conversation || this.#rated.has(conversation)) return;
    this.#rated.add(conversation);
    fill(this.#rating, ratingForm(conversation, () => fill(this.#rating)));
    this.#rating.scrollIntoView({ block: "nearest" });
  }

  #toLatest() {
    this.#log.scrollTo({ top: this.#log.scrollHeight });
    this.composer.focus();
  }

  close() {
    this.conversation.close();
  }
}
