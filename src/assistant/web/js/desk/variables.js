/** What a canned reply may hold: filled in by the page, or, where it is drafted from, by the shop. */

export const FROM_ORDER = [
  "tracking", "carrier", "total", "refund", "promised", "earliest", "latest", "likely", "delivered_on", "placed", "until", "item"];

export const VARIABLES = ["customer_name", "order_number", "agent_name", ...FROM_ORDER];

const GAP = new RegExp(`\\{(?:${VARIABLES.join("|")})\\}`, "g");

/** The variables that are left in a text, each once. @param {string} text @returns {string[]} */
export const gapsIn = (text) => [...new Set(text.match(GAP) ?? [])];
