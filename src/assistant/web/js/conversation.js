/** The conversation as the page holds it: its turns, and everything the customer can do to them. */

import * as api from "./api.js";
import { Problem } from "./api.js";
import { decide } from "./decisions.js";
import { ASSISTANT, after, isWithPeople, restored } from "./presence.js";
import { pendingMessage, rememberPending, tab } from "./store.js";
import { Cut, TurnStream, follow } from "./stream.js";
import { apply, begin, messageId, newTurn, turnsOf } from "./turns.js";

/** @typedef {import("./types.js").Turn} Turn */
/** @typedef {import("./types.js").Proposal} Proposal */
/** @typedef {import("./types.js").ServerEvent} ServerEvent */

/**
 * @typedef {object} Page  what the conversation tells the page
 * @property {(turn: Turn) => void} added
 * @property {(turn: Turn, event: string) => void} changed  event of the contract, or "state", "resend", "reconnect"
 * @property {(proposal: Proposal, turn: Turn) => void} decided
 * @property {(busy: boolean) => void} busy
 * @property {() => void} guided  a reply came without the model
 * @property {() => void} signedOut
 * @property {(presence: import("./presence.js").Presence) => void} presence
 */

export class Conversation {
  /** @type {Turn[]} */
  turns = [];
  busy = false;
  /** Who speaks with the customer now. */
  presence = ASSISTANT;
  /** @type {string|null} */
  #id = tab.get("conversation");
  #cursor = { last: 0 };
  /** @type {AbortController|null} */
  #listening = null;

  /** @param {Page} page */
  constructor(page) {
    this.page = page;
  }

  get id() {
    return this.#id;
  }

  /** Bring back what was said before a reload, and go on with an answer that was under way. */
  async restore() {
    try {
      if (this.#id) {
        const stored = await api.conversation(this.#id);
        this.turns = turnsOf(stored.messages);
        this.#cursor.last = stored.last_event_id ?? 0;
        this.#is(restored(stored, this.turns));
      }
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 404) throw error;
      this.#id = null;
      tab.set("conversation", null);
    }
    this.#goOn(pendingMessage());
  }

