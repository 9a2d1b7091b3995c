/** One message out, its events in, whatever the network does in between. */

import * as api from "./api.js";
import { Problem } from "./api.js";
import { readEvents } from "./sse.js";

/** @typedef {import("./types.js").ServerEvent} ServerEvent */

/** The message reached the shop, but the rest of the answer could not be fetched. */
export class Cut extends Error {}

const SEND_TRIES = 3;
const RESUME_TRIES = 7;

/** @param {number} attempt counts from 0 @param {number} [atLeast] seconds */
export function pause(attempt, atLeast = 0) {
  const wait = Math.max(atLeast * 1000, Math.min(400 * 2 ** attempt, 10_000)) * (0.75 + Math.random() / 2);
  return new Promise((wake) => {
    const timer = setTimeout(done, wait);
    window.addEventListener("online", done, { once: true });
    function done() {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      wake(null);
    }
  });
}

/** Follows one turn to its end. Events seen before are dropped by their id, so nothing doubles. */
export class TurnStream {
  #ended = false;

  /**
   * @param {string} conversation
   * @param {import("./store.js").Pending} message  accepted: only listen
   * @param {{last: number}} cursor  the last event id seen in this conversation
   * @param {{receive: (event: ServerEvent) => void, wait: (what: "resend"|"reconnect") => void}} page
   */
  constructor(conversation, message, cursor, page) {
    this.conversation = conversation;
    this.message = message;
    this.cursor = cursor;
    this.page = page;
    this.abort = new AbortController();
  }

  /**
   * Ends when the turn has. Throws `Problem` when the message was not taken, `Cut` when the answer
   * was lost. When nothing is under way any more, the message goes out again under its id: the
   * shop then goes on with it, or repeats what it answered. Without an id it is a `Cut`.
   */
  async run() {
    for (let round = 0; !this.#ended; round++) {
      if (round >= SEND_TRIES || (round > 0 && !this.message.clientMessageId)) throw new Cut();
      const known = this.message.accepted && round === 0;
      if (!known) await this.#send();
      if (!this.#ended) await this.#resume(known);
    }
  }

  async #send() {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#post();
      } catch (error) {
        if (this.message.accepted) return;
        const problem = error instanceof Problem ? error : new Problem(0);
        if (!problem.passing || attempt + 1 >= SEND_TRIES) throw problem;
        this.page.wait("resend");
        await pause(attempt, Math.min(problem.retryAfter, 20));
      }
    }
  }

  async #post() {
    const { text, clientMessageId } = this.message;
    const response = await api.say(this.conversation, text, clientMessageId ?? "", this.abort.signal);
    if (response.headers.get("Content-Type")?.includes("application/json")) {
      this.message.accepted = this.#ended = true;
      this.page.receive({ id: null, event: "done", data: await response.json() });
      return;
    }
    await readEvents(response, (event) => this.#receive(event));
    if (!this.message.accepted) throw new Problem(0);
  }

  /** Returns when the turn has ended, or when the shop says that nothing more comes.
   * @param {boolean} [atOnce] */
  async #resume(atOnce = false) {
    for (let attempt = 0; !this.#ended; attempt++) {
      if (attempt >= RESUME_TRIES) throw new Cut();
      if (!atOnce || attempt > 0) {
        this.page.wait("reconnect");
        await pause(attempt);
      }
      const before = this.cursor.last;
      try {
        const response = await api.events(this.conversation, this.cursor.last, this.abort.signal);
        await readEvents(response, (event) => this.#receive(event));
        if (this.cursor.last === before) return;
      } catch (error) {
        if (error instanceof Problem && !error.passing) throw error;
      }
      if (this.cursor.last > before) attempt = -1; // it moves: start counting anew
    }
  }

  /** @param {ServerEvent} event */
  #receive(event) {
    if (this.#ended) return;
    // Our own turn may be played again from its start: everything drawn of it begins anew.
    const begins = event.event === "turn" && event.data.client_message_id === this.message.clientMessageId;
    if (begins) this.message.accepted = true;
    if (event.id !== null) {
      if (event.id <= this.cursor.last && !begins) return;
      this.cursor.last = event.id;
    }
    this.#ended = this.message.accepted && (event.event === "done" || event.event === "error");
    this.page.receive(event);
    if (this.#ended) this.abort.abort(); // a resumed stream may stay open; we have what we came for
  }
}

/**
 * Listen while a person has the conversation: their answers come unasked. Ends when aborted.
 * @param {string} conversation @param {{last: number}} cursor
 * @param {(event: ServerEvent) => void} receive @param {AbortSignal} signal
 */
export async function follow(conversation, cursor, receive, signal) {
  for (let quiet = 0; !signal.aborted; ) {
    const before = cursor.last;
    try {
      await readEvents(await api.events(conversation, cursor.last, signal, true), (event) => {
        if (signal.aborted || event.id === null || event.id <= cursor.last) return;
        cursor.last = event.id;
        receive(event);
      });
    } catch (error) {
      if (error instanceof Problem && !error.passing) return;
    }
    quiet = cursor.last > before ? 0 : quiet + 1;
    if (!signal.aborted) await pause(Math.min(quiet, 5));
  }
}
