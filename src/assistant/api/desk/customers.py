"""A customer's profile, and any order of theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, get_args

from fastapi import APIRouter, Path
from sqlmodel import Session

from assistant.api.access import Opened, in_session
from assistant.api.desk.auth import CurrentAgent, DeskRoute
from assistant.api.desk.shapes import Card, Case, Contact, CustomerProfile
from assistant.api.desk.viewing import order_shown, shown_customer
from assistant.api.problems import documented
from assistant.services import Services
from orderdb.dates import zone
from orderdb.desk.profile import (
    PastCase,
    PastContact,
    lifetime_value,
    past_cases,
    past_contacts,
)
from orderdb.errors import NotFound
from orderdb.models import Customer
from orderdb.text import Language

router = APIRouter(
    prefix="/api/desk/customers/{customer_id}",
    tags=["desk"],
    route_class=DeskRoute,
    responses=documented(401, 403, 404),
)

CustomerPath = Annotated[str, Path(min_length=1, max_length=64)]
OrderPath = Annotated[str, Path(min_length=1, max_length=80)]

_ORDERS = 20


@router.get("")
async def show_customer(
    services: Opened, agent: CurrentAgent, customer_id: CustomerPath
) -> CustomerProfile:
    """Who they are, what they bought, said and sent back."""
    return await in_session(services, lambda session: _profile(session, services, customer_id))


@router.get("/orders/{number}")
async def show_order(
    services: Opened, agent: CurrentAgent, customer_id: CustomerPath, number: OrderPath
) -> Card:
    """One order as a card, as of now."""
    return await in_session(
        services, lambda session: order_shown(session, customer_id, number, services.clock())
    )


@router.get("/orders/{number}/variables")
async def show_variables(
    services: Opened, agent: CurrentAgent, customer_id: CustomerPath, number: OrderPath
) -> dict[Language, dict[str, str]]:
    """What this order fills into a canned reply, in each language."""
    return await in_session(
        services, lambda session: _variables(session, customer_id, number, services.clock())
    )


def _variables(
    session: Session, customer_id: str, number: str, now: datetime
) -> dict[Language, dict[str, str]]:
    from assistant.suggestions.slots import slots_of  # takes long to import
    from tools.results import ToolResult

    card = order_shown(session, customer_id, number, now)
    local = zone(session.get_one(Customer, customer_id).time_zone)
    slots = slots_of([ToolResult(text="", cards=[card])], customer="", agent="", zone=local)
    return {
        language: {slot.name: slot.text.get(language) for slot in slots}
        for language in get_args(Language)
    }


def _profile(session: Session, services: Services, customer_id: str) -> CustomerProfile:
    from orderdb.delivery import Calendars, estimate  # these take long to import
    from orderdb.repository import newest_orders
    from orderdb.repository.delivery_models import current_model
    from tools.order_cards import orders_card

    customer = None if "\x00" in customer_id else session.get(Customer, customer_id)
    if customer is None:
        raise NotFound("there is no such customer")
    now, calendars = services.clock(), Calendars()
    page = newest_orders(session, customer_id, limit=_ORDERS)
    learnt = current_model(session, now)
    deliveries = [estimate(order.delivery_facts, calendars, now, learnt) for order in page.orders]
    return CustomerProfile(
        customer=shown_customer(customer),
        email=customer.email,
        country=customer.country,
        customer_since=customer.created_at,
        membership=customer.tier.value,
        lifetime_value=lifetime_value(session, customer_id),
        orders_total=page.total,
        orders=list(orders_card(page, deliveries).dump()["orders"]),
        contacts=[_contact(one) for one in past_contacts(session, customer_id)],
        returns=[_case(one) for one in past_cases(session, customer_id)],
    )


def _contact(one: PastContact) -> Contact:
    handoff = one.handoff
    return Contact(
        conversation_id=one.conversation.id,
        created_at=one.conversation.created_at,
        messages=one.messages,
        handled_by=one.conversation.handled_by.value,
        reason_code=handoff.reason_code if handoff else None,
        resolution=handoff.resolution if handoff else None,
        stars=one.stars,
    )


def _case(one: PastCase) -> Case:
    return Case(
        kind=one.kind,
        case_id=one.id,
        order_number=one.order_number,
        item=one.item.model_dump(),
        quantity=one.quantity,
        status=one.status,
        promised=one.promised,
        created_at=one.at,
    )
