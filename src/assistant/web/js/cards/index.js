/** Which card draws which fact. A type that this page does not know is left out, never guessed. */

import { orderCard } from "./order.js";
import { ordersCard } from "./orders.js";
import { productsCard } from "./products.js";
import { verdictCard } from "./verdict.js";

/**
 * @typedef {object} CardActions  what a card may ask of the page
 * @property {(text: string) => void} ask
 * @property {(clause: string, on?: string|null) => void} openClause
 */

/** @type {Record<string, (card: any, actions: CardActions) => HTMLElement>} */
const CARDS = { order: orderCard, orders: ordersCard, products: productsCard, verdict: verdictCard };

/** @param {import("../types.js").Card} card @param {CardActions} actions @returns {HTMLElement|null} */
export function drawCard(card, actions) {
  const draw = Object.hasOwn(CARDS, card?.type) ? CARDS[card.type] : null;
  return draw ? draw(card, actions) : null;
}
