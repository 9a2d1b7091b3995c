"""Cards and proposals as lines of text, for the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from orderdb.money import Money
from orderdb.text import Language

Json = Mapping[str, Any]


def card_lines(card: Json, language: Language) -> list[str]:
    """A card's facts; a kind that is not known here is told by its name alone."""
    draw = _DRAWN.get(card["type"])
    return list(draw(card, language)) if draw else [f"[{card['type']}]"]


def proposal_line(proposal: Json) -> str:
    return f"{proposal['summary']} ({proposal['clause']})"


def _order(card: Json, language: Language) -> Iterator[str]:
    placed = f", {card['placed_at'][:10]}" if card["placed_at"] else ""
    total = f"  {_money(card['total'])}" if card["lines"] or card["total"]["minor"] else ""
    yield f"{card['number']}  {card['status']}{placed}{total}"
    for line in card["lines"]:
        variant = f", {_text(line['variant'], language)}" if line["variant"] else ""
        name = f"{_text(line['name'], language)}{variant}"
        yield f"  {line['quantity']} × {name}  {_money(line['unit_price'])}  {line['status']}"
    for shipment in card["shipments"]:
        tracking = f" {shipment['tracking']}" if shipment["tracking"] else ""
        yield f"  {shipment['carrier'] or 'parcel'}{tracking}: {shipment['status']}"
        for event in shipment["events"][-3:]:
            yield f"    {event['at'][:16].replace('T', ' ')}  {event['code']}  {event['place']}"
    yield from _delivery(card["delivery"], language)
    for refund in card["refunds"]:
        yield f"  refund {_money(refund['amount'])}  {refund['status']}  {refund['method']}"


def _delivery(delivery: Json | None, language: Language) -> Iterator[str]:
    if delivery is None:
        return
    if delivery["delivered_on"]:
        yield f"  delivered {delivery['delivered_on']}"
    elif delivery["earliest"]:
        late = "  late" if delivery["late"] else ""
        yield f"  expected {delivery['earliest']} to {delivery['latest']}{late}"
    if delivery.get("note"):
        yield f"  {_text(delivery['note'], language)}"


def _orders(card: Json, language: Language) -> Iterator[str]:
    for order in card["orders"]:
        items = ", ".join(_text(item, language) for item in order["items"])
        placed = (order["placed_at"] or "")[:10]
        yield f"{order['number']}  {placed}  {order['status']}  {_money(order['total'])}  {items}"
    if card["total"] > card["shown"]:
        yield f"({card['shown']} / {card['total']})"


def _products(card: Json, language: Language) -> Iterator[str]:
    for product in card["products"]:
        yield f"{_text(product['name'], language)}  [{product['sku']}]"
        for variant in product["variants"]:
            stock = variant["in_stock"] or variant["restock_on"] or 0
            name = _text(variant["name"], language)
            yield f"  {name}  {_money(variant['price'])}  × {stock}"


def _verdict(card: Json, language: Language) -> Iterator[str]:
    mark = "✓" if card["allowed"] else "✗"
    refund = f"  {_money(card['refund'])}" if card["refund"] else ""
    yield (
        f"{mark} {card['action']} {card['order_number']}{refund}: "
        f"{_text(card['reason'], language)} ({card['clause']})"
    )


_DRAWN: Mapping[str, Callable[[Json, Language], Iterator[str]]] = {
    "order": _order,
    "orders": _orders,
    "products": _products,
    "verdict": _verdict,
}


def _text(text: Any, language: Language) -> str:
    return str(text[language]) if isinstance(text, dict) else str(text)


def _money(amount: Json) -> str:
    return str(Money.model_validate(amount))
