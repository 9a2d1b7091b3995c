"""Returns, exchanges and reports that wait for a person: read, and settled by a click."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.access import Opened, in_session, json_only
from assistant.api.desk.auth import CurrentAgent, DeskRoute
from assistant.api.desk.shapes import ShownCustomer
from assistant.api.desk.viewing import shown_customer
from assistant.api.problems import documented
from orderdb.desk.cases import OpenCase, open_cases
from orderdb.money import Money
from orderdb.settlement import settle_claim, settle_exchange, settle_return
from orderdb.statuses import CaseStatus, ClaimMatter, Remedy
from orderdb.text import Text

router = APIRouter(
    prefix="/api/desk",
    tags=["desk"],
    route_class=DeskRoute,
    dependencies=[Depends(json_only)],
    responses=documented(401, 403),
)

_BODY = documented(400, 404, 409, 413, 415, 422)

CaseId = Annotated[int, Path(ge=1, le=2**31 - 1)]


class _Settling(BaseModel):
    """A name that is not known is refused: a slip in one must not release the whole refund."""

    model_config = ConfigDict(extra="forbid")


class SettledReturn(_Settling):
    """``refund_minor``: less than was promised, where the goods lost worth; null for all of it."""

    refund_minor: int | None = Field(default=None, ge=0, le=10**12)


class SettledClaim(_Settling):
    approved: bool


class SettledExchange(_Settling):
    """``accepted``: the goods are on their way back, and the replacement leaves."""

    accepted: bool


class Settled(BaseModel):
    case_id: int
    kind: Literal["return", "exchange", "claim"]
    status: str


class ShownCase(BaseModel):
    """``promised`` is what is released at most. ``remedy``, ``matter``, ``photos`` and
    ``conversation_id``, where those can be seen: of a claim. ``becomes`` and ``to_pay``, what the
    customer pays more: of an exchange."""

    kind: Literal["return", "exchange", "claim"]
    case_id: int
    customer: ShownCustomer
    order_number: str
    item: Text
    quantity: int
    status: CaseStatus
    promised: Money
    created_at: datetime | None
    reason: str
    matter: ClaimMatter | None
    remedy: Remedy | None
    photos: list[str]
    conversation_id: str | None
    becomes: Text | None
    to_pay: Money | None


class CaseList(BaseModel):
    items: list[ShownCase]


@router.get("/cases")
async def show_all(services: Opened, agent: CurrentAgent) -> CaseList:
    """What waits to be settled, the oldest first."""
    found = await in_session(services, open_cases)
    return CaseList(items=[_shown(one) for one in found])


@router.post("/returns/{case_id}/settle", responses=_BODY)
async def returned(
    services: Opened, agent: CurrentAgent, case_id: CaseId, settled: SettledReturn | None = None
) -> Settled:
    """The goods came back: release the promised refund, or less. Repeats change nothing."""
    refund = settled.refund_minor if settled else None
    request = await in_session(
        services,
        lambda session: settle_return(
            session, case_id, agent=agent.name, now=services.clock(), refund_minor=refund
        ),
    )
    return Settled(case_id=case_id, kind="return", status=request.status.value)


@router.post("/exchanges/{case_id}/settle", responses=_BODY)
async def exchanged(
    services: Opened, agent: CurrentAgent, case_id: CaseId, settled: SettledExchange
) -> Settled:
    """The difference in price is paid and the replacement leaves, or the exchange is closed."""
    exchange = await in_session(
        services,
        lambda session: settle_exchange(
            session, case_id, accepted=settled.accepted, agent=agent.name, now=services.clock()
        ),
    )
    return Settled(case_id=case_id, kind="exchange", status=exchange.status.value)


@router.post("/claims/{case_id}/settle", responses=_BODY)
async def claimed(
    services: Opened, agent: CurrentAgent, case_id: CaseId, settled: SettledClaim
) -> Settled:
    """A report that waited for a person: its refund is released or its goods are sent again, or
    it is turned down. Repeats change nothing."""
    claim = await in_session(
        services,
        lambda session: settle_claim(
            session,
            case_id,
            approved=settled.approved,
            agent=agent.name,
            now=services.clock(),
        ),
    )
    return Settled(case_id=case_id, kind="claim", status=claim.status.value)


def _shown(one: OpenCase) -> ShownCase:
    return ShownCase(
        kind=one.kind,
        case_id=one.id,
        customer=shown_customer(one.customer),
        order_number=one.order_number,
        item=one.item,
        quantity=one.quantity,
        status=one.status,
        promised=one.promised,
        created_at=one.at,
        reason=one.reason,
        matter=one.matter,
        remedy=one.remedy,
        photos=list(one.photos),
        conversation_id=one.conversation_id,
        becomes=one.becomes,
        to_pay=one.to_pay,
    )
