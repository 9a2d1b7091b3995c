/** The desk's side of the HTTP contract: the session comes in a cookie, what changes something names its token too. */

import { STREAM, bodyOf, part, request } from "../http.js";
import { language } from "../i18n/index.js";

export { Problem } from "../http.js";

let csrf = "";

/** @param {string} token */
export const useCsrf = (token) => {
  csrf = token;
};

/** @param {string} path @param {import("../http.js").Options} [options] */
function asked(path, options = {}) {
  const unsafe = options.method && options.method !== "GET";
  return request(path, { ...options, headers: { ...options.headers, ...(unsafe ? { "X-CSRF-Token": csrf } : {}) } });
}

/** @param {string} path @param {import("../http.js").Options} [options] */
const json = async (path, options) => bodyOf(await asked(path, options));
/** @param {string} path @param {unknown} [body] */
const post = (path, body = {}) => json(path, { method: "POST", body });
/** @param {Record<string, string|number|null|undefined>} values */
const query = (values) =>
  new URLSearchParams(Object.entries(values).filter(([, value]) => value !== "" && value != null).map(([key, value]) => [key, String(value)]));
/** @param {string} id @param {string} [rest] */
const conversationPath = (id, rest = "") => `desk/conversations/${part(id)}${rest}`;

export const status = () => json("status");
/** Null where nobody has signed in here: the shop is asked only about a session that may be there. */
export const session = async () => (document.cookie.includes("orderdesk_desk_open=1") ? json("desk/session") : null);
/** @param {string} name @param {string} password */
export const signIn = (name, password) => post("desk/session", { name, password });
export const signOut = () => json("desk/session", { method: "DELETE" });
export const demoAgents = () => json("demo/agents");
/** @param {string} agent */
export const demoSignIn = (agent) => post("demo/agent-login", { agent_id: agent });

/** @param {{state: string, assigned: string, search: string}} filter */
export const queue = (filter) => json(`desk/queue?${query(filter)}`);
/** @param {AbortSignal} signal */
export const events = (signal) => asked("desk/events", { headers: STREAM, signal });

/** @param {string} id */
export const conversation = (id) => json(conversationPath(id));
/** @param {string} id @param {boolean} over */
export const take = (id, over) => post(conversationPath(id, "/take"), { take_over: over });
/** @param {string} id */
export const keep = (id) => post(conversationPath(id, "/keep"));
/** @param {string} id @param {"assistant"|"queue"} to */
export const release = (id, to) => post(conversationPath(id, "/release"), { to });
/** @param {string} id @param {"resolved"|"unresolved"} resolution @param {string} note */
export const close = (id, resolution, note) => post(conversationPath(id, "/close"), { resolution, note });
/** @param {string} id @param {object} message */
export const say = (id, message) => post(conversationPath(id, "/messages"), message);
/** @param {string} id @param {string} tool @param {object} wanted */
export const propose = (id, tool, wanted) => post(conversationPath(id, "/proposals"), { tool, arguments: wanted });
/** @param {string} id @param {"confirm"|"decline"} choice @param {string} digest */
export const decide = (id, choice, digest) => post(`desk/proposals/${part(id)}/${choice}`, { digest });
/** @param {string} id @param {string} wanted  a language */
export const translations = (id, wanted) => json(conversationPath(id, `/translations?${query({ language: wanted })}`));

/** The agent's own words, or null where they cannot be translated. @param {string} id @param {string} text @param {string} wanted  a language */
export const translate = async (id, text, wanted) => (await post(conversationPath(id, "/translations"), { text, language: wanted })).text;

/** Drafts of a reply, as they are written. @param {string} id @param {object|null} wish @param {AbortSignal} signal */
export const suggestions = (id, wish, signal) =>
  asked(conversationPath(id, "/suggestions"), {
    headers: STREAM, signal, ...(wish ? { method: "POST", body: { language: language(), ...wish } } : {}),
  });

/** @param {string} id */
export const customer = (id) => json(`desk/customers/${part(id)}`);
/** @param {string} id @param {string} number */
export const order = (id, number) => json(`desk/customers/${part(id)}/orders/${part(number)}`);

/** What an order fills into a canned reply, by language. @param {string} id @param {string} number */
export const variables = (id, number) => json(`desk/customers/${part(id)}/orders/${part(number)}/variables`);

export const canned = () => json("desk/canned");
/** @param {string|null} id  null makes a new one @param {object} reply */
export const saveCanned = (id, reply) =>
  id === null ? post("desk/canned", reply) : json(`desk/canned/${part(id)}`, { method: "PUT", body: reply });
/** @param {string} id */
export const dropCanned = (id) => json(`desk/canned/${part(id)}`, { method: "DELETE" });

export const examples = () => json("desk/examples");
/** @param {number} id @param {boolean} approved */
export const approveExample = (id, approved) => post(`desk/examples/${part(id)}`, { approved });

export const colleagues = () => json("desk/agents");

/** @param {{status?: string, owner?: string}} filter */
export const tickets = (filter) => json(`desk/tickets?${query(filter)}`);
/** @param {object} ticket */
export const openTicket = (ticket) => post("desk/tickets", ticket);
/** @param {string} id @param {object} changes */
export const changeTicket = (id, changes) => json(`desk/tickets/${part(id)}`, { method: "PATCH", body: changes });

export const cases = () => json("desk/cases");
/** Release what was promised when the goods came back, or less. @param {number} id @param {number|null} minor */
export const settleReturn = (id, minor) => post(`desk/returns/${part(id)}/settle`, { refund_minor: minor });
/** @param {number} id @param {boolean} accepted */
export const settleExchange = (id, accepted) => post(`desk/exchanges/${part(id)}/settle`, { accepted });
/** @param {number} id @param {boolean} approved */
export const settleClaim = (id, approved) => post(`desk/claims/${part(id)}/settle`, { approved });

export const proactive = () => json("desk/proactive");
export const scan = () => post("desk/proactive/scan");
/** @param {string} id @param {string} text @param {boolean} remedy */
export const approve = (id, text, remedy) => post(`desk/proactive/${part(id)}/approve`, { text, remedy });
/** @param {string} id */
export const dismiss = (id) => post(`desk/proactive/${part(id)}/dismiss`);

/** @param {number} days */
export const reports = (days) => json(`desk/reports?${query({ days })}`);
/** @param {number} days */
export const reportsCsv = (days) => `api/desk/reports.csv?${query({ days })}`;
