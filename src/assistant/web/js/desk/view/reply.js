/** Where the agent writes. The draft belongs to one conversation and is kept until it was sent. */

import { fill, h, icon } from "../../dom.js";
import { number } from "../../format.js";
import { t } from "../../i18n/index.js";
import { messageId } from "../../turns.js";
import { announce } from "../../view/announce.js";
import { Problem } from "../api.js";
import { draftOf, dropDraft, keepDraft } from "../drafts.js";
import { keysOf, SHORTCUTS } from "../shortcuts.js";
import { gapsIn } from "../variables.js";
import { troubleOf } from "./parts.js";

const TALLEST = 260;
let limit = Infinity;

/** @param {number|undefined} characters  as the shop says */
export const useLimit = (characters) => {
  limit = characters ?? limit;
};

export class Reply {
  #attached = h("div.attached");
  #trouble = h("p.trouble", { role: "alert", hidden: true });
  #count = h("p.count");
  #busy = false;
  /** @type {string|null} */
  #other = null;
  #translate = h("button.second.small", { type: "button", hidden: true, onclick: () => void this.#translated() });

  /**
   * @param {string} conversation
   * @param {{send: (message: any) => Promise<void>, canned: () => void, translate: (text: string, language: string) => Promise<string|null>}} actions
   */
  constructor(conversation, actions) {
    this.conversation = conversation;
    this.actions = actions;
    this.draft = draftOf(conversation);
    this.input = /** @type {HTMLTextAreaElement} */ (h("textarea", {
      id: "reply-text", rows: "2", "aria-label": t("reply.label"), placeholder: t("reply.placeholder"), oninput: () => this.#typed(),
      "aria-keyshortcuts": "Control+Enter",
    }));
    this.button = h("button.primary", { type: "submit" }, t("reply.send"), h("kbd", { "aria-hidden": "true" }, keysOf(SHORTCUTS.send).join("+")));
    this.element = h("form.reply", { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), void this.send()) },
      this.#attached, this.input, this.#trouble,
      h("div.reply-foot", null,
        h("button.second.small", { type: "button", onclick: actions.canned }, t("reply.canned")), this.#translate,
        this.#count, this.button));
    this.input.value = this.draft.text;
    this.#draw();
  }

  /** Whether a reply may be written at all. @param {boolean} open @param {string} label */
  allow(open, label) {
    this.element.hidden = !open;
    /** @type {Text} */ (this.button.firstChild).data = label;
  }

  /** The customer's language, where it is not the one that the page speaks. @param {string|null} other */
  offerIn(other) {
    if (other === this.#other) return;
    this.#other = other;
    this.#translate.textContent = other ? t(`wish.in_${other}`) : "";
    this.#draw();
  }

  /** The agent's own words in the customer's language; a suggestion has a button for that itself. */
  async #translated() {
    const own = this.draft.text.trim();
    if (!own || !this.#other || this.#busy) return;
    this.#is(true);
    try {
      const text = await this.actions.translate(own, this.#other);
      if (text === null) return this.#complain(t("reply.untranslated"));
      if (text === own) return;
      Object.assign(this.draft, { text, key: null, before: own });
      this.#show();
      announce(t("reply.translated"));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#complain(troubleOf(error));
    } finally {
      this.#is(false);
    }
  }

  #typed() {
    this.draft.text = this.input.value;
    this.draft.key = null; // other words are another message
    this.#draw();
  }

  /** Take over a suggestion; the agent's own words can be had back. @param {{text: string, suggestion_id: string}} suggestion */
  accept({ text, suggestion_id: id }) {
    const own = this.draft.suggestion === null ? this.draft.text : this.draft.before;
    Object.assign(this.draft, { text, suggestion: id, key: null, before: own });
    this.#show();
    announce(t("reply.accepted"));
  }

  /** Words at the place of the cursor. @param {string} text */
  insert(text) {
    const { selectionStart: from, selectionEnd: to, value } = this.input;
    this.draft.text = value.slice(0, from) + text + value.slice(to);
    this.draft.key = null;
    this.#show();
  }

  /** @param {{proposal_id: string, title: string}} proposal */
  attach(proposal) {
    this.draft.proposals = [...this.draft.proposals.filter((one) => one.proposal_id !== proposal.proposal_id), proposal];
    this.draft.key = null;
    this.#show();
  }

  /** @param {string} id */
  detach(id) {
    this.draft.proposals = this.draft.proposals.filter((one) => one.proposal_id !== id);
    this.#show();
  }

  #restore() {
    Object.assign(this.draft, { text: this.draft.before, suggestion: null, before: "", key: null });
    this.#show();
  }

  #show() {
    this.input.value = this.draft.text;
    this.#draw();
    this.input.focus();
  }

  #draw() {
    keepDraft(this.conversation, this.draft);
    const left = limit - [...this.draft.text].length;
    this.#count.textContent = left < 400 ? t(left < 0 ? "composer.over" : "composer.left", { n: number(Math.abs(left)) }) : "";
    this.#count.classList.toggle("over", left < 0);
    fill(this.#attached,
      ...this.draft.proposals.map((one) => h("span.tag.accent.attachment", null, t("reply.with", { title: one.title }),
        h("button", { type: "button", "aria-label": t("reply.without", { title: one.title }), onclick: () => this.detach(one.proposal_id) }, icon("close")))),
      this.draft.suggestion && h("span.tag.plain.attachment", null, t("reply.from_suggestion")),
      this.draft.before && h("button.linklike", { type: "button", onclick: () => this.#restore() }, t("reply.restore")));
    this.#complain("");
    this.#translate.hidden = this.#other === null || this.draft.suggestion !== null || !this.draft.text.trim();
    this.button.setAttribute("aria-disabled", String(!this.draft.text.trim() || left < 0));
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight + 2, TALLEST)}px`;
  }

  /** Sent under the same id until it is known to have arrived, so that a repeat doubles nothing. */
  async send() {
    const text = this.draft.text.trim();
    if (!text || this.#busy) return;
    if ([...text].length > limit) return announce(this.#count.textContent ?? "");
    const [gap] = gapsIn(text);
    if (gap) return this.#complain(t("reply.gap", { gap }));
    this.draft.key ??= messageId();
    keepDraft(this.conversation, this.draft);
    this.#is(true);
    try {
      await this.actions.send({
        text, client_message_id: this.draft.key, suggestion_id: this.draft.suggestion,
        cards: [], proposal_ids: this.draft.proposals.map((one) => one.proposal_id),
      });
      dropDraft(this.conversation);
      this.draft = draftOf(this.conversation);
      this.#show();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 404 || error.status === 409 || error.status === 422) this.draft.key = null;
      if (error.status === 409 && this.draft.suggestion && !error.document.agent) this.draft.suggestion = null;
      this.#draw();
      this.#complain(troubleOf(error));
    } finally {
      this.#is(false);
    }
  }

  /** @param {boolean} busy */
  #is(busy) {
    this.#busy = busy;
    this.element.setAttribute("aria-busy", String(busy));
    this.input.readOnly = busy;
  }

  /** @param {string} words */
  #complain(words) {
    this.#trouble.textContent = words;
    this.#trouble.hidden = !words;
  }
}
