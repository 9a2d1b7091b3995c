/** The customer's own click on a proposal: the only thing on this page that changes an order. */

import * as api from "./api.js";
import { Problem } from "./api.js";
import { addProposal } from "./turns.js";

/** @typedef {import("./types.js").Turn} Turn */
/** @typedef {import("./types.js").Proposal} Proposal */

/**
 * Send the click with the digest of what the customer saw. Repeating it is safe: the shop commits
 * a digest once and answers the same.
 * @param {Proposal} proposal @param {Turn} turn @param {"confirm"|"decline"} choice
 * @param {{decided: (proposal: Proposal, turn: Turn) => void, signedOut: () => void}} page
 */
export async function decide(proposal, turn, choice, page) {
  if (proposal.status !== "open") return;
  proposal.status = "busy";
  proposal.trouble = null;
  page.decided(proposal, turn);
  try {
    const result = await api[choice](proposal.proposal_id, proposal.digest);
    proposal.status = choice === "confirm" ? "confirmed" : "declined";
    proposal.outcome = result?.summary ?? null;
    proposal.cards = result?.cards ?? (result?.card ? [result.card] : []);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    refused(proposal, turn, error);
    if (error.status === 401) page.signedOut();
  }
  page.decided(proposal, turn);
}

/** @param {Proposal} proposal @param {Turn} turn @param {Problem} problem */
function refused(proposal, turn, problem) {
  const next = problem.document.proposal;
  proposal.reason = problem.document.reason ?? null;
  if (problem.status === 409 && next) {
    proposal.status = "changed";
    addProposal(turn, { ...next, status: "open" });
  } else if (problem.status === 409 || problem.status === 410) {
    proposal.status = refusedState(problem);
  } else if (problem.status === 404) {
    proposal.status = "gone";
  } else {
    proposal.status = "open"; // nothing was decided, and the same click may be repeated
    proposal.trouble = problem.trouble;
  }
}

/** @param {Problem} problem @returns {import("./types.js").ProposalState} */
function refusedState({ code, document }) {
  const words = `${code} ${document.proposal_status ?? ""}`;
  /** @type {import("./types.js").ProposalState[]} */
  const known = ["expired", "declined", "confirmed"];
  return known.find((state) => words.includes(state)) ?? "gone";
}
