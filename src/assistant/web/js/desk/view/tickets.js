/** Tickets: what outlives the chat, with category, priority, owner, due time and history. */

import { tag } from "../../cards/parts.js";
import { fill, h } from "../../dom.js";
import { moment } from "../../format.js";
import { coded, t } from "../../i18n/index.js";
import * as api from "../api.js";
import { Problem } from "../api.js";
import { choose, complaint, field, sheet, troubleOf } from "./parts.js";

const CATEGORIES = ["delivery", "return", "refund", "damage", "change", "payment", "product", "complaint", "other"];
const PRIORITIES = ["low", "normal", "high", "urgent"];
const STATES = ["open", "pending", "closed"];

/** @param {{agent: any, go: (conversation: string) => void}} desk */
export function ticketsScene(desk) {
  const place = h("div.scene-body");
  const state = choose({ "aria-label": t("ticket.state"), onchange: () => void load() },
    [["", t("ticket.any")], ...STATES.map((one) => /** @type {[string, string]} */ ([one, t(`ticket.status.${one}`)]))], "open");
  const owner = choose({ "aria-label": t("ticket.owner"), onchange: () => void load() },
    [["anyone", t("ticket.owner.anyone")], ["me", t("ticket.owner.me")]], "anyone");
  const scene = h("section.scene", null,
    h("header.scene-head", null, h("h2.big", { tabindex: "-1" }, t("ticket.title")), h("div.buttons", null, state, owner)), place);
  void load();
  return scene;

  async function load() {
    try {
      const { items: tickets } = await api.tickets({ status: state.value, owner: owner.value });
      fill(place, tickets.length === 0 ? h("p.quiet", null, t("ticket.none")) : h("ul.cards-list", null, tickets.map((/** @type {any} */ one) => h("li", null, row(one)))));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      fill(place, complaint(troubleOf(error), () => void load()));
    }
  }

  /** @param {any} ticket */
  function row(ticket) {
    return h("article.card.ticket", null,
      h("header.card-head", null, h("h3", null, ticket.subject || coded("ticket.category", ticket.category)), tag(coded("ticket.status", ticket.status), "plain")),
      h("p.tags", null, tag(coded("ticket.category", ticket.category), "plain"), " ",
        tag(coded("ticket.priority", ticket.priority), ticket.priority === "urgent" ? "bad" : ticket.priority === "high" ? "warn" : "plain"), " ",
        ticket.due_at && tag(t("ticket.due", { time: moment(ticket.due_at) }), ticket.overdue ? "bad" : "plain")),
      ticket.moods?.length > 0 && h("p.moods", { role: "img", "aria-label": t("ticket.moods", { moods: ticket.moods.map((/** @type {string} */ mood) => coded("mood", mood)).join(t("list.separator")) }) },
        ticket.moods.map((/** @type {string} */ mood) => h(`i.mood-${mood}`))),
      h("p.quiet", null, [ticket.customer.name, ticket.order_number, ownerName(ticket)].filter(Boolean).join(" · ")),
      h("div.buttons", null,
        h("button.second.small", { type: "button", onclick: () => void editTicket(ticket, desk.agent, {}, () => void load()) }, t("ticket.edit")),
        ticket.conversation_id && h("button.second.small", { type: "button", onclick: () => desk.go(ticket.conversation_id) }, t("ticket.conversation"))));
  }
}

/** @param {any} ticket */
const ownerName = (ticket) => (ticket.owner ? t("ticket.owned", { name: ticket.owner.display_name }) : t("ticket.nobody"));

/** Make a ticket, or change one. @param {any|null} ticket @param {any} agent @param {object} about @param {() => void} done */
export async function editTicket(ticket, agent, about, done) {
  const people = await colleagues(ticket?.owner ?? agent);
  const subject = h("input", { maxlength: "120", required: true, value: ticket?.subject ?? "" });
  const options = (/** @type {string} */ group, /** @type {string[]} */ codes) => codes.map((code) => /** @type {[string, string]} */ ([code, t(`ticket.${group}.${code}`)]));
  const category = choose({}, options("category", CATEGORIES), ticket?.category ?? "other");
  const priority = choose({}, options("priority", PRIORITIES), ticket?.priority ?? "normal");
  const status = choose({}, options("status", STATES), ticket?.status ?? "open");
  const due = h("input", { type: "datetime-local", value: localTime(ticket?.due_at) });
  const owner = choose({}, [["", t("ticket.nobody")], ...people], (ticket ? ticket.owner : agent)?.agent_id ?? "");
  const note = h("textarea", { rows: "3", maxlength: "2000" });
  const trouble = h("p.trouble", { role: "alert", hidden: true });
  const dialog = sheet(t(ticket ? "ticket.edit" : "ticket.new"), () => h("form.stack", { onsubmit: save },
    field(t("ticket.subject"), subject),
    h("div.columns", null, field(t("ticket.category"), category), field(t("ticket.priority"), priority), ticket && field(t("ticket.state"), status), field(t("ticket.due_at"), due), field(t("ticket.owner"), owner)),
    field(t("ticket.note"), note),
    ticket?.history?.length > 0 && h("div", null, h("p.label", null, t("ticket.history")), h("ul.plain-list", null, ticket.history.map((/** @type {any} */ one) => entry(one, new Map(people))))),
    trouble, h("div.buttons", null, h("button.primary", { type: "submit" }, t("ticket.save")))));
  subject.focus();

  /** @param {Event} event */
  async function save(event) {
    event.preventDefault();
    const wanted = {
      category: category.value, priority: priority.value, owner: owner.value || null,
      ...(due.value && due.value !== localTime(ticket?.due_at) ? { due_at: new Date(due.value).toISOString() } : {}),
      ...(note.value.trim() ? { note: note.value.trim() } : {}),
    };
    try {
      if (ticket) await api.changeTicket(ticket.ticket_id, { ...wanted, status: status.value, subject: subject.value.trim() });
      else await api.openTicket({ ...about, ...wanted, subject: subject.value.trim() });
      dialog.close();
      done();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      trouble.textContent = troubleOf(error);
      trouble.hidden = false;
    }
  }
}

/** Everybody at the desk; where they cannot be asked for, who is known anyway. @param {any} known @returns {Promise<[string, string][]>} */
async function colleagues(known) {
  const found = await api.colleagues().catch((error) => {
    if (!(error instanceof Problem)) throw error;
    return { items: [known] };
  });
  return found.items.map((/** @type {any} */ one) => [one.agent_id, one.display_name]);
}

const CODES = new Set(["status", "category", "priority"]);

/** @param {any} one @param {Map<string, string>} people  names by id */
function entry(one, people) {
  const said = (/** @type {string} */ name, /** @type {any} */ value) => {
    if (value == null) return "–";
    if (CODES.has(name)) return coded(`ticket.${name}`, value);
    if (name === "owner_id") return people.get(value) ?? "–";
    return name === "due_at" ? moment(value) : String(value);
  };
  const changed = Object.entries(one.changes ?? {}).map(([name, value]) =>
    `${coded("ticket.changed", name)}: ${[value].flat().map((part) => said(name, part)).join(" → ")}`);
  return h("li", null, [moment(one.at), one.agent?.display_name, ...changed, one.note].filter(Boolean).join(" · "));
}

/** @param {string|null|undefined} value */
function localTime(value) {
  if (!value) return "";
  const date = new Date(value);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
