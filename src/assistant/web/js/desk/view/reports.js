/** For leads: how much came, how quickly it was answered, what it was about, and what customers thought of it. */

import { fill, h } from "../../dom.js";
import { day, number, percent, shortDay } from "../../format.js";
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
      fill(place, ...drawn((await api.reports(Number(days.value))).detail));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      fill(place, complaint(troubleOf(error), () => void load()));
    }
  }
}

/** @param {string} label @param {string} value @param {string} [more] */
const figure = (label, value, more = "") => h("div.figure", null, h("dt", null, label), h("dd", null, value, more && h("span.quiet", null, more)));

/** In the customers' own words. @param {any[]} written */
const comments = (written) => h("section.plot-box", null, h("h3", null, t("report.comments")),
  written.length === 0 ? h("p.quiet", null, t("report.none")) : h("ul.plain-list", null, written.map((one) =>
    h("li", null, h("a.linklike", { href: `#/c/${encodeURIComponent(one.conversation_id)}` }, `${"★".repeat(one.stars)} · ${t(one.resolved ? "resolution.resolved" : "resolution.unresolved")} · ${day(one.at)}`),
      h("p.words", null, one.text)))));

/** @param {number} seconds */
const span = (seconds) => (seconds < 60 ? t("time.seconds", { n: number(Math.round(seconds)) }) : lasting(seconds));

/** @param {any} report */
function drawn(report) {
  const none = t("report.unknown");
  const time = (/** @type {{median: number|null, p90: number|null}} */ { median, p90 }) =>
    /** @type {[string, string]} */ (median == null ? [none, ""] : [span(median), t("report.p90", { time: span(p90 ?? median) })]);
  const share = (/** @type {number|null} */ value) => (value == null ? none : percent(value));
  const sum = (/** @type {string} */ name) => report.volume.reduce((/** @type {number} */ all, /** @type {any} */ one) => all + one[name], 0);
  const { without_person: alone, ratings, suggestions, tickets } = report;
  const counted = (/** @type {string} */ group, /** @type {Record<string, number>} */ counts) =>
    Object.entries(counts).sort((a, b) => b[1] - a[1]).map(([code, value]) => ({ label: coded(group, code), value }));
  return [
    h("dl.figures", null,
      figure(t("report.conversations"), number(sum("conversations"))),
      figure(t("report.handoffs"), number(sum("handoffs"))),
      figure(t("report.first_response"), ...time(report.first_response)),
      figure(t("report.resolution"), ...time(report.resolution)),
      figure(t("report.alone_said"), share(alone.said_share), t("report.of", { n: number(alone.said), all: number(alone.conversations) })),
      figure(t("report.alone_quiet"), share(alone.quiet_share), t("report.of", { n: number(alone.quiet), all: number(alone.conversations) })),
      figure(t("report.rating"), ratings.average == null ? none : t("report.stars", { n: ratings.average.toFixed(1) }), t("report.ratings", { n: number(ratings.count) })),
      figure(t("report.acceptance"), share(suggestions.share), t("report.of", { n: number(suggestions.accepted), all: number(suggestions.offered) })),
      figure(t("report.unedited"), number(suggestions.unedited)),
      figure(t("report.tickets"), number(tickets.open), t("report.overdue", { n: number(tickets.overdue) }))),
    h("div.plots", null,
      bars(t("report.volume"), report.volume.map((/** @type {any} */ one) => ({ label: shortDay(one.day), value: one.conversations }))),
      bars(t("report.handoffs_a_day"), report.volume.map((/** @type {any} */ one) => ({ label: shortDay(one.day), value: one.handoffs }))),
      rows(t("report.reasons"), counted("reason", report.reasons)),
      rows(t("report.stars_title"), [5, 4, 3, 2, 1].map((n) => ({ label: "★".repeat(n), value: ratings.stars[n] ?? 0 }))),
      rows(t("report.by_intent"), suggestions.by_intent.map((/** @type {any} */ one) => ({
        label: coded("intent", one.intent), value: one.share ?? 0, shown: `${share(one.share)} (${number(one.accepted)}/${number(one.offered)})` })), 1),
      rows(t("report.by_category"), counted("ticket.category", tickets.by_category)),
      comments(ratings.comments)),
  ];
}
