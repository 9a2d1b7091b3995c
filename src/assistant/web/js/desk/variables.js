/** What a canned reply may hold: filled in from the conversation, and from the order that it is about. */

export const FROM_ORDER = [
  "tracking", "carrier", "total", "refund", "promised", "earliest", "latest", "likely", "delivered_on", "placed", "until", "item"];

const GAP = /\{[a-z][a-z_]*\}/g;

/** The variables that are left in a text, each once. @param {string} text @returns {string[]} */
export const gapsIn = (text) => [...new Set(text.match(GAP) ?? [])];
