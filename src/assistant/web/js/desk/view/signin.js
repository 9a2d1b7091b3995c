/** Signing in at the desk: name and password, the identity provider, or in the demo a click. */

import { fill, h, icon } from "../../dom.js";
import { WORDS, coded, language, t } from "../../i18n/index.js";
import * as api from "../api.js";
import { Problem } from "../api.js";
import { field, languageName, troubleOf } from "./parts.js";

const REFUSED = "sign_in"; // in the address, as the server writes it

/** What the identity provider's answer came to, as the address says it. */
function refusal() {
  const key = `problem.${new URLSearchParams(location.search).get(REFUSED)}`;
  return key in WORDS[language()] ? t(key) : "";
}

function forgetRefusal() {
  const here = new URL(location.href);
  here.searchParams.delete(REFUSED);
  history.replaceState(null, "", here);
}

/** @param {{demo: boolean, oidc: boolean, ended: boolean, enter: (session: any) => void}} page */
export function signIn({ demo, oidc, ended, enter }) {
  const name = h("input", { name: "name", required: true, maxlength: "64", autocomplete: "username", autocapitalize: "none", spellcheck: "false" });
  const password = h("input", { name: "password", type: "password", required: true, maxlength: "200", autocomplete: "current-password" });
  const refused = refusal();
  const trouble = h("p.trouble", { role: "alert", hidden: !refused }, refused);
  const button = h("button.primary", { type: "submit" }, t("enter.go"));
  const people = h("div.people");
  if (demo) void picker();
  return h("div.signin.desk-signin", null,
    h("h2.big", { tabindex: "-1" }, t("enter.title")), h("p.lead", null, t(ended ? "enter.ended" : "enter.lead")),
    h("form.stack", { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), void attempt(() => api.signIn(name.value.trim(), password.value))) },
      field(t("enter.name"), name), field(t("enter.password"), password), trouble, h("div.buttons", null, button,
        oidc && h("a.second.button", { href: new URL("api/desk/oidc/login", document.baseURI).href }, t("enter.oidc")))),
    people);

  /** @param {() => Promise<any>} act */
  async function attempt(act) {
    button.disabled = true;
    try {
      enter(await act());
      forgetRefusal();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      trouble.textContent = troubleOf(error);
      trouble.hidden = false;
      password.value = "";
    } finally {
      button.disabled = false;
    }
  }

  async function picker() {
    const found = await api.demoAgents().catch((error) => {
      if (!(error instanceof Problem)) throw error;
      return { agents: [] };
    });
    if (!found.agents.length) return;
    fill(people, h("h3", null, t("enter.demo")), h("ul", null, found.agents.map((/** @type {any} */ one) =>
      h("li", null, h("button.person", { type: "button", onclick: () => void attempt(() => api.demoSignIn(one.agent_id)) },
        h("span.face", { "aria-hidden": "true" }, [...String(one.display_name)][0] ?? ""),
        h("span.row-main", null, h("b", null, one.display_name),
          h("span.quiet", null, [coded("role", one.role), ...one.languages.map(languageName)].join(" · "))),
        icon("right"))))));
  }
}
