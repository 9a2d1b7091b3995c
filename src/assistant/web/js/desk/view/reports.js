/** For leads: how much came, how quickly it was answered, what it was about, and what customers thought of it. */

import { fill, h } from "../../dom.js";
import { day, number, percent } from "../../format.js";
import { coded, t } from "../../i18n/index.js";
import * as api from "../api.js";
import { Problem } from "../api.js";
import { bars, rows } from "../plot.js";
import { choose, complaint, lasting, troubleOf } from "./parts.js";

export function reportsScene() {
  const place = h("div.scene-body");
  const days = choose({ "aria-label": t("report.span"), onchange: () => void load() },
    ["7", "30", "90"].map((n) => /** @type {[string, string]} */ ([n, t("report.days", { n })])), "30");
  const csv = h("a.second.button.small", { download: "orderdesk-report.csv" }, t("report.csv"));
  const scene = h("section.scene", null,
    h("header.scene-head", null, h("h2.big", { tabindex: "-1" }, t("report.title")), h("div.buttons", null, days, csv)), place);
  void load();
  return scene;

  async function load() {
    csv.setAttribute("href", new URL(api.reportsCsv(Number(days.value)), document.baseURI).href);
    try {
      fill(place, ...drawn(await api.reports(Number(days.value))));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      fill(place, complaint(troubleOf(error), () => void load()));
    }
  }
}

/** @param {string} label @param {string} value @param {string} [more] */
const figure = (label, value, more = "") => h("div.figure", null, h("dt", null, label), h("dd", null, value, more && h("span.quiet", null, more)));

/** @param {any} report */
function drawn(report) {
  const none = t("report.unknown");
  const time = (/** @type {number|null} */ seconds) => (seconds == null ? none : lasting(seconds));
  const share = (/** @type {number|null} */ value) => (value == null ? none : percent(value));
  return [
    h("dl.figures", null,
      figure(t("report.conversations"), number(report.conversations)),
      figure(t("report.handoffs"), number(report.handoffs)),
      figure(t("report.first_response"), time(report.first_response_seconds)),
      figure(t("report.resolution"), time(report.resolution_seconds)),
      figure(t("report.alone_said"), share(report.resolved_alone_said)),
      figure(t("report.alone_quiet"), share(report.resolved_alone_quiet)),
      figure(t("report.rating"), report.rating == null ? none : t("report.stars", { n: report.rating.toFixed(1) }), t("report.ratings", { n: number(report.ratings) })),
      figure(t("report.acceptance"), share(report.acceptance))),
    h("div.plots", null,
      bars(t("report.volume"), report.by_day.map((/** @type {any} */ one) => ({ label: day(one.day), value: one.conversations }))),
      rows(t("report.reasons"), report.reasons.map((/** @type {any} */ one) => ({ label: coded("reason", one.reason_code), value: one.count }))),
      rows(t("report.stars_title"), report.stars.map((/** @type {any} */ one) => ({ label: "★".repeat(one.stars), value: one.count }))),
      rows(t("report.by_intent"), report.by_intent.map((/** @type {any} */ one) => ({ label: coded("intent", one.intent), value: one.share, shown: percent(one.share) })))),
  ];
}
