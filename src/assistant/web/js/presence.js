/** Who speaks with the customer now, and what each event changes about it. Nothing here knows the page. */

/**
 * @typedef {object} Presence
 * @property {"assistant"|"waiting"|"agent"|"closed"} kind
 * @property {string|null} name  of the agent
 * @property {number|null} position  in the queue, from 1
 */

/** @type {Presence} */
export const ASSISTANT = { kind: "assistant", name: null, position: null };

/** What an event says of it; the same object when it says nothing.
 * @param {Presence} before @param {import("./types.js").ServerEvent} event @returns {Presence} */
export function after(before, { event, data }) {
  if (event === "handoff") return handedOver(before, data);
  if (event !== "turn" || data.handled_by !== "agent" || !data.agent) return before;
  return before.kind === "agent" && before.name === data.agent.display_name ? before : withAgent(data.agent);
}

/** @param {Presence} before @param {any} data @returns {Presence} */
function handedOver(before, data) {
  if (data.closed) return { ...before, kind: "closed", position: null };
  if (data.returned) return ASSISTANT;
  if (data.agent) return withAgent(data.agent);
  return { kind: "waiting", name: null, position: data.position || null };
}

/** @param {{display_name: string}} agent @returns {Presence} */
const withAgent = (agent) => ({ kind: "agent", name: agent.display_name, position: null });

/** What the shop says when a conversation is brought back.
 * @param {any} stored  the conversation @param {import("./types.js").Turn[]} turns @returns {Presence} */
export function restored(stored, turns) {
  const { speaker, position } = stored;
  if (speaker?.kind === "agent") return withAgent(speaker.agent);
  if (speaker?.kind === "waiting") return { kind: "waiting", name: null, position: position ?? null };
  if (speaker) return ASSISTANT;
  const last = turns.findLast((turn) => turn.state === "done");
  if (last?.speaker === "agent") return { kind: "agent", name: last.agent, position: null };
  return last?.handoff ? { kind: "waiting", name: null, position: last.handoff.position } : ASSISTANT;
}

/** Whether words may come unasked. @param {Presence} presence */
export const isWithPeople = ({ kind }) => kind === "waiting" || kind === "agent";
