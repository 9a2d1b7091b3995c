/** Requests under the page's own address. Every failure is a `Problem`; nothing else leaves this file. */

import { language } from "./i18n/index.js";

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

  /** The message key for the reader. The server's own words may be in another language. */
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
export const address = (path) => new URL(`api/${path}`, document.baseURI);

/** @typedef {{method?: string, body?: unknown, headers?: Record<string, string>, signal?: AbortSignal}} Options */

/** @param {string} path @param {Options} [options] @returns {Promise<Response>} of a good status */
export async function request(path, { method = "GET", body, headers = {}, signal } = {}) {
  const sent = new Headers({ "Accept-Language": language(), ...headers });
  const file = body instanceof Blob;
  if (body !== undefined) sent.set("Content-Type", file ? body.type : "application/json");
  let response;
  try {
    response = await fetch(address(path), {
      method, headers: sent, signal, cache: "no-store", credentials: "same-origin",
      body: body === undefined || file ? /** @type {Blob|undefined} */ (body) : JSON.stringify(body),
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

/** The body of an answer; null where there is none. @param {Response} response @returns {Promise<any>} */
export async function bodyOf(response) {
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch {
    throw new Problem(0);
  }
}

export const STREAM = { Accept: "text/event-stream" };

/** Part of a path. @param {string|number} value */
export const part = (value) => encodeURIComponent(value);
