/** The page put together: who is here, what they see, and what changes it. */

import * as api from "./api.js";
import { Problem } from "./api.js";
import { fill, h } from "./dom.js";
import { language, t, useLanguage } from "./i18n/index.js";
import { forgetCustomer, tab, tokenFromAddress } from "./store.js";
import { announce } from "./view/announce.js";
import { bar } from "./view/bar.js";
import { Chat } from "./view/chat.js";
import { useLimit } from "./view/composer.js";
import { GuidedWatch, fleeting, guidedBanner, readyNotice } from "./view/guided.js";
import { presenceStrip, presenceWords } from "./view/presence.js";
import { signInNeeded, signInPicker } from "./view/signin.js";

const place = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @typedef {"picker"|"needed"|"ended"|"chat"|"broken"} Scene */

const FRAMED = window.parent !== window;

class Page {
  demo = false;
  /** @type {Chat|null} */
  #chat = null;
  #offline = false;
  /** @type {Scene|null} */
  #scene = null;
  #watch = new GuidedWatch((guided) => this.#mode(guided));

  async start() {
    this.#takeToken();
    this.#frame();
    const wanted = new URLSearchParams(location.search).get("as");
    const known = tab.get("token") !== null && (wanted === null || wanted === tab.get("customer"));
    if (known) await this.#enter();
    const status = await api.status().catch(forgiven);
    this.demo = status?.demo ?? this.demo;
    useLimit(status?.message_limit);
    if (known) this.#frame();
    else if (!status) this.#show("broken");
    else if (this.demo && wanted) await this.#signIn({ customer_id: wanted }).catch((error) => (forgiven(error), this.#show("picker")));
    else this.#show(this.demo ? "picker" : "needed");
    this.#watch.set(status?.mode === "guided");
  }

