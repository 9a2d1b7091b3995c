"""From the situations that cases name to real orders of the demo shop, always the same ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from evals.model_suite.cases import Case, Language
from evals.model_suite.needs import CustomerNeed, OrderNeed, ProductNeed
from evals.model_suite.notation import PLACEHOLDER, written
from evals.model_suite.shop import OrderFacts, ProductFacts, Shop


class NothingFits(LookupError):
    """The demo shop holds no order, customer or product such as a case needs."""


@dataclass(frozen=True)
class Binding:
    """Who is signed in, and which order, number or product each name of a case stands for."""

    customer_id: str
    orders: dict[str, OrderFacts]
    numbers: dict[str, str]
    products: dict[str, ProductFacts]

    def render(self, text: str, language: Language) -> str:
        """A message with its placeholders filled in."""
        return PLACEHOLDER.sub(lambda match: self._word(match[1], match[2] or "", language), text)

    def _word(self, name: str, form: str, language: Language) -> str:
        if name in self.products:
            return self.products[name].name.get(language)
        return written(self.numbers[name], form)


def bind_all(cases: Iterable[Case], shop: Shop, now: datetime) -> dict[str, Binding]:
    """Bind every case, with a customer of its own while there are enough; raises NothingFits."""
    used: set[str] = set()
    bindings: dict[str, Binding] = {}
    misfits: list[str] = []
    for case in cases:
        found = next(iter(_bindings(case, shop, now, used)), None)
        if found is None:
            misfits.append(case.id)
            continue
        bindings[case.id] = found
        used.add(found.customer_id)
        used.update(order.customer_id for order in found.orders.values())
    if misfits:
        raise NothingFits(f"the demo shop has nothing that fits {', '.join(misfits)}")
    return bindings


def _bindings(case: Case, shop: Shop, now: datetime, used: set[str]) -> Iterator[Binding]:
    """Fitting bindings: speakers of the case's language first, customers not yet used first."""
    customers = sorted(
        shop.by_customer,
        key=lambda customer: (
            customer in used,
            shop.languages[customer] != case.language,
            shop.by_customer[customer][0].number,
        ),
    )
    products = {
        name: product
        for position, (name, need) in enumerate(case.products.items())
        if (product := _product(need, shop, case.id, position))
    }
    if len(products) < len(case.products):
        return
    own = {n: need for n, need in case.orders.items() if _is_own(need)}
    for customer in customers:
        if not _customer_fits(case.customer, shop.by_customer[customer]):
            continue
        orders = _assign(list(own.items()), shop.by_customer[customer], now)
        if orders is None:
            continue
        for name, need in case.orders.items():
            if need.foreign and (other := _foreign(need, shop, customer, now)):
                orders[name] = other
        if any(need.foreign and name not in orders for name, need in case.orders.items()):
            continue
        numbers = {name: order.number for name, order in orders.items()}
        for name, need in case.orders.items():
            if need.missing:
                numbers[name] = _missing_number(shop)
        yield Binding(customer, orders, numbers, products)


def _is_own(need: OrderNeed) -> bool:
    return not (need.foreign or need.missing or need.listed)


def _assign(
    needs: list[tuple[str, OrderNeed]], orders: tuple[OrderFacts, ...], now: datetime
) -> dict[str, OrderFacts] | None:
    """Different orders for all needs, or None."""
    if not needs:
        return {}
    (name, need), *rest = needs
    for order in orders:
        if order_fits(need, order, now):
            others = tuple(other for other in orders if other is not order)
            assigned = _assign(rest, others, now)
            if assigned is not None:
                return {name: order, **assigned}
    return None


def _foreign(need: OrderNeed, shop: Shop, customer: str, now: datetime) -> OrderFacts | None:
    others = (order for order in shop.orders.values() if order.customer_id != customer)
    return next((order for order in others if order_fits(need, order, now)), None)


def _missing_number(shop: Shop) -> str:
    """A number of the shop's form that no order has, right after its last one."""
    last = max(shop.orders, key=lambda number: (len(number), number))
    return f"{last[:1]}{int(last[1:]) + 7}"


def order_fits(need: OrderNeed, order: OrderFacts, now: datetime) -> bool:
    """Whether an order is in the situation that a case needs."""

    def days(at: datetime | None) -> int | None:
        return None if at is None else (now - at).days

    lists = (
        (need.status, {order.status}),
        (need.shipment, {parcel.status for parcel in order.parcels}),
        ((need.paid_with,) if need.paid_with else (), {paid.method for paid in order.payments}),
    )
    spans = (
        (need.shipments, len(order.parcels)),
        (need.lines, len(order.lines)),
        (need.payments, len(order.payments)),
        (need.refunds, len(order.refunds)),
        (need.placed_days_ago, days(order.placed_at)),
        (need.delivered_days_ago, days(order.delivered_at)),
    )
    return (
        all(not wanted or bool(set(wanted) & present) for wanted, present in lists)
        and all(span is None or count in span for span, count in spans)
        and (
            need.return_class is None
            or all(line.return_class == need.return_class for line in order.lines)
        )
    )


def _customer_fits(need: CustomerNeed, orders: tuple[OrderFacts, ...]) -> bool:
    open_orders = [order for order in orders if order.is_open]
    return (
        (need.orders is None or len(orders) in need.orders)
        and (need.open_orders is None or len(open_orders) in need.open_orders)
        and (not need.open_status or all(o.status in need.open_status for o in open_orders))
    )


def product_fits(need: ProductNeed, product: ProductFacts) -> bool:
    """Whether a product is in the situation that a case needs."""
    stock = [variant.in_stock > 0 for variant in product.variants]
    return (
        bool(stock)
        and (not need.in_stock or all(stock))
        and (not need.some_variant_out_of_stock or not all(stock))
        and (need.variants is None or len(stock) in need.variants)
    )


def _product(need: ProductNeed, shop: Shop, case_id: str, position: int) -> ProductFacts | None:
    """A fitting product; the case's id spreads the cases over the catalogue, always alike."""
    fitting = [product for product in shop.products if product_fits(need, product)]
    if not fitting:
        return None
    return fitting[(sum(case_id.encode()) + position) % len(fitting)]
