/** Pieces that several views of the desk share. */

import { h, icon } from "../../dom.js";
import { number } from "../../format.js";
import { WORDS, coded, language, t, text } from "../../i18n/index.js";
import { tag } from "../../cards/parts.js";

/** How long something has lasted, in the largest unit that says it. @param {number} seconds */
export function lasting(seconds) {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  if (minutes < 1) return t("time.now");
  if (minutes < 60) return t("time.minutes", { n: number(minutes) });
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? t("time.hours", { n: number(hours) }) : t("time.days", { n: number(Math.floor(hours / 24)) });
}

/** @param {string|null|undefined} since an ISO time */
export const age = (since) => (since ? lasting((Date.now() - Date.parse(since)) / 1000) : "");

/** Calm is the usual and not worth a word. @param {string|null|undefined} mood */
export const moodTag = (mood) =>
  mood && mood !== "calm" ? tag(coded("mood", mood), mood === "angry" ? "bad" : "warn") : null;

/** A language by its name in the reader's. @param {string} code */
export const languageName = (code) => coded("language", String(code ?? "").slice(0, 2));

/** A section that folds, and stays as it was left. @param {string} title @param {boolean} open @param {...any} inside */
export function section(title, open, ...inside) {
  return h("details.panel", { open }, h("summary", null, icon("right"), h("h3", null, title)), h("div.panel-body", null, ...inside));
}

/** A labelled field. @param {string} label @param {HTMLElement} control */
export const field = (label, control) => h("label.labelled", null, h("span", null, label), control);

/** @param {Record<string, any>} props @param {[string, string][]} options @param {string} chosen */
export function choose(props, options, chosen) {
  return h("select", props, options.map(([value, words]) => h("option", { value, selected: value === chosen }, words)));
}

/** A dialog in the page's own look; `body` gets a function that closes it.
 * @param {string} title @param {(close: () => void) => any} body */
export function sheet(title, body) {
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog.sheet", { "aria-label": title }));
  const close = () => dialog.close();
  dialog.append(
    h("header", null, h("h2", null, title),
      h("button.round", { type: "button", onclick: close, "aria-label": t("app.close") }, icon("close"))),
    h("div.sheet-body", { tabindex: "-1" }, body(close)));
  let outside = false; // a selection that begins inside and ends outside closes nothing
  dialog.addEventListener("pointerdown", (event) => (outside = event.target === dialog));
  dialog.addEventListener("click", (event) => outside && event.target === dialog && close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** The shop says why the rules or the tool refused, in words for this conversation. */
const OWN_WORDS = { refused: true, unfit_arguments: true };

/** Why something failed, in the reader's words. @param {unknown} error */
export function troubleOf(error) {
  const problem = /** @type {import("../api.js").Problem} */ (error);
  const key = `problem.${problem.code}`;
  const reason = problem.document?.reason;
  if (reason) return text(reason);
  if (problem.code in OWN_WORDS && problem.document.detail) return String(problem.document.detail);
  const holder = problem.document?.agent?.display_name;
  return key in WORDS[language()] ? t(key, { name: holder ?? "" }) : t(problem.trouble ?? "trouble.server");
}

/** A line that says what went wrong. @param {string} words @param {(() => void)|null} [again] */
export const complaint = (words, again = null) =>
  h("div.trouble", { role: "alert" }, h("p", null, words),
    again && h("div.buttons", null, h("button.second", { type: "button", onclick: again }, t("retry"))));
