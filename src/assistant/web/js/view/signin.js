/** Before the conversation: the demo's customers, or a word on how to sign in. */

import * as api from "../api.js";
import { Problem } from "../api.js";
import { fill, h, icon } from "../dom.js";
import { number } from "../format.js";
import { language, t, text } from "../i18n/index.js";

/** @param {(customer: any) => Promise<void>} choose */
export function signInPicker(choose) {
  const list = h("div.people", { "aria-live": "polite" });
  void load(list, choose);
  return h("div.signin", null,
    h("h2.big", { tabindex: "-1" }, t("signin.title")), h("p.lead", null, t("signin.lead")), list);
}

/** @param {Element} list @param {(customer: any) => Promise<void>} choose */
async function load(list, choose) {
  fill(list, h("p.quiet", null, t("app.loading")));
  try {
    const { customers } = await api.customers();
    const own = (/** @type {any} */ one) => (one.language === language() ? 0 : 1); // their language first
    const sorted = [...customers].sort((a, b) => own(a) - own(b));
    fill(list, h("ul", null, sorted.map((/** @type {any} */ one) => h("li", null, person(one, () => pick(one))))));
  } catch (error) {
    complain(error, () => void load(list, choose));
  }

  /** @param {any} customer */
  async function pick(customer) {
    list.setAttribute("aria-busy", "true");
    try {
      await choose(customer);
    } catch (error) {
      complain(error, () => void load(list, choose));
    } finally {
      list.removeAttribute("aria-busy");
    }
  }

  /** @param {unknown} error @param {() => void} again */
  function complain(error, again) {
    if (!(error instanceof Problem)) throw error;
    fill(list, h("div.trouble", { role: "alert" },
      h("p", null, error.status === 0 ? t("trouble.network") : t("trouble.customers")),
      h("div.buttons", null, h("button.second", { type: "button", onclick: again }, t("retry")))));
  }
}

/** @param {any} customer @param {() => void} choose */
function person(customer, choose) {
  const facts = [customer.language in { en: 1, zh: 1 } && t(`signin.${customer.language}`),
    t("signin.orders", { n: number(customer.orders) })];
  return h("button.person", { type: "button", onclick: choose },
    h("span.face", { "aria-hidden": "true" }, [...String(customer.name)][0] ?? ""),
    h("span.row-main", null,
      h("b", null, customer.name),
      h("span.quiet", null, facts.filter(Boolean).join(" · ")),
      customer.note && h("span.note", null, text(customer.note))),
    icon("right"));
}

/** @param {"needed"|"ended"} why */
export const signInNeeded = (why) =>
  h("div.signin", null, h("h2.big", { tabindex: "-1" }, t(`signin.${why}_title`)), h("p.lead", null, t(`signin.${why}`)));
