/**
 * What an agent has begun to write, kept for each conversation by itself: a draft is read and written
 * only under the conversation it was begun for, so it cannot go anywhere else.
 */

import { tab } from "../store.js";

/**
 * @typedef {object} Draft
 * @property {string} text
 * @property {string|null} suggestion  the accepted suggestion that it began as
 * @property {{proposal_id: string, title: string}[]} proposals  shown to the customer with the message
 * @property {string|null} key  the id under which it was sent, until that is known to have worked
 * @property {string} before  the agent's own words that an accepted suggestion took the place of
 */

/** @returns {Draft} */
const empty = () => ({ text: "", suggestion: null, proposals: [], key: null, before: "" });

/** @param {string} conversation @returns {Draft} */
export function draftOf(conversation) {
  try {
    return { ...empty(), ...JSON.parse(tab.get(`draft.${conversation}`) ?? "{}") };
  } catch {
    return empty();
  }
}

/** @param {string} conversation @param {Draft} draft */
export function keepDraft(conversation, draft) {
  const worth = draft.text || draft.proposals.length;
  tab.set(`draft.${conversation}`, worth ? JSON.stringify(draft) : null);
}

/** @param {string} conversation */
export const dropDraft = (conversation) => tab.set(`draft.${conversation}`, null);
