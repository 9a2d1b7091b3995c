/** Interface words. One language at a time; the page redraws when it changes. */

import en from "./en.js";
import zh from "./zh.js";
import { lasting } from "../store.js";

/** @typedef {"en"|"zh"} Language */
/** @typedef {string | ((values: any) => string)} Phrase */

/** @type {Record<Language, Record<string, Phrase>>} */
export const WORDS = { en, zh };

/** @param {string|null} value @returns {value is Language} */
const known = (value) => value === "en" || value === "zh";

/** The address decides, then the last choice, then the browser. @returns {Language} */
function first() {
  for (const value of [new URLSearchParams(location.search).get("lang"), lasting.get("language")])
    if (known(value)) return value;
  const preferred = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(known);
  return preferred ?? "en";
}

/** @type {Language} */
let current = first();

export const language = () => current;

/** @param {Language} value */
export function useLanguage(value) {
  current = value;
  lasting.set("language", value);
}

/** A phrase of the interface. A missing one shows as ⟦key⟧, which the tests look for.
 * @param {string} key @param {Record<string, unknown>} [values] */
export function t(key, values = {}) {
  const phrase = WORDS[current][key];
  if (phrase === undefined) return `⟦${key}⟧`;
  if (typeof phrase === "function") return phrase(values);
  return phrase.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** A code of the contract in the customer's words; an unknown one gets the group's general word.
 * @param {string} group @param {string|null|undefined} code */
export function coded(group, code) {
  const key = `${group}.${String(code ?? "").toLowerCase()}`;
  return key in WORDS[current] ? t(key) : t(`${group}.other`);
}

/** A name in the customer's language. @param {import("../types.js").Text|null|undefined} value */
export function text(value) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  return value[current] || value.en || value.zh || "";
}
