/** The desk put together: who works here, which scene they see, and what happens while they do. */

import { fill, h, icon } from "../dom.js";
import { WORDS, language, t, useLanguage } from "../i18n/index.js";
import { tab } from "../store.js";
import { themeButton } from "../view/bar.js";
import * as api from "./api.js";
import { Problem } from "./api.js";
import { listen } from "./live.js";
import { shortcutOf } from "./shortcuts.js";
import { cannedScene } from "./view/canned.js";
import { casesScene } from "./view/cases.js";
import { ConversationView } from "./view/conversation.js";
import { openHelp } from "./view/help.js";
import { proactiveScene } from "./view/proactive.js";
import { Queue } from "./view/queue.js";
import { useLimit } from "./view/reply.js";
import { reportsScene } from "./view/reports.js";
import { signIn } from "./view/signin.js";
import { ticketsScene } from "./view/tickets.js";
import en from "./words/en.js";
import zh from "./words/zh.js";

Object.assign(WORDS.en, en);
Object.assign(WORDS.zh, zh);

const place = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const KEEP_MS = 30_000;
const SCENES = new Set(["tickets", "cases", "proactive", "canned", "reports"]);
const LEADS_ONLY = new Set(["reports"]);

class Desk {
  demo = false;
  oidc = false;
  /** @type {any} */
  agent = null;
  /** @type {Queue|null} */
  #queue = null;
  /** @type {ConversationView|null} */
  #talk = null;
  /** @type {AbortController|null} */
  #listening = null;
  #keeping = 0;
  #connected = true;
  #ended = false;

  async start() {
    this.#frame();
    const status = await api.status().catch(forgiven);
    this.demo = status?.demo ?? false;
    this.oidc = status?.desk_oidc ?? false;
    useLimit(status?.message_limit);
    const session = await api.session().catch(forgiven);
    if (session) this.enter(session);
    else this.#signedOut(false);
  }

  /** @param {any} session */
  enter({ agent, csrf }) {
    if (tab.get("desk.agent") !== agent.agent_id) forgetDrafts(); // another person's words are theirs
    tab.set("desk.agent", agent.agent_id);
    api.useCsrf(csrf);
    this.agent = agent;
    this.#ended = false;
    this.#queue = new Queue({ go: (id) => this.go(id), signedOut: () => this.#signedOut(true) });
    this.#listen();
    this.#keeping = window.setInterval(() => void this.#keep(), KEEP_MS);
    this.show();
  }