  /** After a reload: an answer under way goes on, a message that may be lost goes out again.
   * @param {import("./store.js").Pending|null} pending */
  #goOn(pending) {
    const last = this.turns.at(-1);
    const unanswered = last !== undefined && last.state === "failed";
    const same = last !== undefined && (pending === null || last.question === pending.text);
    if (unanswered && same) {
      last.clientMessageId = pending?.clientMessageId ?? null;
      void this.#run(last, true);
    } else if (pending && !(pending.accepted && same)) {
      if (same) this.turns.pop(); // the shop will repeat it under its id
      const { text: question, clientMessageId } = pending;
      const turn = newTurn({ question, clientMessageId, state: "sending" });
      this.turns.push(turn);
      void this.#run(turn, false);
    } else {
      rememberPending(null);
      this.#listenIfHandedOver();
    }
  }

  /** @param {string} text */
  async send(text) {
    if (this.busy || !text.trim()) return;
    const turn = newTurn({
      question: text, clientMessageId: messageId(), state: "sending", at: new Date().toISOString(),
    });
    this.turns.push(turn);
    this.page.added(turn);
    await this.#run(turn, false);
  }

  /** Send a picture ahead of the message that names it. @param {Blob} picture @returns {Promise<string>} its name */
  async sendPhoto(picture) {
    return api.sendPhoto(this.#id ?? (await this.#create()), picture);
  }

  /** Once more: the same id when the shop may have the message, a new one when it answered with an error. @param {Turn} turn */
  async retry(turn) {
    if (this.busy) return;
    if (turn.state === "failed") {
      turn.clientMessageId = messageId();
      begin(turn);
    }
    const accepted = turn.state === "cut";
    await this.#run(turn, accepted);
  }

  /** Take back a message that never reached the shop. @param {Turn} turn */
  withdraw(turn) {
    this.turns = this.turns.filter((other) => other !== turn);
    rememberPending(null);
  }

  /** @param {Turn} turn @param {boolean} accepted */
  async #run(turn, accepted) {
    this.#setBusy(true);
    this.#listening?.abort();
    const message = { clientMessageId: turn.clientMessageId, text: turn.question ?? "", accepted };
    rememberPending(message);
    turn.state = accepted ? "working" : "sending";
    turn.trouble = null;
    this.page.changed(turn, "state");
    try {
      const id = this.#id ?? (await this.#create());
      const stream = new TurnStream(id, message, this.#cursor, {
        receive: (event) => {
          if (event.event === "turn") rememberPending(message);
          this.#receive(event, turn);
        },
        wait: (what) => this.page.changed(turn, what),
      });
      await stream.run();
      rememberPending(null);
    } catch (error) {
      this.#broken(turn, error, message.accepted);
    } finally {
      this.#setBusy(false);
      this.#listenIfHandedOver();
    }
  }

  /** @returns {Promise<string>} */
  async #create() {
    const { conversation_id: id } = await api.createConversation();
    tab.set("conversation", id);
    this.#id = id;
    return id;
  }

  /** @type {Turn|null} */
  #speaking = null;

  /** Events belong to the turn that the last `turn` event named. @param {ServerEvent} event @param {Turn|null} own */
  #receive(event, own) {
    if (event.event === "turn") {
      const mine = own !== null && event.data.client_message_id === (own.clientMessageId ?? event.data.client_message_id);
      this.#speaking = mine ? own : this.#unasked();
      if (this.#speaking.state !== "done") this.#speaking.state = "working";
      if (event.data.mode_notice === "guided") this.page.guided();
    }
    this.#is(after(this.presence, event));
    if (event.event === "handoff" && !this.#speaking && !own) return; // news of the queue belongs to no turn
    const turn = this.#speaking ?? own ?? this.#unasked();
    apply(turn, event);
    this.page.changed(turn, event.event);
    if (event.event === "done" || event.event === "error") this.#speaking = null;
  }

  #unasked() {
    const turn = newTurn({ at: new Date().toISOString() });
    this.turns.push(turn);
    this.page.added(turn);
    return turn;
  }

  /** @param {Turn} turn @param {unknown} error @param {boolean} accepted */
  #broken(turn, error, accepted) {
    if (error instanceof Cut || (accepted && error instanceof Problem && error.passing)) {
      turn.state = turn.clientMessageId ? "cut" : "failed";
      turn.trouble = turn.clientMessageId ? "trouble.cut" : "trouble.failed";
      if (!turn.clientMessageId) rememberPending(null);
    } else if (error instanceof Problem) {
      turn.state = "unsent";
      turn.trouble = error.trouble;
      if (error.status === 409) turn.clientMessageId = messageId(); // taken by another message
      if (error.status === 404) this.#id = null; // the next try starts a conversation of its own
      if (!error.passing && error.status !== 401) rememberPending(null);
      if (error.status === 401) this.page.signedOut();
    } else throw error;
    this.page.changed(turn, "state");
  }

  /** @param {boolean} busy */
  #setBusy(busy) {
    this.busy = busy;
    this.page.busy(busy);
  }

  /** @param {import("./presence.js").Presence} presence */
  #is(presence) {
    if (presence === this.presence) return;
    this.presence = presence;
    this.page.presence(presence);
  }

  #listenIfHandedOver() {
    this.#listening?.abort();
    if (!this.#id || this.busy || !isWithPeople(this.presence)) return;
    this.#listening = new AbortController();
    void follow(this.#id, this.#cursor, (event) => this.#receive(event, null), this.#listening.signal);
  }

  /** Rather the assistant than the queue; that it worked comes as an event. */
  async leaveQueue() {
    if (!this.#id) return;
    try {
      await api.leaveQueue(this.#id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // somebody took it just now: that comes as an event too
    }
  }

  /** @param {Proposal} proposal @param {Turn} turn */
  confirm(proposal, turn) {
    return decide(proposal, turn, "confirm", this.page);
  }

  /** @param {Proposal} proposal @param {Turn} turn */
  decline(proposal, turn) {
    return decide(proposal, turn, "decline", this.page);
  }

  /** Stop listening, for another customer or a new conversation. */
  close() {
    this.#listening?.abort();
  }
}
