/**
 * Shapes of the HTTP contract and of the page's own state. Types only; nothing to run.
 *
 * @typedef {{en: string, zh: string} | string} Text  names come in both languages
 * @typedef {{minor: number, currency: string}} Money  integer minor units
 *
 * @typedef {object} Delivery
 * @property {string} stage
 * @property {string|null} earliest  a date, as all below
 * @property {string|null} latest
 * @property {string|null} likely
 * @property {number|null} chance  0 to 1
 * @property {"rules"|"learnt"} [basis]
 * @property {string|null} [leaves_from]  with ``leaves_by``, when the warehouse hands it over
 * @property {string|null} [leaves_by]
 * @property {string|null} delivered_on
 * @property {string|null} promised
 * @property {boolean} late
 * @property {Text|null} note
 * @property {Text|null} [moved]  why the range is another than before
 *
 * @typedef {{at: string, earliest: string, likely: string, latest: string, why: Text|null}} PastRange
 *   told from a moment on; why it was another than the one before
 *
 * @typedef {{clause: string, version: string|number, effective_from: string, title: Text,
 *   quote: Text}} Citation
 * @typedef {{id: string, name: string, arguments: Record<string, unknown>,
 *   status: "started"|"ok"|"refused"|"error"}} ToolCall
 * @typedef {{type: string} & Record<string, any>} Card
 * @typedef {{label: string, text: string}} QuickReply
 *
 * @typedef {"open"|"busy"|"confirmed"|"declined"|"expired"|"changed"|"gone"} ProposalState
 * @typedef {object} Proposal
 * @property {string} proposal_id
 * @property {string} kind
 * @property {string} [order_number]
 * @property {Text} summary
 * @property {Money|null} amount
 * @property {string|null} clause
 * @property {string} digest
 * @property {string|null} expires_at
 * @property {ProposalState} status
 * @property {Text|null} [reason]  why the shop refused the click
 * @property {string|null} [trouble]  message key of the last failed click
 * @property {Text|null} [outcome]  what the shop says was done
 * @property {Card[]} [cards]  what the shop returned after the confirmation
 *
 * @typedef {"assistant"|"guided"|"agent"} Speaker
 * @typedef {"sending"|"working"|"done"|"unsent"|"cut"|"failed"} TurnState
 *   unsent: the message never reached the shop; cut: it did, the answer did not come back;
 *   failed: the shop answered with an error.
 *
 * @typedef {object} Turn  one message of the customer and what came back
 * @property {string} key
 * @property {string|null} clientMessageId  null when an agent speaks unasked
 * @property {string|null} question
 * @property {string|null} at  ISO time
 * @property {TurnState} state
 * @property {string|null} trouble  message key that says what went wrong
 * @property {Speaker} speaker
 * @property {string|null} agent  the name of the person who speaks
 * @property {string} text
 * @property {ToolCall[]} tools
 * @property {Card[]} cards
 * @property {Citation[]} citations
 * @property {Proposal[]} proposals
 * @property {QuickReply[]} quickReplies
 * @property {{position: number|null}|null} handoff
 *
 * @typedef {{id: number|null, event: string, data: any}} ServerEvent
 */
export {};
