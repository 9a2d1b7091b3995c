/** Where the customer writes. Nothing typed is ever lost: not by a reload, not while an answer runs. */

import { h, icon } from "../dom.js";
import { Problem } from "../http.js";
import { number } from "../format.js";
import { t } from "../i18n/index.js";
import { tab } from "../store.js";
import { announce } from "./announce.js";
import { smaller } from "./picture.js";

const NEAR = 400;
let limit = Infinity;

/** The shop says how long a message may be. @param {number|undefined} characters */
export const useLimit = (characters) => {
  limit = characters ?? limit;
};
const TALLEST = 180;

/** Characters as the shop counts them. @param {string} text */
const lengthOf = (text) => (text.length > limit - NEAR ? [...text].length : text.length);

export class Composer {
  #count = h("p.count", { id: "composer-count" });
  /** @type {HTMLInputElement} */
  #file;
  #busy = false;
  #composing = false;

  /** @param {(text: string) => void} send @param {(picture: Blob) => Promise<string>} sendPhoto  its name */
  constructor(send, sendPhoto) {
    this.send = send;
    this.sendPhoto = sendPhoto;
    this.#file = /** @type {HTMLInputElement} */ (h("input", {
      type: "file", accept: "image/jpeg,image/png,image/webp", hidden: true, onchange: () => void this.#attach(),
    }));
    const attach = h("button.attach", { type: "button", "aria-label": t("composer.photo"), onclick: () => this.#file.click() }, icon("photo"));
    this.input = /** @type {HTMLTextAreaElement} */ (h("textarea", {
      id: "composer-text", rows: "1", "aria-label": t("composer.label"), placeholder: t("composer.placeholder"),
      "aria-describedby": "composer-hint composer-count", enterkeyhint: "send", autocomplete: "off",
      oninput: () => this.#changed(), onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
      oncompositionstart: () => (this.#composing = true), oncompositionend: () => (this.#composing = false),
    }));
    this.button = h("button.send", { type: "submit", "aria-label": t("composer.send") }, icon("send"));
    this.element = h("form.composer", { onsubmit: (/** @type {Event} */ event) => this.#submit(event) },
      h("div.field", null, attach, this.#file, this.input, this.button),
      h("div.below", null, h("p.hint", { id: "composer-hint" }, t("composer.hint")), this.#count));
    this.input.value = tab.get("draft") ?? "";
    requestAnimationFrame(() => this.#changed());
  }

  /** @param {string} text */
  put(text) {
    this.input.value = text;
    this.#changed();
    this.input.focus();
  }

  /** The picture goes ahead; its name stands in the message, which says what it shows. */
  async #attach() {
    const [picture] = this.#file.files ?? [];
    this.#file.value = "";
    if (!picture) return;
    announce(t("composer.photo_sending"));
    try {
      const name = await this.sendPhoto(await smaller(picture));
      this.put(`${this.input.value.trimEnd()} ${name} `.trimStart());
      announce(t("composer.photo_sent"));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const known = { 0: "trouble.network", 401: "signin.ended_title", 413: "composer.photo_large", 429: "composer.photo_many" };
      this.#count.textContent = t(known[/** @type {keyof typeof known} */ (error.status)] ?? "composer.photo_failed");
      announce(this.#count.textContent);
    }
  }

  /** After a tap on glass the keyboard stays down: it would cover the answer. */
  focus() {
    if (!matchMedia("(pointer: coarse)").matches) this.input.focus();
  }

  /** @param {boolean} busy */
  set busy(busy) {
    this.#busy = busy;
    this.#changed();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // While an input method composes, Enter picks a word; Safari reports the last one as key 229.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || this.#composing || event.keyCode === 229) return;
    event.preventDefault();
    this.#submit(event);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    if (this.#busy) announce(t("composer.busy"));
    else if (lengthOf(this.input.value) > limit) announce(this.#count.textContent ?? "");
    else {
      this.input.value = "";
      this.#changed();
      this.send(text);
    }
  }

  #changed() {
    const { value } = this.input;
    const left = limit - lengthOf(value);
    const words = left < 0 ? t("composer.over", { n: number(-left) }) : t("composer.left", { n: number(left) });
    this.#count.textContent = left <= NEAR ? words : "";
    this.#count.classList.toggle("over", left < 0);
    this.input.setAttribute("aria-invalid", String(left < 0));
    this.button.setAttribute("aria-disabled", String(this.#busy || !value.trim() || left < 0));
    tab.set("draft", value || null);
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, TALLEST)}px`;
  }
}
