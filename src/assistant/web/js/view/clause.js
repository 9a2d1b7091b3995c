/** Policy clauses: chips under an answer, and the dialog that shows the clause itself. */

import * as api from "../api.js";
import { Problem } from "../api.js";
import { clauseChip } from "../cards/parts.js";
import { fill, h, icon } from "../dom.js";
import { fullDate } from "../format.js";
import { t, text } from "../i18n/index.js";

/** @typedef {import("../types.js").Citation} Citation */

/** @param {Citation[]} citations @param {(clause: string, on?: string|null) => void} open */
export function citationChips(citations, open) {
  return h("div.cites", { role: "group", "aria-label": t("cited") },
    h("p.label", null, t("cited")),
    h("div.chips", null, citations.map((one) =>
      clauseChip(one.clause, text(one.title), () => open(one.clause, one.effective_from ?? null)))));
}

/** Show a clause as it was in force on a date. @param {string} clause @param {string|null} [on] */
export async function openClause(clause, on = null) {
  const body = h("div.clause-body", { tabindex: "0", "aria-live": "polite", role: "group", "aria-label": t("clause.short", { clause }) },
    h("p.quiet", null, t("app.loading")));
  const heading = h("h2", { id: "clause-title" }, t("clause.short", { clause }));
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog.sheet", { "aria-labelledby": "clause-title" },
    h("header", null, heading, closeButton()), body));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  await load(clause, on, heading, body);
}

function closeButton() {
  const close = (/** @type {Event} */ event) =>
    /** @type {HTMLElement} */ (event.currentTarget).closest("dialog")?.close();
  return h("button.round", { type: "button", onclick: close, "aria-label": t("app.close") }, icon("close"));
}

/** @param {string} clause @param {string|null} on @param {HTMLElement} heading @param {HTMLElement} body */
async function load(clause, on, heading, body) {
  try {
    const found = await api.clause(clause, on);
    heading.textContent = text(found.title) || t("clause.short", { clause });
    fill(body, about(found), ...paragraphs(text(found.text)));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const words = error.status === 404 ? t("clause.missing") : t("clause.failed");
    const again = () => void load(clause, on, heading, body);
    fill(body, h("p", { role: "alert" }, words),
      error.passing && h("button.second", { type: "button", onclick: again }, t("retry")));
  }
}

/** @param {any} found */
function about(found) {
  const force = found.effective_to
    ? t("clause.range", { from: fullDate(found.effective_from), to: fullDate(found.effective_to) })
    : t("clause.from", { from: fullDate(found.effective_from) });
  const parts = [text(found.document_title), t("clause.short", { clause: found.clause }),
    t("clause.version", { version: found.version }), force];
  return h("p.quiet", null, parts.filter(Boolean).join(" · "));
}

/** Paragraphs and simple lists of a clause; anything else stays the text that it is. @param {string} words */
function paragraphs(words) {
  return words.trim().split(/\n\s*\n/).flatMap((block) => {
    const lines = block.split("\n");
    const items = lines.filter((line) => /^\s*[-*]\s/.test(line));
    const first = lines.findIndex((line) => /^\s*[-*]\s/.test(line));
    const lead = first < 0 ? lines : lines.slice(0, first);
    const gathered = first < 0 ? [] : gather(lines.slice(first));
    return [
      lead.length > 0 && h("p", null, joined(lead)),
      items.length > 0 && h("ul", null, gathered.map((item) => h("li", null, item))),
    ].filter((part) => part !== false);
  });
}

/** List items with their continued lines. @param {string[]} lines */
function gather(lines) {
  /** @type {string[][]} */
  const items = [];
  for (const line of lines) {
    if (/^\s*[-*]\s/.test(line)) items.push([line.replace(/^\s*[-*]\s+/, "")]);
    else items.at(-1)?.push(line);
  }
  return items.map(joined);
}

/** Wrapped source lines are one line of prose; Chinese takes no space between. @param {string[]} lines */
function joined(lines) {
  return lines.map((line) => line.trim()).join(" ").replace(/(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])/g, "");
}
