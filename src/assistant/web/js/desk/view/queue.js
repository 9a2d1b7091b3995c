/** The queue: the most urgent first, narrowed by what the agent wants to see. */

import { tag } from "../../cards/parts.js";
import { fill, h } from "../../dom.js";
import { money, number, percent } from "../../format.js";
import { coded, t } from "../../i18n/index.js";
import { tab } from "../../store.js";
import * as api from "../api.js";
import { Problem } from "../api.js";
import { complaint, languageName, lasting, moodTag, troubleOf } from "./parts.js";

const REFRESH_MS = 30_000;
const TYPING_MS = 250;
const PACE_MS = 1_500; // however much happens, the queue is read no oftener
const LATE = 0.5;

export class Queue {
  #list = h("ul.queue-list");
  #counts = h("p.quiet.counts", { "aria-live": "polite" });
  #loading = false;
  #again = false;
  #read = 0;
  /** @type {ReturnType<typeof setTimeout>|null} */
  #soon = null;
  #typing = 0;
  /** @type {any[]} */
  items = [];
  /** @type {string|null} */
  open = null;

  /** @param {{go: (conversation: string) => void, signedOut: () => void}} desk */
  constructor(desk) {
    this.desk = desk;
    this.filter = { state: "", assigned: "anyone", search: "", ...JSON.parse(tab.get("filter") ?? "{}") };
    this.search = h("input", { type: "search", id: "queue-search", value: this.filter.search, maxlength: "100",
      placeholder: t("queue.search"), "aria-label": t("queue.search"), oninput: () => this.#typed() });
    this.element = h("section.queue", { "aria-label": t("queue.title") },
      h("div.queue-head", null, h("h2", null, t("queue.title")), this.#counts),
      h("div.filters", null, this.search, this.#states(), this.#assigned()), this.#list);
    this.#timer = setInterval(() => void this.refresh(), REFRESH_MS);
    void this.refresh();
  }

  /** @type {ReturnType<typeof setInterval>} */
  #timer;

  #states() {
    const select = h("select", { "aria-label": t("queue.state"), onchange: () => this.#narrow({ state: select.value }) },
      ["", "waiting", "active", "closed"].map((state) =>
        h("option", { value: state, selected: state === this.filter.state }, t(`queue.state.${state || "open"}`))));
    return select;
  }

  #assigned() {
    const select = h("select", { "aria-label": t("queue.assigned"), onchange: () => this.#narrow({ assigned: select.value }) },
      ["anyone", "nobody", "me"].map((who) =>
        h("option", { value: who, selected: who === this.filter.assigned }, t(`queue.assigned.${who}`))));
    return select;
  }

  /** @param {Partial<{state: string, assigned: string, search: string}>} filter */
  #narrow(filter) {
    Object.assign(this.filter, filter);
    tab.set("filter", JSON.stringify(this.filter));
    void this.refresh();
  }

  #typed() {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#narrow({ search: this.search.value.trim() }), TYPING_MS);
  }

  /** Something has happened: told at once, but of many things in a row together. */
  changed() {
    if (this.#soon) return;
    const rest = this.#read + PACE_MS - Date.now();
    if (rest <= 0) return void this.refresh();
    this.#soon = setTimeout(() => ((this.#soon = null), void this.refresh()), rest);
  }

  /** Asked again while an answer is under way, it asks once more after it. */
  async refresh() {
    if (this.#loading) return void (this.#again = true);
    this.#loading = true;
    try {
      do {
        this.#again = false;
        this.#read = Date.now();
        const { items, counts } = await api.queue(this.filter);
        this.items = items;
        this.#draw(counts);
      } while (this.#again);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) this.desk.signedOut();
      else if (!this.items.length) fill(this.#list, h("li", null, complaint(troubleOf(error), () => void this.refresh())));
    } finally {
      this.#loading = false;
    }
  }

  /** @param {{waiting: number, active: number, mine: number}} counts */
  #draw(counts) {
    const focused = /** @type {HTMLElement|null} */ (document.activeElement?.closest?.(".queue-item"))?.dataset.id;
    this.#counts.textContent = t("queue.counts", { waiting: number(counts.waiting), active: number(counts.active), mine: number(counts.mine) });
    fill(this.#list, ...(this.items.length ? this.items.map((item) => h("li", null, this.#row(item))) : [h("li.quiet.none", null, t("queue.none"))]));
    if (focused) /** @type {HTMLElement|null} */ (this.#list.querySelector(`[data-id="${CSS.escape(focused)}"]`))?.focus();
  }

  /** @param {any} item */
  #row(item) {
    const { customer, last_message: last } = item;
    const mine = item.agent && t("queue.with", { name: item.agent.display_name });
    return h("button.queue-item", {
      type: "button", "data-id": item.conversation_id, "aria-current": item.conversation_id === this.open ? "true" : null,
      onclick: () => this.desk.go(item.conversation_id),
    },
      h("span.row-top", null,
        item.unanswered && item.status !== "closed" && h("span.unread", { role: "img", "aria-label": t("queue.unanswered") }),
        h("b.name", null, customer.name), h("span.quiet.waited", null, lasting(item.waiting_seconds))),
      h("span.snippet", null, last?.text || item.reason),
      h("span.row-foot", null,
        tag(coded("reason", item.reason_code), "plain"), moodTag(item.mood),
        item.late_risk >= LATE && tag(t("queue.late", { percent: percent(item.late_risk) }), "warn"),
        h("span.quiet", null, [item.order_value && money(item.order_value), languageName(item.language), mine].filter(Boolean).join(" · "))));
  }

  /** @param {string|null} conversation */
  mark(conversation) {
    this.open = conversation;
    for (const row of this.#list.querySelectorAll(".queue-item")) {
      if (/** @type {HTMLElement} */ (row).dataset.id === conversation) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  /** The next or the one before, seen from the open one. @param {1|-1} step */
  step(step) {
    const at = this.items.findIndex((item) => item.conversation_id === this.open);
    const next = this.items[at < 0 ? 0 : at + step];
    if (next) this.desk.go(next.conversation_id);
  }

  close() {
    clearInterval(this.#timer);
    if (this.#soon) clearTimeout(this.#soon);
  }
}
