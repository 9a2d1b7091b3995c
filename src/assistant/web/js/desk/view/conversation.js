/** One conversation at the desk: what was said, who may speak, and the agent's reply. */

import { fill, h, icon } from "../../dom.js";
import { coded, language, t, text } from "../../i18n/index.js";
import { announce } from "../../view/announce.js";
import { openClause } from "../../view/clause.js";
import * as api from "../api.js";
import { Problem } from "../api.js";
import { openActions } from "./actions.js";
import { openCanned } from "./canned.js";
import { complaint, field, languageName, lasting, section, sheet, troubleOf } from "./parts.js";
import { showProfile } from "./profile.js";
import { Reply } from "./reply.js";
import { proposalNote, said } from "./said.js";
import { Suggestions } from "./suggestions.js";
import { summary } from "./summary.js";
import { editTicket } from "./tickets.js";
import { tag } from "../../cards/parts.js";

const DECIDING_MS = 5_000;
const PENDING_MS = 4_000; // the shop translates a few messages at a time

/** @typedef {{agent: any, go: (conversation: string|null) => void, moved: () => void, signedOut: () => void}} Desk */

/** A customer's click on a proposal is nothing that is said: one looks for it. @param {any} data */
const isUndecided = (data) =>
  data.messages.some((/** @type {any} */ one) => one.reply?.proposals?.some((/** @type {any} */ proposal) => proposal.status === "open"));

/** How often something was confirmed or declined. @param {any} data */
const decidedIn = (data) =>
  data.messages.flatMap((/** @type {any} */ one) => one.reply?.proposals ?? []).filter((/** @type {any} */ one) => (one.status ?? "open") !== "open").length;

/** Those waiting for the agent's click stand above the reply. @param {any} proposal */
const isOurs = (proposal) => proposal.kind === "goodwill" && (proposal.status ?? "open") === "open";

/** Which proposals the conversation shows. @param {any} data @returns {Set<string>} */
const proposalsIn = (data) => new Set(
  [...data.messages.flatMap((/** @type {any} */ one) => one.reply?.proposals ?? []), ...data.proposals.filter(isOurs)].map((one) => one.proposal_id));

export class ConversationView {
  #head = h("header.talk-head");
  #log = h("div.said-list", { role: "log", tabindex: "0", "aria-live": "off" });
  #proposals = h("div.cards");
  #note = h("p.notice.talk-note", { role: "status", hidden: true });
  #summary = h("div");
  #profile = h("div.profile");
  /** @type {any} */
  data = null;
  /** @type {Map<string, import("./said.js").Translated>} */
  #translations = new Map();
  #translated = false;
  #loading = false;
  #again = false;
  #closed = false;
  #lastSaid = "";
  #follows = true; // the newest words stay in sight until the agent scrolls up
  #looking = 0;

