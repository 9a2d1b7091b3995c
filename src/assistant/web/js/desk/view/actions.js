/** Preparing something for an order: the same proposals that the assistant makes, by hand. */

import { fill, h } from "../../dom.js";
import { minorDigits, money, number } from "../../format.js";
import { t, text } from "../../i18n/index.js";
import { Problem } from "../api.js";
import { choose, field, sheet, troubleOf } from "./parts.js";

const TOOLS = ["propose_return", "propose_exchange", "propose_cancellation", "propose_claim", "propose_address_change", "propose_goodwill"];

/**
 * @param {any} order  its card
 * @param {(tool: string, wanted: Record<string, unknown>) => Promise<void>} propose
 */
export function openActions(order, propose) {
  const fields = h("div.act-fields");
  const trouble = h("p.trouble", { role: "alert", hidden: true });
  const tool = choose({ name: "tool", onchange: () => draw() }, TOOLS.map((name) => [name, t(`act.${name}`)]), TOOLS[0]);
  const send = h("button.primary", { type: "submit" }, t("act.prepare"));
  const dialog = sheet(t("act.title", { number: order.number }), () =>
    h("form.act", { onsubmit: submit }, field(t("act.what"), tool), fields, trouble,
      h("p.quiet", null, t("act.note")), h("div.buttons", null, send)));
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  draw();
  tool.focus();

  function draw() {
    fill(fields, ...fieldsOf(tool.value, order));
    trouble.hidden = true;
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    send.disabled = true;
    try {
      await propose(tool.value, wantedOf(tool.value, new FormData(form), order));
      dialog.close();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      trouble.textContent = troubleOf(error);
      trouble.hidden = false;
    } finally {
      send.disabled = false;
    }
  }
}

/** @param {string} tool @param {any} order */
function fieldsOf(tool, order) {
  const items = itemsOf(order, tool === "propose_exchange");
  const reason = field(t("act.reason"), h("input", { name: "reason", maxlength: "300", required: tool === "propose_goodwill" }));
  if (tool === "propose_return" || tool === "propose_exchange") {
    const sealed = choose({ name: "sealed" }, ["", "yes", "no"].map((one) => [one, t(`act.sealed.${one || "unknown"}`)]), "");
    return [items, field(t("act.sealed"), sealed), reason];
  }
  if (tool === "propose_cancellation") return [items, h("p.quiet", null, t("act.all_or_some")), reason];
  if (tool === "propose_claim") {
    return [
      field(t("act.problem"), choose({ name: "problem" }, ["damaged", "missing", "wrong", "lost"].map((one) => [one, t(`act.problem.${one}`)]), "damaged")),
      field(t("act.remedy"), choose({ name: "remedy" }, ["reship", "refund"].map((one) => [one, t(`act.remedy.${one}`)]), "reship")), items];
  }
  if (tool === "propose_goodwill") {
    return [field(t("act.amount", { currency: order.total?.currency ?? "" }),
      h("input", { name: "amount", type: "number", min: "0.01", step: "0.01", inputmode: "decimal", required: true })), reason];
  }
  return ["line1", "line2", "postal_code", "city", "region"].map((name) =>
    field(t(`act.${name}`), h("input", { name, maxlength: "200", required: name === "line1" || name === "city" })));
}

/** @param {any} order @param {boolean} variants */
function itemsOf(order, variants) {
  return h("fieldset.items", null, h("legend", null, t("order.lines")),
    (order.lines ?? []).map((/** @type {any} */ line, /** @type {number} */ at) => {
      const position = line.line ?? line.position ?? at + 1;
      return h("div.item", null,
        h("label", null, h("input", { type: "checkbox", name: "item", value: String(position) }),
          h("span", null, `${number(line.quantity)} × ${text(line.name)}`, line.variant && h("span.quiet", null, ` ${text(line.variant)}`),
            line.unit_price && h("span.quiet", null, ` · ${money(line.unit_price)}`))),
        line.quantity > 1 && h("input.quantity", { type: "number", name: `quantity-${position}`, min: "1", max: String(line.quantity), value: String(line.quantity),
          "aria-label": t("act.quantity", { name: text(line.name) }) }),
        variants && h("input", { name: `variant-${position}`, maxlength: "120", placeholder: t("act.variant"), "aria-label": t("act.variant_of", { name: text(line.name) }) }));
    }));
}

/** What the tool is asked for. @param {string} tool @param {FormData} given @param {any} order */
function wantedOf(tool, given, order) {
  const said = (/** @type {string} */ name) => String(given.get(name) ?? "").trim();
  const items = given.getAll("item").map((position) => ({
    item: Number(position),
    ...(given.get(`quantity-${position}`) ? { quantity: Number(given.get(`quantity-${position}`)) } : {}),
    ...(tool === "propose_exchange" ? { variant: said(`variant-${position}`) } : {}),
  }));
  const wanted = { order_number: order.number };
  const some = items.length ? { items } : {};
  const reason = said("reason") ? { reason: said("reason") } : {};
  if (tool === "propose_claim") return { ...wanted, ...some, problem: said("problem"), remedy: said("remedy") };
  if (tool === "propose_goodwill") return { ...wanted, ...reason, amount_minor: minorOf(said("amount"), order.total?.currency) };
  if (tool === "propose_address_change") {
    const names = ["line1", "line2", "postal_code", "city", "region"].filter(said);
    return { ...wanted, ...Object.fromEntries(names.map((name) => [name, said(name)])) };
  }
  const sealed = said("sealed") ? { sealed: said("sealed") === "yes" } : {};
  return { ...wanted, ...some, ...sealed, ...reason };
}

/** Minor units of what was typed. @param {string} amount @param {string} currency */
function minorOf(amount, currency) {
  return Math.round(Number(amount) * 10 ** minorDigits(currency));
}

