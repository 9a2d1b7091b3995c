/** One line above the conversation: who the customer talks with, or how long the queue is. */

import { h } from "../dom.js";
import { number } from "../format.js";
import { t } from "../i18n/index.js";

/** @param {import("../presence.js").Presence} presence */
export function presenceWords({ kind, name, position }) {
  if (kind === "agent") return name ? t("presence.agent", { name }) : t("presence.person");
  if (kind === "waiting") return position ? t("presence.place", { n: number(position) }) : t("presence.waiting");
  return kind === "closed" ? t("presence.closed") : t("presence.assistant");
}

/** @param {import("../presence.js").Presence} presence @param {(() => void)|null} [leave]  the queue */
export const presenceStrip = (presence, leave = null) =>
  h(`section.notice.presence.${presence.kind}`, { "aria-label": t("presence.label") },
    h("span.dot", { "aria-hidden": "true" }), h("p", null, presenceWords(presence)),
    leave && presence.kind === "waiting" && h("button.chip", { type: "button", onclick: leave }, t("presence.leave")));