  /** A token handed over by the embedding shop. @returns {boolean} whether there was one */
  #takeToken() {
    const token = tokenFromAddress();
    if (!token) return false;
    const owner = personOf(token);
    if (owner !== tab.get("owner")) forgetCustomer();
    tab.set("owner", owner);
    tab.set("token", token);
    return true;
  }

  /** The shop may hand over a fresh token at any time. */
  async tokenChanged() {
    if (!this.#takeToken()) return;
    await this.#enter();
  }

  /** @param {{customer_id: string, name?: string}} customer */
  async #signIn(customer) {
    const { token } = await api.login(customer.customer_id);
    forgetCustomer();
    tab.set("token", token);
    tab.set("customer", customer.customer_id);
    tab.set("name", customer.name ?? null);
    await this.#enter();
  }

  async #enter() {
    this.#chat?.close();
    document.body.dataset.presence = "assistant";
    this.#chat = new Chat({ guided: () => this.#watch.set(true), signedOut: () => void this.#signedOut(), presence: (now) => this.#presence(now),
      spoken: () => FRAMED && parent.postMessage("orderdesk:said", "*") }); // says nothing but that
    this.#show("chat");
    try {
      await this.#chat.restore();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) await this.#signedOut();
      else this.#show("broken");
    }
  }

  /** In the demo the same customer signs in again unasked; a shop's customer must come back from it. */
  async #signedOut() {
    const customer = tab.get("customer");
    tab.set("token", null);
    if (this.demo && customer) {
      const fresh = await api.login(customer).catch(forgiven);
      if (fresh) return tab.set("token", fresh.token);
    }
    this.#show(this.demo ? "picker" : "ended");
  }

  /** @param {Scene} scene */
  #show(scene) {
    this.#scene = scene;
    if (FRAMED && (scene === "needed" || scene === "ended")) parent.postMessage("orderdesk:token", "*"); // says nothing but that
    this.#frame();
    const stage = place("stage");
    if (scene === "chat" && this.#chat) fill(stage, this.#chat.element);
    else if (scene === "picker") fill(stage, signInPicker((customer) => this.#signIn(customer)));
    else if (scene === "broken") fill(stage, this.#brokenScene());
    else fill(stage, signInNeeded(scene === "ended" ? "ended" : "needed"));
    if (scene === "chat") this.#chat?.composer.focus();
    else /** @type {HTMLElement|null} */ (stage.querySelector("h2"))?.focus();
  }

  #brokenScene() {
    const again = () => location.reload();
    return h("div.signin", null, h("h2.big", { tabindex: "-1" }, t("trouble.restore")), h("p.lead", null, t("trouble.network")),
      h("div.buttons", null, h("button.primary", { type: "button", onclick: again }, t("retry"))));
  }

  /** All around the stage, in the language of the moment. */
  #frame() {
    document.documentElement.lang = language() === "zh" ? "zh-Hans" : "en";
    document.title = `${t("app.tagline")} · ${t("app.title")}`;
    place("skip").textContent = t("app.skip");
    place("skip").hidden = this.#scene !== "chat";
    fill(place("bar"), ...bar({
      chatting: this.#scene === "chat",
      name: tab.get("name"),
      speak: (wanted) => this.#speak(wanted),
      fresh: () => this.#fresh(),
      leave: this.demo && this.#scene === "chat" && !FRAMED ? () => this.#leave() : null,
    }));
    this.#notices();
  }

  #notices() {
    fill(place("notices"),
      this.#offline && h("p.notice.warn", { role: "alert" }, t("trouble.offline")),
      this.#watch.guided && this.#scene === "chat" && guidedBanner({ ask: (text) => this.#chat?.ask(text) }),
      this.#scene === "chat" && this.#chat && this.#chat.conversation.presence.kind !== "assistant" &&
        presenceStrip(this.#chat.conversation.presence, () => void this.#chat?.conversation.leaveQueue()));
  }

  /** @param {import("./presence.js").Presence} presence */
  #presence(presence) {
    document.body.dataset.presence = presence.kind;
    this.#notices();
    announce(presenceWords(presence));
    if (presence.kind === "closed") this.#chat?.askForRating();
    else if (presence.kind === "assistant") place("notices").append(fleeting(presenceStrip(presence)));
  }

  /** @param {"en"|"zh"} wanted */
  #speak(wanted) {
    useLanguage(wanted);
    this.#chat?.draw();
    if (this.#scene === "chat") this.#frame();
    else if (this.#scene) this.#show(this.#scene);
    /** @type {HTMLElement|null} */ (place("bar").querySelector(".switches > :last-child"))?.focus();
  }

  /** The next conversation starts; the last one may be rated above it. */
  #fresh() {
    const ended = this.#chat?.rateable() ?? null;
    for (const name of ["conversation", "pending"]) tab.set(name, null);
    void this.#enter();
    if (ended) this.#chat?.askForRating(ended);
    announce(t("empty.title"));
  }

  #leave() {
    this.#chat?.close();
    this.#chat = null;
    forgetCustomer();
    history.replaceState(history.state, "", location.pathname);
    this.#show("picker");
  }

  /** @param {boolean} guided */
  #mode(guided) {
    this.#notices();
    if (!guided && this.#scene === "chat") place("notices").append(readyNotice());
  }

  /** The system changed its theme: the switch must say the other one. */
  themeChanged() {
    this.#frame();
  }

  /** @param {boolean} offline */
  network(offline) {
    this.#offline = offline;
    this.#notices();
  }
}

/** @param {unknown} error @returns {null} */
function forgiven(error) {
  if (!(error instanceof Problem)) throw error;
  return null;
}

/** Whose token it is, read without trust: only to tell a renewed token from another person's.
 * @param {string} token */
function personOf(token) {
  try {
    return String(JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sub);
  } catch {
    return token;
  }
}

const page = new Page();
window.addEventListener("hashchange", () => void page.tokenChanged());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => page.themeChanged());
window.addEventListener("online", () => page.network(false));
window.addEventListener("offline", () => page.network(true));
if (FRAMED)
  window.addEventListener("keydown", (event) => {
    const free = event.key === "Escape" && !event.isComposing && !event.defaultPrevented && !document.querySelector("dialog[open]");
    if (free) parent.postMessage("orderdesk:close", "*"); // says nothing but that
  });
void page.start();
