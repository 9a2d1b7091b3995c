"""Orders that the database holds already, loaded with all that belongs to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, col, select

from orderdb.models import (
    Order,
    OrderLine,
    Payment,
    Proposal,
    Refund,
    Shipment,
    ShipmentEvent,
    ShipmentLine,
)
from orderdb.statuses import ProposalKind, ProposalStatus

_Row = TypeVar("_Row", bound=SQLModel)


class KnownOrders:
    """The orders among ``keys`` that exist, and their rows by order, shipment or payment id."""

    def __init__(self, session: Session, keys: Collection[str]) -> None:
        self._session = session
        orders = session.exec(select(Order).where(col(Order.number_key).in_(keys))).all()
        self.by_key = {order.number_key: order for order in orders}
        ids = [order.id for order in orders]
        self.lines = self._children(OrderLine, "order_id", ids, "position")
        self.shipments = self._children(Shipment, "order_id", ids, "position")
        self.payments = self._children(Payment, "order_id", ids, "id")
        shipments = [one.id for ones in self.shipments.values() for one in ones]
        self.contents = self._children(ShipmentLine, "shipment_id", shipments, "order_line_id")
        self.events = self._children(ShipmentEvent, "shipment_id", shipments, "at")
        payments = [one.id for ones in self.payments.values() for one in ones]
        self.refunds = self._children(Refund, "payment_id", payments, "id")
        self.changed_here = self._changed_here(ids)

    def _children(
        self, table: type[_Row], parent: str, ids: Sequence[int | None], order: str
    ) -> dict[int, list[_Row]]:
        found: dict[int, list[_Row]] = defaultdict(list)
        if ids:
            rows: Iterable[Any] = self._session.exec(
                select(table)
                .where(col(getattr(table, parent)).in_(ids))
                .order_by(col(getattr(table, order)))
            )
            for row in rows:
                found[getattr(row, parent)].append(row)
        return found

    def _changed_here(self, ids: Sequence[int | None]) -> dict[int, set[ProposalKind]]:
        """By which kinds of confirmed proposals each order was changed."""
        found: dict[int, set[ProposalKind]] = defaultdict(set)
        if ids:
            changed = self._session.exec(
                select(Proposal.order_id, Proposal.kind).where(
                    col(Proposal.order_id).in_(ids),
                    col(Proposal.status) == ProposalStatus.CONFIRMED,
                )
            )
            for order, kind in changed:
                found[order or 0].add(ProposalKind(kind))
        return found
