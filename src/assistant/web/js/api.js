/** The customer's side of the HTTP contract. */

import { STREAM, bodyOf, part, request } from "./http.js";
import { language } from "./i18n/index.js";
import { tab } from "./store.js";

export { Problem } from "./http.js";

/** @param {string} path @param {import("./http.js").Options} [options] */
function signed(path, options = {}) {
  const token = tab.get("token");
  const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  return request(path, { ...options, headers });
}

/** @param {string} path @param {import("./http.js").Options} [options] */
const json = async (path, options) => bodyOf(await signed(path, options));

export const status = () => json("status");
export const customers = () => json("demo/customers");
/** @param {string} customerId */
export const login = (customerId) => json("demo/login", { method: "POST", body: { customer_id: customerId } });
export const createConversation = () => json("conversations", { method: "POST", body: { language: language() } });
/** @param {string} id */
export const conversation = (id) => json(`conversations/${part(id)}`);

/** @param {string} id @param {string} text @param {string} clientMessageId @param {AbortSignal} signal */
export const say = (id, text, clientMessageId, signal) =>
  signed(`conversations/${part(id)}/messages`, {
    method: "POST", headers: STREAM, signal, body: { text, client_message_id: clientMessageId },
  });

/** A picture as evidence; a message names it by what comes back. @param {string} id @param {Blob} picture @returns {Promise<string>} */
export const sendPhoto = async (id, picture) =>
  (await json(`conversations/${part(id)}/photos`, { method: "POST", body: picture })).name;

/**
 * @param {string} id @param {number} after  last event seen @param {AbortSignal} signal
 * @param {boolean} [live]  stay open when nothing is under way: a person may speak unasked
 */
export const events = (id, after, signal, live = false) =>
  signed(`conversations/${part(id)}/events${live ? "?live=true" : ""}`, {
    headers: { ...STREAM, "Last-Event-ID": String(after) }, signal,
  });

/** Rather go on with the assistant than wait. @param {string} id */
export const leaveQueue = (id) => json(`conversations/${part(id)}/handoff`, { method: "DELETE" });

/** @param {string} id @param {{stars: number, resolved: boolean, comment: string}} rating */
export const rate = (id, rating) => json(`conversations/${part(id)}/rating`, { method: "POST", body: rating });

/** @param {string} id @param {string} digest */
export const confirm = (id, digest) => json(`proposals/${part(id)}/confirm`, { method: "POST", body: { digest } });
/** @param {string} id @param {string} digest */
export const decline = (id, digest) => json(`proposals/${part(id)}/decline`, { method: "POST", body: { digest } });

/** @param {string} clause @param {string|null} on  a date: the version in force then */
export const clause = (clause, on) =>
  json(`policies/${part(clause)}?${new URLSearchParams({ language: language(), ...(on ? { on } : {}) })}`);
