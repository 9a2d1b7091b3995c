/** The bar on top: what this is, and the few switches. */

import { h, icon } from "../dom.js";
import { language, t } from "../i18n/index.js";
import { lasting } from "../store.js";

/**
 * @param {{chatting: boolean, name: string|null, speak: (language: "en"|"zh") => void,
 *   fresh: () => void, leave: (() => void)|null}} state
 * @returns {HTMLElement[]}
 */
export function bar({ chatting, name, speak, fresh, leave }) {
  const other = language() === "zh" ? "en" : "zh";
  return [
    h("div.brand", null, h("img", { src: "static/icon.svg", alt: "", width: "32", height: "32" }),
      h("h1", null, t("app.title"), h("span", null, t("app.tagline")))),
    h("div.switches", null,
      leave && h("button.plainly", { type: "button", onclick: leave, "aria-label": `${t("app.switch")}${name ? ` (${name})` : ""}` },
        icon("person"), name && h("span.who", null, name)),
      chatting && h("button.round", { type: "button", onclick: fresh, "aria-label": t("app.new"), title: t("app.new") }, icon("plus")),
      themeButton(),
      h("button.plainly", { type: "button", onclick: () => speak(other), lang: other === "zh" ? "zh-Hans" : "en", "aria-label": t("app.language_label") },
        t("app.language"))),
  ];
}

export function themeButton() {
  const root = document.documentElement;
  const button = h("button.round", { type: "button", onclick: turn });
  dress();
  return button;

  function turn() {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    lasting.set("theme", root.dataset.theme);
    dress();
  }

  function dress() {
    const dark = root.dataset.theme === "dark";
    const label = t(dark ? "app.theme_light" : "app.theme_dark");
    button.replaceChildren(icon(dark ? "sun" : "moon"));
    button.setAttribute("aria-label", label);
    button.title = label;
  }
}
