/** Replies that fit again and again: chosen into a message, or kept up by the desk. */

import { fill, h } from "../../dom.js";
import { WORDS, coded, t } from "../../i18n/index.js";
import * as api from "../api.js";
import { Problem } from "../api.js";
import { examplesPart } from "./examples.js";
import { FROM_ORDER, gapsIn } from "../variables.js";
import { choose, complaint, field, languageName, sheet, troubleOf } from "./parts.js";

const INTENTS = () => Object.keys(WORDS.en).filter((key) => key.startsWith("intent.") && key !== "intent.other").map((key) => key.slice(7));
const LANGUAGES = /** @type {[string, string][]} */ ([["en", "en"], ["zh", "zh"]]);

/** The text with its variables filled; one that is not known stays and stops the sending.
 * @param {string} text @param {Record<string, string|null>} values */
export const filled = (text, values) => text.replace(/\{(\w+)\}/g, (gap, name) => values[name] ?? gap);

/**
 * @typedef {object} Occasion
 * @property {string} language  of the conversation
 * @property {string} customer  their id
 * @property {string[]} spokenOf  numbers of orders, the one at hand first
 * @property {Record<string, string|null>} values  that are known without an order
 * @property {(text: string) => void} use
 */

/** The order spoken of fills what the reply leaves open; the agent may choose another. @param {Occasion} occasion */
export async function openCanned({ language, customer, spokenOf, values, use }) {
  const list = h("ul.plain-list.canned-list", null, h("li.quiet", null, t("app.loading")));
  const search = h("input", { type: "search", placeholder: t("canned.search"), "aria-label": t("canned.search"), oninput: () => draw() });
  const orders = h("div");
  const dialog = sheet(t("canned.choose"), () => h("div.stack", null, search, orders, list));
  search.focus();
  /** @type {any[]} */
  let replies = [];
  /** @type {Record<string, Record<string, string>>} */
  let ofOrder = {};
  await trying(async () => {
    replies = (await api.canned()).items;
    const theirs = (await api.customer(customer)).orders.map((/** @type {any} */ one) => one.number);
    const numbers = [...new Set([...spokenOf, ...theirs])];
    const at = spokenOf[0] ?? (numbers.length === 1 ? numbers[0] : "");
    if (numbers.length) fill(orders, field(t("canned.order"), choose({ onchange: about }, [["", t("canned.no_order")], ...numbers.map((one) => /** @type {[string, string]} */ ([one, one]))], at)));
    if (at) ofOrder = await api.variables(customer, at);
    draw();
  });

  /** @param {Event} event */
  function about(event) {
    const number = /** @type {HTMLSelectElement} */ (event.target).value;
    void trying(async () => {
      ofOrder = number ? await api.variables(customer, number) : {};
      draw();
    });
  }

  /** @param {() => Promise<void>} act */
  async function trying(act) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      fill(list, h("li", null, complaint(troubleOf(error))));
    }
  }

  /** In the words of the reply's own language. @param {any} one */
  function filledHere(one) {
    return filled(one.text, { ...values, ...ofOrder[one.language] });
  }

  function draw() {
    const wanted = search.value.trim().toLowerCase();
    const rank = (/** @type {any} */ one) => (one.language === language ? 0 : 2) + (gapsIn(filledHere(one)).length ? 1 : 0);
    const fitting = replies.filter((one) => `${one.name} ${one.text}`.toLowerCase().includes(wanted)).sort((a, b) => rank(a) - rank(b));
    fill(list, ...(fitting.length ? fitting.map((one) => h("li", null, row(one))) : [h("li.quiet", null, t("canned.none"))]));
  }

  /** @param {any} one */
  function row(one) {
    const text = filledHere(one);
    const gaps = gapsIn(text);
    return h("button.row", { type: "button", onclick: () => (dialog.close(), use(text)) },
      h("span.row-main", null, h("b", null, one.name), h("span.words", null, text),
        gaps.length > 0 && h("span.quiet", null, t("canned.gaps", { gaps: gaps.join(" ") }))), h("span.quiet", null, languageName(one.language)));
  }
}

/** The scene where canned replies are kept up. */
export function cannedScene() {
  const place = h("div.scene-body");
  const scene = h("section.scene", null,
    h("header.scene-head", null, h("h2.big", { tabindex: "-1" }, t("canned.title")),
      h("button.primary", { type: "button", onclick: () => edit(null) }, t("canned.new"))),
    h("p.lead", null, t("canned.lead")), place, examplesPart());
  void load();
  return scene;

  async function load() {
    try {
      const { items: replies } = await api.canned();
      fill(place, replies.length === 0 ? h("p.quiet", null, t("canned.none")) : h("ul.cards-list", null, replies.map((/** @type {any} */ one) =>
        h("li.card", null,
          h("header.card-head", null, h("h3", null, one.name), h("span.quiet", null, [languageName(one.language), one.intent && coded("intent", one.intent)].filter(Boolean).join(" · "))),
          h("p.words", null, one.text),
          h("div.buttons", null,
            h("button.second.small", { type: "button", onclick: () => edit(one) }, t("canned.edit")),
            h("button.second.small", { type: "button", onclick: () => void drop(one) }, t("canned.drop")))))));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      fill(place, complaint(troubleOf(error), () => void load()));
    }
  }

  /** @param {any} one */
  async function drop(one) {
    await api.dropCanned(one.id).catch((error) => fill(place, complaint(troubleOf(error), () => void load())));
    void load();
  }

  /** @param {any|null} one */
  function edit(one) {
    const name = h("input", { required: true, maxlength: "80", value: one?.name ?? "" });
    const words = h("textarea", { required: true, rows: "6", maxlength: "4000" });
    words.value = one?.text ?? "";
    const spoken = choose({}, LANGUAGES.map(([code]) => [code, languageName(code)]), one?.language ?? "en");
    const intent = choose({}, [["", t("canned.no_intent")], ...INTENTS().map((code) => /** @type {[string, string]} */ ([code, coded("intent", code)]))], one?.intent ?? "");
    const trouble = h("p.trouble", { role: "alert", hidden: true });
    const dialog = sheet(t(one ? "canned.edit" : "canned.new"), () => h("form.stack", {
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        try {
          await api.saveCanned(one ? one.id : null, { name: name.value.trim(), language: spoken.value, text: words.value.trim(), intent: intent.value || null });
          dialog.close();
          void load();
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          trouble.textContent = troubleOf(error);
          trouble.hidden = false;
        }
      },
    }, field(t("canned.name"), name), h("div.columns", null, field(t("canned.language"), spoken), field(t("canned.intent"), intent)),
      field(t("canned.text"), words), h("p.quiet", null, t("canned.variables", { customer_name: "{customer_name}", order_number: "{order_number}", agent_name: "{agent_name}" })), h("p.quiet", null, t("canned.drafted"), " ", FROM_ORDER.map((name) => `{${name}}`).join(" ")), trouble, h("div.buttons", null, h("button.primary", { type: "submit" }, t("canned.save")))));
    name.focus();
  }
}
