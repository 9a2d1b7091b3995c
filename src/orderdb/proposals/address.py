"""Sending an order elsewhere, or changing the address that the account holds."""

from __future__ import annotations

from pydantic import Field
from sqlmodel import Session, col, select

from orderdb.columns import JsonObject
from orderdb.eligibility import clauses, verdict
from orderdb.eligibility.verdict import Verdict
from orderdb.errors import AlreadySo, Refused
from orderdb.models import Address
from orderdb.money import Money
from orderdb.proposals.kind import Change, Kind, KindArguments, Matter, Ruling, require
from orderdb.statuses import ProposalKind
from orderdb.text import Text

_NO_MONEY = Money(minor=0, currency="XXX")  # ISO 4217 for "no currency is involved"


class NewAddress(KindArguments):
    """``recipient`` and ``country`` stay as they are where nothing is said."""

    recipient: str | None = Field(default=None, min_length=1, max_length=120)
    line1: str = Field(min_length=1, max_length=200)
    line2: str = Field(default="", max_length=200)
    city: str = Field(min_length=1, max_length=100)
    region: str = Field(default="", max_length=100)
    postal_code: str = Field(default="", max_length=20)
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")


def _judge_order(matter: Matter, asked: NewAddress) -> Ruling:
    order = matter.order
    judged = require(verdict(order, "change_address", matter.book, matter.now))
    now = matter.session.get(Address, matter.row.address_id) if matter.row.address_id else None
    wanted = _wanted(matter, asked, now, order.destination)
    rules = matter.book.profile.change_address
    if rules.same_country and order.destination and wanted["country"] != order.destination:
        raise Refused(_ABROAD, clauses.ADDRESS_ABROAD)
    if now is not None and _fields(now) == wanted:
        raise AlreadySo(_SAME, judged.clause)
    line = _one_line(wanted)
    return Ruling(
        judged,
        matter.money(0),
        Text(
            en=f"Send order {order.number} to {line}.", zh=f"将订单{order.number}改寄至：{line}。"
        ),
        effect={"address": wanted},
    )


def _send_elsewhere(change: Change, asked: NewAddress) -> Text:
    wanted = change.ruling.effect["address"]
    change.order.address_id = _stored(change.session, change.matter.customer.id, wanted).id
    change.session.add(change.order)
    number, line = change.order.number, _one_line(wanted)
    return Text(en=f"Order {number} goes to {line}.", zh=f"订单{number}将寄往：{line}。")


def _judge_account(matter: Matter, asked: NewAddress) -> Ruling:
    now = _default(matter.session, matter.customer.id)
    wanted = _wanted(matter, asked, now, matter.customer.country)
    clause = _clause_today(matter)
    if now is not None and _fields(now) == wanted:
        raise AlreadySo(_SAME, clause.clause)
    line = _one_line(wanted)
    return Ruling(
        clause,
        _NO_MONEY,
        Text(en=f"Keep {line} as the account's address.", zh=f"将账户地址改为：{line}。"),
        effect={"address": wanted, "instead_of": now.id if now is not None else None},
    )


def _clause_today(matter: Matter) -> Verdict:
    today = matter.now.astimezone(matter.customer.zone).date()
    clause = matter.book.in_force(clauses.ADDRESS_BEFORE_PACKING, today)
    return Verdict(
        action="change_address",
        allowed=True,
        reason=Text(en="The account's address can be changed.", zh="账户地址可以修改。"),
        clause=clause.id,
        version=clause.version,
    )


def _change_account(change: Change, asked: NewAddress) -> Text:
    session, customer = change.session, change.matter.customer.id
    old = _default(session, customer)
    if old is not None:
        old.is_default = False
        session.add(old)
        session.flush()  # one address at a time is the account's
    new = _stored(session, customer, change.ruling.effect["address"])
    new.is_default = True
    session.add(new)
    line = _one_line(change.ruling.effect["address"])
    return Text(en=f"The account's address is now {line}.", zh=f"账户地址已改为：{line}。")


def _wanted(
    matter: Matter, asked: NewAddress, now: Address | None, country: str | None
) -> JsonObject:
    fields = asked.model_dump()
    fields["recipient"] = asked.recipient or (now.recipient if now else matter.customer.name)
    fields["country"] = asked.country or (now.country if now else country)
    if fields["country"] is None:
        raise Refused(_COUNTRY, clauses.ADDRESS_BEFORE_PACKING)
    return fields


def _fields(address: Address) -> JsonObject:
    return {name: getattr(address, name) for name in NewAddress.model_fields}


def _default(session: Session, customer: str) -> Address | None:
    return session.exec(
        select(Address).where(Address.customer_id == customer, Address.is_default)
    ).first()


def _stored(session: Session, customer: str, fields: JsonObject) -> Address:
    """The customer's row with these fields; rows never change, so a new one where there is none."""
    same = select(Address).where(Address.customer_id == customer)
    for name, value in fields.items():
        same = same.where(getattr(Address, name) == value)
    found = session.exec(same.order_by(col(Address.id))).first()
    if found is None:
        found = Address(customer_id=customer, **fields)
        session.add(found)
        session.flush()
    return found


def _one_line(fields: JsonObject) -> str:
    place = f"{fields['postal_code']} {fields['city']}".strip()
    parts = (fields["recipient"], fields["line1"], fields["line2"], place, fields["region"])
    return ", ".join(part for part in (*parts, fields["country"]) if part)


_ABROAD = Text(
    en="The country of delivery cannot be changed. Cancel the order and order again there.",
    zh="收货国家或地区不能修改。可以取消订单后重新下单。",
)
_SAME = Text(
    en="That is the address already. Ask for the new one.", zh="地址与现在相同，请提供新地址。"
)
_COUNTRY = Text(en="Ask for the country of the address.", zh="请询问地址所在的国家或地区。")

CHANGE_ADDRESS = Kind(ProposalKind.CHANGE_ADDRESS, NewAddress, _judge_order, _send_elsewhere)
ACCOUNT_ADDRESS = Kind(
    ProposalKind.ACCOUNT_ADDRESS,
    NewAddress,
    _judge_account,
    _change_account,
    target=lambda _: "account",
    about_account=True,
)
