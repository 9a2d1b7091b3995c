/** Pieces that several cards share. */

import { h, icon } from "../dom.js";
import { coded, t } from "../i18n/index.js";

const CALM = new Set(["delivered", "confirmed", "yes", "captured", "succeeded"]);
const WARN = new Set(["pending_payment", "exception", "delayed", "held", "partially_returned", "pending", "expired", "changed"]);
const BAD = new Set(["lost", "damaged", "cancelled", "returned", "returned_to_sender", "failed", "no", "gone"]);

/** How a state feels: ok, warn, bad or plain. @param {string|null|undefined} code */
export function tone(code) {
  const key = String(code ?? "").toLowerCase();
  if (CALM.has(key)) return "ok";
  if (WARN.has(key)) return "warn";
  return BAD.has(key) ? "bad" : "plain";
}

/** A small label; the words carry the meaning, the colour only repeats it.
 * @param {string} words @param {string} feeling */
export const tag = (words, feeling) => h(`span.tag.${feeling}`, null, words);

/** @param {string} group @param {string} code */
export const codeTag = (group, code) => tag(coded(group, code), tone(code));

/** A clause that opens. @param {string} clause @param {string} title @param {() => void} open */
export function clauseChip(clause, title, open) {
  return h("button.chip.clause", { type: "button", onclick: open, "aria-label": t("cite.open", { clause, title }) },
    icon("clause"), h("span", null, title || t("clause.short", { clause })));
}

/** @param {string} summary @param {...Node} inside */
export function fold(summary, ...inside) {
  return h("details.fold", null, h("summary", null, icon("right"), h("span", null, summary)), ...inside);
}

/** A label and its value in a description list. @param {string} label @param {Node|string} value */
export const pair = (label, value) => h("div.pair", null, h("dt", null, label), h("dd", null, value));
