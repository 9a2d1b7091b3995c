/** The banner of guided mode: the same service by buttons, until the model answers. */

import * as api from "../api.js";
import { Problem } from "../api.js";
import { fill, h } from "../dom.js";
import { t } from "../i18n/index.js";
import { announce } from "./announce.js";

const FIRST_MS = 4_000;
const SLOWEST_MS = 20_000;

/** Asks for the status, gently, and only while guided. */
export class GuidedWatch {
  guided = false;
  #timer = 0;
  #wait = FIRST_MS;

  /** @param {(guided: boolean) => void} changed */
  constructor(changed) {
    this.changed = changed;
  }

  /** @param {boolean} guided */
  set(guided) {
    clearTimeout(this.#timer);
    if (guided !== this.guided) this.#wait = FIRST_MS;
    const was = this.guided;
    this.guided = guided;
    if (was !== guided) this.changed(guided);
    if (guided) this.#timer = setTimeout(() => void this.#ask(), this.#wait);
  }

  async #ask() {
    this.#wait = Math.min(this.#wait * 1.3, SLOWEST_MS);
    if (document.hidden) return this.set(true);
    try {
      this.set((await api.status()).mode === "guided");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.set(true);
    }
  }
}

/** @param {{ask: (text: string) => void}} actions */
export function guidedBanner({ ask }) {
  const place = h("div.guided-form");
  /** @param {string} label @param {() => void} act */
  const button = (label, act) => h("button.second", { type: "button", onclick: act }, t(label));
  return h("section.guided-banner", { "aria-label": t("guided.title") },
    h("div.guided-words", null, h("strong", null, t("guided.title")), h("p", null, t("guided.lead"))),
    h("div.buttons", null,
      button("guided.orders", () => ask(t("guided.orders_text"))),
      button("guided.track", () => open(place, "guided.track_label", (value) => ask(t("ask.order", { number: value })))),
      button("guided.policies", () => open(place, "guided.policies_label", ask)),
      button("guided.person", () => ask(t("guided.person_text")))),
    place);
}

/** A line to fill in; opening another replaces it. @param {Element} place @param {string} label @param {(value: string) => void} go */
function open(place, label, go) {
  const input = h("input", { type: "text", maxlength: "200", "aria-label": t(label), placeholder: t(label), autocomplete: "off" });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const value = input.value.trim();
    if (!value) return input.focus();
    fill(place);
    go(value);
  };
  fill(place, h("form", { onsubmit: submit }, input, h("button.primary", { type: "submit" }, t("guided.go"))));
  input.focus();
}

export function readyNotice() {
  announce(t("guided.ready"));
  return fleeting(h("p.notice", null, t("guided.ready")));
}

/** A notice that goes by itself. @param {HTMLElement} notice */
export function fleeting(notice) {
  setTimeout(() => notice.remove(), 6_000);
  return notice;
}
