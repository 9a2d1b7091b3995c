"""A task's reference actions, each looked up or proposed and confirmed in our shop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from orderdb.database import SessionFactory
from orderdb.errors import AlreadySo, NotFound, OrderError
from orderdb.models import Address, Customer, Order, OrderLine, Product, Variant
from orderdb.policy_book import PolicyBook
from orderdb.proposals import (
    CancelOrder,
    ChangeItems,
    ExchangeItems,
    KindArguments,
    LinePieces,
    NewAddress,
    OtherPayment,
    ReturnItems,
    Swap,
    confirm,
    propose,
)
from orderdb.repository import find_customer, find_order
from orderdb.statuses import ProposalKind

Arguments = Mapping[str, Any]
Value = TypeVar("Value")
_START = datetime(2026, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class Desk:
    """One task's conversation: who was found, and what is done in that customer's name."""

    def __init__(self, sessions: SessionFactory, book: PolicyBook) -> None:
        self._sessions, self._book = sessions, book
        self._customer: str | None = None
        self._now = _START
        self._known: dict[str, Callable[[Session, Arguments], None]] = {
            "find_user_id_by_email": self._find_by_email,
            "find_user_id_by_name_zip": self._find_by_name,
            "get_user_details": self._see_user,
            "get_order_details": self._see_order,
            "get_product_details": self._see_product,
            "get_item_details": self._see_item,
            "cancel_pending_order": self._cancel,
            "modify_pending_order_address": self._change_address,
            "modify_pending_order_payment": self._change_payment,
            "modify_pending_order_items": self._change_items,
            "return_delivered_order_items": self._return,
            "exchange_delivered_order_items": self._exchange,
            "modify_user_address": self._change_account,
        }

    def perform(self, name: str, arguments: Arguments) -> str | None:
        """What was refused, if anything was. What touches no data, such as sums, is left out."""
        act = self._known.get(name)
        if act is None:
            return None
        self._now += _MINUTE
        with self._sessions() as session:
            try:
                act(session, arguments)
            except AlreadySo:
                return None  # nothing is left to write
            except (OrderError, ValueError) as refusal:
                return str(refusal)
        return None

    def _find_by_email(self, session: Session, asked: Arguments) -> None:
        by_email = select(Customer.id).where(Customer.email == asked["email"])
        self._customer = _found(session.exec(by_email).first(), "no such user")

    def _find_by_name(self, session: Session, asked: Arguments) -> None:
        by_name = (
            select(Customer.id)
            .join(Address, col(Address.customer_id) == col(Customer.id))
            .where(
                col(Customer.name).ilike(f"{asked['first_name']} {asked['last_name']}"),
                col(Address.postal_code) == asked["zip"],
                col(Address.is_default),
            )
        )
        self._customer = _found(session.exec(by_name).first(), "no such user")

    def _see_user(self, session: Session, asked: Arguments) -> None:
        find_customer(session, asked["user_id"])

    def _see_order(self, session: Session, asked: Arguments) -> None:
        find_order(session, self._owner(session, asked), asked["order_id"])

    def _see_product(self, session: Session, asked: Arguments) -> None:
        known = select(Product.id).where(Product.sku == asked["product_id"])
        _found(session.exec(known).first(), "no such product")

    def _see_item(self, session: Session, asked: Arguments) -> None:
        known = select(Variant.id).where(Variant.sku == asked["item_id"])
        _found(session.exec(known).first(), "no such item")

    def _cancel(self, session: Session, asked: Arguments) -> None:
        wanted = CancelOrder(reason=asked["reason"])
        self._commit(session, asked, ProposalKind.CANCEL_ORDER, wanted)

    def _change_address(self, session: Session, asked: Arguments) -> None:
        self._commit(session, asked, ProposalKind.CHANGE_ADDRESS, _address(asked))

    def _change_payment(self, session: Session, asked: Arguments) -> None:
        wanted = OtherPayment(pay_with=asked["payment_method_id"])
        self._commit(session, asked, ProposalKind.CHANGE_PAYMENT, wanted)

    def _change_items(self, session: Session, asked: Arguments) -> None:
        wanted = ChangeItems(
            swaps=self._swaps(session, asked), settle_with=asked["payment_method_id"]
        )
        self._commit(session, asked, ProposalKind.CHANGE_ITEMS, wanted)

    def _return(self, session: Session, asked: Arguments) -> None:
        lines = self._lines(session, asked)
        wanted = ReturnItems(
            lines=tuple(LinePieces(line=line, quantity=1) for line in lines),
            refund_to=asked["payment_method_id"],
        )
        self._commit(session, asked, ProposalKind.RETURN_ITEMS, wanted)

    def _exchange(self, session: Session, asked: Arguments) -> None:
        wanted = ExchangeItems(
            swaps=self._swaps(session, asked), settle_with=asked["payment_method_id"]
        )
        self._commit(session, asked, ProposalKind.EXCHANGE_ITEMS, wanted)

    def _change_account(self, session: Session, asked: Arguments) -> None:
        self._customer = self._customer or asked["user_id"]
        if self._customer != asked["user_id"]:
            raise NotFound("that is another user's account")
        self._commit(session, {}, ProposalKind.ACCOUNT_ADDRESS, _address(asked))

    def _commit(
        self, session: Session, asked: Arguments, kind: ProposalKind, wanted: KindArguments
    ) -> None:
        """Propose, and click on what was proposed."""
        number = asked.get("order_id")
        owner = self._owner(session, asked)
        session.rollback()  # what is looked up belongs to no write
        proposal = propose(session, owner, number, kind, wanted, None, self._book, self._now)
        self._now += _MINUTE
        confirm(session, owner, proposal.id, proposal.digest, self._book, self._now)

    def _owner(self, session: Session, asked: Arguments) -> str:
        """The customer who was found; a task that never looks for one speaks for the owner."""
        if self._customer is None:
            owner = select(Order.customer_id).where(Order.number == asked["order_id"])
            self._customer = _found(session.exec(owner).first(), "no such order")
        return self._customer

    def _lines(self, session: Session, asked: Arguments) -> list[int]:
        """The lines of the items named; the same item twice is two lines."""
        bought = session.exec(
            select(OrderLine.sku, OrderLine.position)
            .join(Order, col(Order.id) == col(OrderLine.order_id))
            .where(col(Order.number) == asked["order_id"])
            .order_by(col(OrderLine.position))
        ).all()
        left, found = list(bought), []
        for item in asked["item_ids"]:
            one = next((one for one in left if one[0] == item), None)
            if one is None:
                raise NotFound(f"the order has no item {item}")
            left.remove(one)
            found.append(one[1])
        return found

    def _swaps(self, session: Session, asked: Arguments) -> tuple[Swap, ...]:
        lines = self._lines(session, asked)
        pairs = zip(lines, asked["new_item_ids"], strict=True)
        return tuple(Swap(line=line, quantity=1, variant=item) for line, item in pairs)


def _found(value: Value | None, otherwise: str) -> Value:
    if value is None:
        raise NotFound(otherwise)
    return value


def _address(asked: Arguments) -> NewAddress:
    return NewAddress(
        line1=asked["address1"],
        line2=asked["address2"],
        city=asked["city"],
        region=asked["state"],
        postal_code=asked["zip"],
        country="US" if asked["country"] == "USA" else asked["country"],
    )
