/** The HTTP contract. Every failure is a `Problem`; nothing else leaves this file. */

import { language } from "./i18n/index.js";
import { tab } from "./store.js";

/** What went wrong, as the server's problem document says it (RFC 9457), or as the network did. */
export class Problem extends Error {
  /** @param {number} status  0 when no answer came @param {Record<string, any>} [document] @param {number} [retryAfter] seconds */
  constructor(status, document = {}, retryAfter = 0) {
    super(String(document.title ?? `HTTP ${status}`));
    this.status = status;
    this.document = document;
    this.code = String(document.code ?? "");
    this.retryAfter = retryAfter;
  }

  /** May the same request succeed later? */
  get passing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  /** The message key for the customer. The server's own words may be in another language. */
  get trouble() {
    if (this.status === 0) return "trouble.network";
    if (this.status === 401) return "signin.ended_title";
    if (this.status === 403) return "trouble.forbidden";
    if (this.status === 404) return "trouble.missing";
    if (this.status === 413) return "trouble.too_long";
    if (this.status === 429 || this.status === 503) return "trouble.busy";
    return this.status >= 500 ? "trouble.server" : "trouble.refused";
  }
}

/** @param {string} path  under the page's own address, so that a shop may mount it anywhere */
const address = (path) => new URL(`api/${path}`, document.baseURI);

/**
 * @param {string} path
 * @param {{method?: string, body?: unknown, headers?: Record<string, string>, signal?: AbortSignal}} [options]
 * @returns {Promise<Response>} of a good status
 */
async function request(path, { method = "GET", body, headers = {}, signal } = {}) {
  const token = tab.get("token");
  const sent = new Headers({ "Accept-Language": language(), ...headers });
  if (token) sent.set("Authorization", `Bearer ${token}`);
  if (body !== undefined) sent.set("Content-Type", "application/json");
  let response;
  try {
    response = await fetch(address(path), {
      method, headers: sent, signal, cache: "no-store", credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0);
  }
  if (response.ok) return response;
  throw new Problem(response.status, await documentOf(response), Number(response.headers.get("Retry-After")) || 0);
}

/** @param {Response} response  a proxy may answer in HTML: then the status says it all */
async function documentOf(response) {
  try {
    return (await response.json()) ?? {};
  } catch {
    return {};
  }
}

/** @param {Parameters<typeof request>} args @returns {Promise<any>} */
async function json(...args) {
  const response = await request(...args);
  try {
    return await response.json();
  } catch {
    throw new Problem(0);
  }
}

const STREAM = { Accept: "text/event-stream" };
const part = encodeURIComponent;

export const status = () => json("status");
export const customers = () => json("demo/customers");
/** @param {string} customerId */
export const login = (customerId) => json("demo/login", { method: "POST", body: { customer_id: customerId } });
export const createConversation = () => json("conversations", { method: "POST", body: { language: language() } });
/** @param {string} id */
export const conversation = (id) => json(`conversations/${part(id)}`);

/** @param {string} id @param {string} text @param {string} clientMessageId @param {AbortSignal} signal */
export const say = (id, text, clientMessageId, signal) =>
  request(`conversations/${part(id)}/messages`, {
    method: "POST", headers: STREAM, signal, body: { text, client_message_id: clientMessageId },
  });

/** @param {string} id @param {number} after  last event seen @param {AbortSignal} signal */
export const events = (id, after, signal) =>
  request(`conversations/${part(id)}/events`, { headers: { ...STREAM, "Last-Event-ID": String(after) }, signal });

/** @param {string} id @param {string} digest */
export const confirm = (id, digest) => json(`proposals/${part(id)}/confirm`, { method: "POST", body: { digest } });
/** @param {string} id @param {string} digest */
export const decline = (id, digest) => json(`proposals/${part(id)}/decline`, { method: "POST", body: { digest } });

/** @param {string} clause @param {string|null} on  a date: the version in force then */
export const clause = (clause, on) =>
  json(`policies/${part(clause)}?${new URLSearchParams({ language: language(), ...(on ? { on } : {}) })}`);