  /** @param {boolean} ended */
  #signedOut(ended) {
    this.#leave();
    this.agent = null;
    this.#ended = ended;
    this.show();
  }

  #leave() {
    this.#listening?.abort();
    clearInterval(this.#keeping);
    this.#queue?.close();
    this.#talk?.close();
    this.#queue = this.#talk = null;
  }

  async #signOut() {
    await api.signOut().catch(forgiven);
    forgetDrafts();
    this.#signedOut(false);
  }

  #listen() {
    const listening = (this.#listening = new AbortController());
    void listen((event) => this.#receive(event), (connected) => this.#connection(connected), listening.signal)
      .then((ended) => ended && this.#signedOut(true));
  }

  /** @param {import("../types.js").ServerEvent} event */
  #receive({ event, data }) {
    this.#queue?.changed();
    if ((event === "conversation" || event === "lease") && data.conversation_id === this.#talk?.id) void this.#talk?.refresh();
  }

  /** What was missed meanwhile is asked for. @param {boolean} connected */
  #connection(connected) {
    if (connected && !this.#connected) {
      void this.#queue?.refresh();
      void this.#talk?.refresh();
    }
    this.#connected = connected;
    this.#notices();
  }

  /** All that this agent has is kept, open on the screen or not. */
  async #keep() {
    const held = await api.queue({ state: "active", assigned: "me", search: "" }).catch(forgiven);
    for (const { conversation_id: id } of held?.items ?? []) {
      const kept = await api.keep(id).catch(forgiven);
      if (!kept && id === this.#talk?.id) void this.#talk?.refresh();
    }
  }

  /** @param {string|null} conversation */
  go(conversation) {
    location.hash = conversation ? `#/c/${encodeURIComponent(conversation)}` : "#/";
  }

  get #route() {
    const [scene = "", id = ""] = location.hash.replace(/^#\/?/, "").split("/");
    return { scene, id: decodeURIComponent(id) };
  }

  show() {
    const { scene, id } = this.#route;
    const stage = place("stage");
    this.#frame();
    if (!this.agent) {
      fill(stage, signIn({ demo: this.demo, oidc: this.oidc, ended: this.#ended, enter: (session) => this.enter(session) }));
      return /** @type {HTMLElement|null} */ (stage.querySelector("h2"))?.focus();
    }
    if (!SCENES.has(scene)) return this.#workspace(scene === "c" ? id : null);
    this.#talk?.close();
    this.#talk = null;
    fill(stage, this.#scene(scene));
    /** @type {HTMLElement|null} */ (stage.querySelector("h2"))?.focus();
  }

  /** @param {string} scene */
  #scene(scene) {
    if (scene === "tickets") return ticketsScene({ agent: this.agent, go: (id) => this.go(id) });
    if (scene === "cases") return casesScene();
    if (scene === "proactive") return proactiveScene();
    if (scene === "canned") return cannedScene();
    return reportsScene();
  }

  /** @param {string|null} id */
  #workspace(id) {
    if (!this.#queue) return;
    if (this.#talk?.id !== id) {
      this.#talk?.close();
      this.#talk = id === null ? null : new ConversationView(id, {
        agent: this.agent, go: (conversation) => this.go(conversation),
        moved: () => void this.#queue?.refresh(), signedOut: () => this.#signedOut(true),
      });
    }
    this.#queue.mark(id);
    const talk = this.#talk?.element ?? h("section.talk.nothing-open", { "aria-label": t("talk.title") }, h("p.quiet", null, t("talk.choose")));
    const space = this.#queue.element.closest(".workspace");
    if (space?.isConnected) space.lastElementChild?.replaceWith(talk); // the queue stays where it was scrolled to
    else fill(place("stage"), h("div.workspace", null, this.#queue.element, talk));
    this.#queue.element.closest(".workspace")?.classList.toggle("has-talk", id !== null);
  }

  #frame() {
    document.documentElement.lang = language() === "zh" ? "zh-Hans" : "en";
    document.title = `${t("desk.title")} · ${t("app.title")}`;
    place("skip").textContent = t("desk.skip");
    const other = language() === "zh" ? "en" : "zh";
    fill(place("bar"),
      h("div.brand", null, h("img", { src: "static/icon.svg", alt: "", width: "32", height: "32" }),
        h("h1", null, t("app.title"), h("span", null, t("desk.title")))),
      this.agent && this.#navigation(),
      h("div.switches", null,
        this.agent && h("button.plainly", { type: "button", onclick: () => void this.#signOut(), "aria-label": t("desk.sign_out", { name: this.agent.display_name }) },
          icon("person"), h("span.who", null, this.agent.display_name)),
        this.agent && h("button.round", { type: "button", onclick: openHelp, "aria-label": t("keys.title"), title: t("keys.title") }, h("b", { "aria-hidden": "true" }, "?")),
        themeButton(),
        h("button.plainly", { type: "button", id: "language", onclick: () => this.#speak(other), lang: other === "zh" ? "zh-Hans" : "en", "aria-label": t("app.language_label") }, t("app.language"))));
    place("bar").querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    this.#notices();
  }

  /** The system changed its theme: the switch must say the other one. */
  themeChanged() {
    this.#frame();
  }

  #navigation() {
    const { scene } = this.#route;
    const here = SCENES.has(scene) ? scene : "";
    const scenes = ["", ...SCENES].filter((one) => this.agent.role !== "agent" || !LEADS_ONLY.has(one));
    return h("nav.scenes", { "aria-label": t("desk.scenes") }, scenes.map((one) =>
      h("a", { href: `#/${one}`, "aria-current": one === here ? "page" : null }, t(`desk.scene.${one || "queue"}`))));
  }

  #notices() {
    fill(place("notices"), !this.#connected && this.agent && h("p.notice.warn", { role: "alert" }, t("desk.reconnecting")));
  }

  /** @param {"en"|"zh"} wanted */
  #speak(wanted) {
    useLanguage(wanted);
    if (this.agent) {
      this.#queue?.close();
      this.#queue = new Queue({ go: (id) => this.go(id), signedOut: () => this.#signedOut(true) });
      this.#talk?.close();
      this.#talk = null; // its draft is kept
    }
    this.show();
    place("language").focus();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const shortcut = this.agent && !document.querySelector("dialog[open]") ? shortcutOf(event) : null;
    if (!shortcut) return;
    event.preventDefault();
    if (shortcut === "help") openHelp();
    else if (shortcut === "next") this.#queue?.step(1);
    else if (shortcut === "previous") this.#queue?.step(-1);
    else if (shortcut === "search") this.#queue?.search.focus();
    else if (this.#talk?.data) this.#inTalk(shortcut, this.#talk);
  }

  /** @param {string} shortcut @param {ConversationView} talk */
  #inTalk(shortcut, talk) {
    if (shortcut.startsWith("use")) talk.suggestions.use(Number(shortcut.slice(3)));
    else if (shortcut === "send") void talk.reply.send();
    else if (shortcut === "take") void talk.take();
    else if (shortcut === "write") talk.reply.input.focus();
    else if (shortcut === "suggest") talk.suggestions.ask();
    else if (shortcut === "canned") talk.canned();
  }
}

/** What one agent left unsent is not the next one's. */
function forgetDrafts() {
  for (const name of tab.names()) if (name.startsWith("draft.")) tab.set(name, null);
}

/** @param {unknown} error @returns {null} */
function forgiven(error) {
  if (!(error instanceof Problem)) throw error;
  return null;
}

const desk = new Desk();
window.addEventListener("hashchange", () => desk.show());
place("skip").addEventListener("click", (event) => {
  event.preventDefault(); // the part after # says which scene is shown
  const target = place("stage").querySelector(".reply:not([hidden]) textarea") ?? place("stage").querySelector("#queue-search, input, h2");
  /** @type {HTMLElement|null} */ (target)?.focus();
});
window.addEventListener("keydown", (event) => desk.key(event));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => desk.themeChanged());
void desk.start();
