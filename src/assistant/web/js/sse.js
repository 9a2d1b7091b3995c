/** Server-sent events out of a fetch body (WHATWG HTML, section 9.2.6). */

/** @typedef {import("./types.js").ServerEvent} ServerEvent */

/** Feed it text in any pieces; it returns the events that became whole. */
export class EventParser {
  #rest = "";
  #event = "";
  #id = "";
  /** @type {string[]} */
  #data = [];

  /** @param {string} piece @returns {ServerEvent[]} */
  push(piece) {
    let text = this.#rest + piece;
    // A carriage return at the end may be half of a CRLF: wait for what follows.
    const held = text.endsWith("\r") ? "\r" : "";
    if (held) text = text.slice(0, -1);
    const lines = text.split(/\r\n|\r|\n/);
    this.#rest = (lines.pop() ?? "") + held;
    return lines.flatMap((line) => this.#line(line));
  }

  /** @param {string} line @returns {ServerEvent[]} */
  #line(line) {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id") this.#id = value;
    return [];
  }

  /** @returns {ServerEvent[]} */
  #dispatch() {
    const data = this.#data.join("\n");
    const whole = { id: /^\d+$/.test(this.#id) ? Number(this.#id) : null, event: this.#event || "message" };
    this.#event = "";
    this.#id = "";
    this.#data = [];
    if (!data) return [];
    try {
      return [{ ...whole, data: JSON.parse(data) }];
    } catch {
      return []; // a half-written event of a dying server; the resumed stream brings it whole
    }
  }
}

/**
 * Read a response to its end. Silence longer than `patience` counts as a cut: a connection can
 * die without saying so.
 * @param {Response} response @param {(event: ServerEvent) => void} receive
 * @param {number} [patience] milliseconds
 */
export async function readEvents(response, receive, patience = 45_000) {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), patience);
      if (done) return;
      for (const event of parser.push(decoder.decode(value, { stream: true }))) receive(event);
    }
  } finally {
    reader.cancel().catch(() => {}); // already broken or closed: nothing left to cancel
  }
}

/** @template T @param {Promise<T>} promise @param {number} limit @returns {Promise<T>} */
function within(promise, limit) {
  let timer = 0;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new TypeError("the stream went silent")), limit);
  });
  return /** @type {Promise<T>} */ (Promise.race([promise, late])).finally(() => clearTimeout(timer));
}