  /** @param {string} id @param {Desk} desk */
  constructor(id, desk) {
    this.id = id;
    this.desk = desk;
    this.actions = { openClause: (/** @type {string} */ clause, /** @type {string|null} */ on = null) => void openClause(clause, on), ask: () => {} };
    this.reply = new Reply(id, { send: (message) => this.#send(message), canned: () => this.canned(), translate: (words, wanted) => api.translate(id, words, wanted) });
    this.suggestions = new Suggestions(id, { ...this.actions, use: (one) => this.#use(one), language: () => this.data?.handoff?.summary?.language ?? language() });
    this.reply.element.hidden = true;
    this.#log.setAttribute("aria-label", t("log.label"));
    for (const moved of ["scroll", "toggle"]) this.#log.addEventListener(moved, () => (this.#follows = this.#isAtEnd), true);
    new ResizeObserver(() => this.#keepUp()).observe(this.#log); // a longer draft leaves less room
    this.element = h("section.talk", { "aria-label": t("talk.title") },
      this.#head, h("div.talk-main", null, this.#log, h("div.talk-dock", null, this.#note, this.#proposals, this.reply.element)),
      h("aside.side", { "aria-label": t("side.title") }, this.suggestions.element,
        section(t("summary.title"), true, this.#summary), section(t("profile.title"), true, this.#profile)));
    fill(this.#log, h("p.quiet", null, t("app.loading")));
    void this.refresh();
  }

  get mine() {
    return this.data?.speaker.kind === "agent" && this.data.speaker.agent?.agent_id === this.desk.agent.agent_id;
  }

  /** Someone else speaks there. */
  get held() {
    return this.data?.speaker.kind === "agent" && !this.mine;
  }

  /** What the customer speaks. @returns {"en"|"zh"} */
  get #spoken() {
    return String(this.data.handoff?.summary?.language ?? this.data.customer.language).startsWith("zh") ? "zh" : "en";
  }

  get #open() {
    return Boolean(this.data?.handoff) && this.data.handoff.status !== "closed";
  }

  async refresh() {
    if (this.#loading) return void (this.#again = true);
    this.#loading = true;
    try {
      do {
        this.#again = false;
        const data = await api.conversation(this.id);
        if (this.#closed) return;
        this.#show(data);
      } while (this.#again);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) this.desk.signedOut();
      else if (!this.data) fill(this.#log, h("div", null, complaint(troubleOf(error), () => void this.refresh())));
    } finally {
      this.#loading = false;
    }
  }

  /** @param {any} data */
  #show(data) {
    const first = this.data === null;
    const before = this.data;
    this.data = data;
    this.#drawHead();
    this.#drawLog();
    this.#drawDock();
    this.#keepUp();
    const parts = (/** @type {any} */ one) => JSON.stringify([one.handoff, [...proposalsIn(one)]]);
    if (first || parts(before) !== parts(data))
      fill(this.#summary, data.handoff ? summary(data.handoff, { ...this.actions, inTalk: proposalsIn(data), goTo: (id) => this.#goTo(id) }) : h("p.quiet", null, t("summary.none")), this.#tickets());
    if (first || decidedIn(before) !== decidedIn(data)) // it changed orders and returns
      void showProfile(this.#profile, data.customer.customer_id, { ...this.actions, go: this.desk.go, act: (order) => this.#act(order) });
    this.#suggest(first);
    clearTimeout(this.#looking);
    if (isUndecided(data)) this.#looking = window.setTimeout(() => void this.refresh(), DECIDING_MS);
  }

  get #isAtEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 120;
  }

  #keepUp() {
    if (this.#follows) this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** New words of the customer void what was suggested for the old ones. That somebody will come, as the
   * assistant says at the hand-off, answers nothing. @param {boolean} first */
  #suggest(first) {
    const last = this.data.messages.filter((/** @type {any} */ one) => one.text && one.role !== "assistant").at(-1);
    const key = last ? `${last.role}:${last.message_id}` : "";
    if (key === this.#lastSaid) return;
    this.#lastSaid = key;
    if (!first && last?.role === "customer") announce(`${this.data.customer.name}: ${last.text}`);
    if (last?.role === "customer" && this.#open && !this.held) this.suggestions.ask();
    else this.suggestions.clear();
    if (this.#translated) void this.#translate();
  }

  #drawHead() {
    const { customer, speaker, handoff } = this.data;
    const button = (/** @type {string} */ words, /** @type {() => void} */ act, kind = "second") =>
      h(`button.${kind}.small`, { type: "button", onclick: act }, words);
    const lead = this.desk.agent.role !== "agent";
    fill(this.#head,
      h("button.round.back", { type: "button", onclick: () => this.desk.go(null), "aria-label": t("talk.back") }, icon("right")),
      h("div.talk-who", null,
        h("h2", { tabindex: "-1" }, customer.name),
        h("p.quiet", null, [customer.membership && customer.membership !== "none" && coded("membership", customer.membership), languageName(customer.language),
          this.#speakerWords(speaker, handoff)].filter(Boolean).join(" · "))),
      h("div.buttons", null,
        h("button.second.small", { type: "button", "aria-pressed": String(this.#translated), onclick: () => void this.#toggleTranslation() }, t("talk.translate")),
        this.#open && !this.mine && !this.held && button(t("talk.take"), () => void this.take(), "primary"),
        this.held && lead && button(t("talk.take_over"), () => void this.take(true)),
        this.mine && button(t("talk.to_assistant"), () => void this.#do(() => api.release(this.id, "assistant"))),
        this.mine && button(t("talk.to_queue"), () => void this.#do(() => api.release(this.id, "queue"))),
        this.mine && button(t("talk.close"), () => this.#close(), "primary"),
        button(t("side.show"), () => this.element.classList.toggle("shows-side"), "second.side-switch")));
  }

  /** @param {any} speaker @param {any} handoff */
  #speakerWords(speaker, handoff) {
    if (this.mine) return t("talk.mine");
    if (speaker.kind === "agent") return t("talk.held", { name: speaker.agent?.display_name ?? "" });
    if (speaker.kind === "assistant") return t("talk.assistant");
    return handoff ? t("talk.waits", { time: lasting((Date.now() - Date.parse(handoff.created_at)) / 1000) }) : t("talk.nobody");
  }

  /** Messages that are drawn stay as they are; only what differs is drawn anew. */
  #drawLog() {
    const log = this.#log;
    const known = new Map([...log.children].map((item) => [/** @type {HTMLElement} */ (item).dataset.key, item]));
    fill(log, ...this.data.messages.map((/** @type {any} */ message) => {
      const translation = this.#translated ? (this.#translations.get(String(message.message_id)) ?? null) : null;
      const key = JSON.stringify([message, translation]);
      const item = known.get(key) ?? said(message, { ...this.actions, customer: this.data.customer.name, translation, conversation: this.id });
      item.dataset.key = key;
      return item;
    }));
  }

  #drawDock() {
    fill(this.#proposals, ...this.data.proposals.filter(isOurs).map((/** @type {any} */ one) => proposalNote(one, this.actions.openClause, {
      confirm: () => void this.#decide(one, "confirm"), decline: () => void this.#decide(one, "decline") })));
    const may = this.#open && !this.held;
    this.reply.offerIn(this.#spoken === language() ? null : this.#spoken);
    this.reply.allow(may, t(this.mine ? "reply.send" : "reply.take_send"));
    this.#say(may ? "" : t(this.held ? "talk.note_held" : "talk.note_closed", { name: this.data.speaker.agent?.display_name ?? "" }));
  }

  /** @param {string} proposal */
  #goTo(proposal) {
    this.element.classList.remove("shows-side");
    const note = /** @type {HTMLElement|null} */ (this.element.querySelector(`.talk-main [data-proposal="${CSS.escape(proposal)}"]`));
    note?.scrollIntoView({ block: "center" });
    note?.focus({ preventScroll: true });
  }

  /** @param {string} words */
  #say(words) {
    this.#note.textContent = words;
    this.#note.hidden = !words;
  }

  /** @param {any} message */
  async #send(message) {
    if (!this.mine) await api.take(this.id, false);
    try {
      await api.say(this.id, message);
    } catch (error) {
      if (error instanceof Problem && error.code === "suggestion_void") this.#startOver();
      throw error;
    }
    this.suggestions.clear();
    this.#follows = true;
    await this.refresh();
    this.desk.moved();
  }

  /** What a draft rested on is so no more: the agent's words stay, and the newest facts are drafted from. */
  #startOver() {
    this.suggestions.ask();
    void this.refresh();
  }

  async take(over = false) {
    await this.#do(() => api.take(this.id, over));
    if (this.mine) this.reply.input.focus();
  }

  /** Something that changes the conversation; what went wrong is said in place. @param {() => Promise<unknown>} act */
  async #do(act) {
    try {
      await act();
      await this.refresh();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await this.refresh();
      this.#say(troubleOf(error));
    }
    this.desk.moved();
  }

  #close() {
    const note = h("textarea", { rows: "3", maxlength: "2000" });
    const end = (/** @type {"resolved"|"unresolved"} */ resolution) => async () => {
      dialog.close();
      await this.#do(() => api.close(this.id, resolution, note.value.trim()));
    };
    const dialog = sheet(t("close.title"), () => h("div.stack", null, h("p", null, t("close.lead")), field(t("close.note"), note),
      h("div.buttons", null,
        h("button.primary", { type: "button", onclick: end("resolved") }, t("close.resolved")),
        h("button.second", { type: "button", onclick: end("unresolved") }, t("close.unresolved")))));
  }

  /** @param {any} order */
  #act(order) {
    openActions(order, async (tool, wanted) => {
      if (!this.mine) await api.take(this.id, false);
      const proposal = await api.propose(this.id, tool, wanted);
      if (proposal.kind !== "goodwill") this.#attach(proposal);
      void this.refresh();
      announce(t("act.ready"));
    });
  }

  /** The customer sees a proposal with the message that names it. @param {any} proposal */
  #attach(proposal) {
    this.element.classList.remove("shows-side");
    this.reply.attach({ proposal_id: proposal.proposal_id, title: text(proposal.summary) });
  }

  /** @param {any} proposal @param {"confirm"|"decline"} choice */
  async #decide(proposal, choice) {
    await this.#do(async () => {
      await api.decide(proposal.proposal_id, choice, proposal.digest);
      if (choice === "confirm") this.#attach(proposal);
    });
  }

  async #toggleTranslation() {
    this.#translated = !this.#translated;
    if (this.#translated) await this.#translate();
    else this.#redraw();
  }

  async #translate() {
    try {
      const { messages } = await api.translations(this.id, language());
      if (messages.some((/** @type {any} */ one) => one.pending)) setTimeout(() => this.#translated && !this.#closed && void this.#translate(), PENDING_MS);
      this.#translations = new Map(messages.map((/** @type {any} */ one) => [String(one.message_id), one]));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#translated = false;
      this.#say(troubleOf(error));
    }
    this.#redraw();
  }

  #redraw() {
    if (this.#closed) return;
    this.#drawHead();
    this.#drawLog();
  }

  canned() {
    const { customer, handoff } = this.data;
    const spokenOf = (handoff?.summary?.orders ?? []).map((/** @type {any} */ one) => one.number);
    void openCanned({
      language: this.#spoken, customer: customer.customer_id, spokenOf,
      values: { customer_name: customer.name, agent_name: this.desk.agent.display_name }, use: (words) => this.reply.insert(words),
    });
  }

  #tickets() {
    const open = () => void editTicket(null, this.desk.agent, { conversation_id: this.id }, () => void this.refresh());
    return h("div.stack", null,
      this.data.tickets.length > 0 && h("ul.plain-list", null, this.data.tickets.map((/** @type {any} */ ticket) =>
        h("li", null, ticket.subject, " ", tag(coded("ticket.status", ticket.status), "plain")))),
      h("div.buttons", null, h("button.second.small", { type: "button", onclick: open }, t("ticket.new"))));
  }

  /** Where only one part fits on the page, the words are shown that are about to be sent. @param {any} suggestion */
  #use(suggestion) {
    this.element.classList.remove("shows-side");
    this.reply.accept(suggestion);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#looking);
    this.suggestions.close();
  }
}
