/** After the chat: was it resolved, how many stars, and a word if there is one. */

import * as api from "../api.js";
import { Problem } from "../api.js";
import { fill, h } from "../dom.js";
import { t } from "../i18n/index.js";
import { announce } from "./announce.js";

const STARS = [1, 2, 3, 4, 5];
let drawn = 0;

/** @param {string} conversation  the one that has ended @param {() => void} done  sent or waved away */
export function ratingForm(conversation, done) {
  const name = `rating-${++drawn}`;
  const trouble = h("p.trouble", { role: "alert", hidden: true });
  const comment = h("textarea", { rows: "2", maxlength: "1000", id: `${name}-comment` });
  const send = h("button.primary", { type: "submit" }, t("rating.send"));
  const form = h("form.card.rating", { "aria-labelledby": `${name}-title`, onsubmit: submit },
    h("header.card-head", null, h("h3", { id: `${name}-title` }, t("rating.title"))),
    h("fieldset", null, h("legend", null, t("rating.resolved")),
      h("div.chips", null, choice("resolved", "yes", t("rating.yes")), choice("resolved", "no", t("rating.no")))),
    h("fieldset", null, h("legend", null, t("rating.stars")),
      h("div.stars", null, STARS.map((n) => choice("stars", String(n), "★", t("rating.star", { n }))))),
    h("label", { for: `${name}-comment` }, t("rating.comment")), comment, trouble,
    h("div.buttons", null, send, h("button.second", { type: "button", onclick: done }, t("rating.later"))));
  form.addEventListener("change", () => {
    const stars = Number(new FormData(form).get("stars") ?? 0);
    form.querySelectorAll(".stars label").forEach((/** @type {Element} */ label, /** @type {number} */ at) =>
      label.classList.toggle("lit", at < stars));
  });
  return form;

  /** @param {string} group @param {string} value @param {string} shown @param {string} [label] */
  function choice(group, value, shown, label) {
    const input = h("input", { type: "radio", name: group, value, required: true, "aria-label": label ?? null });
    return h(group === "stars" ? "label.star" : "label.chip", null, input, h("span", { "aria-hidden": label ? "true" : null }, shown));
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const given = new FormData(form);
    send.disabled = true;
    try {
      await api.rate(conversation, {
        stars: Number(given.get("stars")), resolved: given.get("resolved") === "yes", comment: comment.value.trim(),
      });
      fill(form, h("p", { tabindex: "-1" }, t("rating.thanks")));
      announce(t("rating.thanks"));
      form.firstChild?.focus();
      setTimeout(done, 4000);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      trouble.textContent = t(error.trouble);
      trouble.hidden = false;
      send.disabled = false;
    }
  }
}
