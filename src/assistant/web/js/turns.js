/** The state of one turn, and what each event does to it. Nothing here knows the page. */

/** @typedef {import("./types.js").Turn} Turn */
/** @typedef {import("./types.js").ServerEvent} ServerEvent */
/** @typedef {import("./types.js").Proposal} Proposal */

let made = 0;

/** @param {Partial<Turn>} known @returns {Turn} */
export function newTurn(known) {
  return {
    key: `turn-${++made}`, clientMessageId: null, question: null, at: null, state: "working", trouble: null,
    speaker: "assistant", agent: null, text: "", tools: [], cards: [], citations: [], proposals: [], quickReplies: [],
    handoff: null, ...known,
  };
}

/** An id for one message; the same one goes along with every repeat of it. */
export function messageId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Apply one event of the stream. @param {Turn} turn @param {ServerEvent} event */
export function apply(turn, { event, data }) {
  if (event === "turn") begin(turn, data);
  else if (event === "tool") recordTool(turn, data);
  else if (event === "card") turn.cards.push(data);
  else if (event === "citation") addCitation(turn, data);
  else if (event === "proposal") addProposal(turn, data);
  else if (event === "token") turn.text += data.text ?? "";
  else if (event === "reset") turn.text = "";
  else if (event === "handoff") turn.handoff = data.returned || data.agent || data.closed ? turn.handoff : { position: data.position ?? null };
  else if (event === "done") finish(turn, data);
  else if (event === "error") fail(turn);
}

/** An answer begins, or begins anew after the shop itself was cut off: what came before is void.
 * @param {Turn} turn @param {any} data */
export function begin(turn, data = {}) {
  Object.assign(turn, { text: "", tools: [], cards: [], citations: [], proposals: [], handoff: null });
  turn.speaker = data.handled_by ?? turn.speaker;
  turn.agent = data.agent?.display_name ?? turn.agent;
}

/** @param {Turn} turn @param {import("./types.js").ToolCall} call */
function recordTool(turn, call) {
  const known = turn.tools.find((tool) => tool.id === call.id);
  if (known) Object.assign(known, call);
  else turn.tools.push({ ...call });
}

/** @param {Turn} turn @param {import("./types.js").Citation} citation */
function addCitation(turn, citation) {
  const same = (/** @type {any} */ other) =>
    other.clause === citation.clause && String(other.version) === String(citation.version);
  if (!turn.citations.some(same)) turn.citations.push(citation);
}

/** @param {Turn} turn @param {Proposal} proposal */
export function addProposal(turn, proposal) {
  const known = turn.proposals.find((other) => other.proposal_id === proposal.proposal_id);
  if (!known) turn.proposals.push({ ...proposal, status: stateOf(proposal) });
}

/** @type {Record<string, import("./types.js").ProposalState>} */
const STATES = { open: "open", confirmed: "confirmed", declined: "declined", expired: "expired", superseded: "gone" };

/** @param {Proposal} proposal @returns {import("./types.js").ProposalState} */
function stateOf(proposal) {
  const state = STATES[proposal.status ?? "open"] ?? "open";
  const over = proposal.expires_at && Date.parse(proposal.expires_at) <= Date.now();
  return state === "open" && over ? "expired" : state;
}

/** The whole reply decides: it also holds what a cut may have swallowed. @param {Turn} turn @param {any} reply */
export function finish(turn, reply) {
  turn.state = "done";
  turn.trouble = null;
  turn.speaker = reply.handled_by ?? turn.speaker;
  turn.text = reply.reply ?? turn.text;
  turn.cards = reply.cards ?? turn.cards;
  for (const citation of reply.citations ?? []) addCitation(turn, citation);
  for (const proposal of reply.proposals ?? []) addProposal(turn, proposal);
  if (reply.tool_calls) turn.tools = reply.tool_calls;
  if (!turn.handoff && turn.tools.some((tool) => tool.name === "handoff" && tool.status === "ok"))
    turn.handoff = { position: null };
  turn.quickReplies = reply.quick_replies ?? [];
}

/** @param {Turn} turn */
function fail(turn) {
  turn.state = "failed";
  turn.trouble = "trouble.failed";
}

/**
 * Turns of a stored conversation: each customer message with the replies after it.
 * @param {any[]} messages @returns {Turn[]}
 */
export function turnsOf(messages) {
  /** @type {Turn[]} */
  const turns = [];
  for (const message of messages) {
    if (message.role === "customer") {
      turns.push(newTurn({ question: message.text, at: message.created_at, state: "failed", trouble: "trouble.failed" }));
      continue;
    }
    const last = turns.at(-1);
    const turn = last?.state === "failed" ? last : newTurn({ at: message.created_at });
    if (turn !== last) turns.push(turn);
    turn.agent = message.agent?.display_name ?? turn.agent;
    finish(turn, { handled_by: message.role, reply: message.text, ...message.reply });
  }
  return turns;
}
