/** Suggested replies as they are written: up to three drafts, void when the conversation moves on. */

import { readEvents } from "../sse.js";
import * as api from "./api.js";
import { Problem } from "./api.js";

const MOST = 3;

/**
 * @typedef {object} Suggested
 * @property {string} id
 * @property {string} text
 * @property {any} suggestion  whole, once it is ready
 * @property {Suggested|null} before  what stands there until its replacement is whole
 * @typedef {"idle"|"busy"|"done"|"void"|"failed"} SuggestingState
 */

export class Suggesting {
  /** @type {Suggested[]} */
  drafts = [];
  /** @type {SuggestingState} */
  state = "idle";
  /** @type {AbortController|null} */
  #running = null;
  /** @type {string|null} */
  #replaced = null;

  /** @param {string} conversation @param {(what: string, draft?: Suggested) => void} changed */
  constructor(conversation, changed) {
    this.conversation = conversation;
    this.changed = changed;
  }

  /** Begin anew. A wish about one draft leaves the others and puts what comes in its place.
   * @param {{wish: string, draft_id?: string, language?: string}|null} [wish] */
  async ask(wish = null) {
    this.stop();
    const running = (this.#running = new AbortController());
    this.#replaced = wish?.draft_id ?? null;
    if (this.#replaced) this.#settle();
    else this.drafts = [];
    this.#is("busy");
    try {
      const response = await api.suggestions(this.conversation, wish, running.signal);
      await readEvents(response, (event) => !running.signal.aborted && this.#receive(event), 120_000);
      if (!running.signal.aborted && this.state === "busy") this.#is("failed"); // cut off: what is whole says so
    } catch (error) {
      if (running.signal.aborted) return;
      if (!(error instanceof Problem || error instanceof TypeError)) throw error;
      this.#is("failed");
    }
  }

  /** @param {import("../types.js").ServerEvent} event */
  #receive({ event, data }) {
    if (event === "draft") this.#begun(data.draft_id);
    else if (event === "token") this.#written(data);
    else if (event === "ready") this.#ready(data);
    else if (event === "void") this.clear("void");
    else if (event === "done") this.#is("done");
    else if (event === "error") this.#is("failed");
  }

  /** A draft begins; one that was told before begins anew. @param {string} id @returns {Suggested|null} */
  #begun(id) {
    const draft = this.drafts.find((one) => one.id === (this.#replaced ?? id)) ?? this.#another();
    if (!draft) return null;
    const before = draft.suggestion ? { ...draft, before: null } : draft.before;
    Object.assign(draft, { id, text: "", suggestion: null, before });
    this.#replaced = null;
    this.changed("draft", draft);
    return draft;
  }

  #another() {
    if (this.drafts.length >= MOST) return null;
    const draft = { id: "", text: "", suggestion: null, before: null };
    this.drafts.push(draft);
    return draft;
  }

  /** @param {string} id */
  #known(id) {
    return this.drafts.find((draft) => draft.id === id) ?? this.#begun(id);
  }

  /** @param {{draft_id: string, text: string}} piece */
  #written({ draft_id: id, text }) {
    const draft = this.#known(id);
    if (!draft) return;
    draft.text += text;
    this.changed("token", draft);
  }

  /** @param {{draft_id: string, suggestion: any}} whole */
  #ready({ draft_id: id, suggestion }) {
    const draft = this.#known(id);
    if (!draft) return;
    Object.assign(draft, { text: suggestion.text, suggestion, before: null });
    this.changed("ready", draft);
  }

  /** A draft that will not be finished goes; what it was to replace comes back. */
  #settle() {
    if (this.drafts.every((one) => one.suggestion)) return;
    for (const one of this.drafts) if (!one.suggestion && one.before) Object.assign(one, one.before);
    this.drafts = this.drafts.filter((one) => one.suggestion);
    for (const one of this.drafts) this.changed("draft", one); // its place may be another
  }

  /** @param {SuggestingState} state */
  #is(state) {
    this.state = state;
    if (state === "done" || state === "failed") this.#settle();
    this.changed("state");
  }

  /** @param {SuggestingState} [state] */
  clear(state = "idle") {
    this.stop();
    this.drafts = [];
    this.#is(state);
  }

  stop() {
    this.#running?.abort();
    this.#running = null;
  }
}
