"""What leads see of the desk: figures for plots, and the same as a sheet."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from assistant.api.access import Opened, in_session
from assistant.api.desk.auth import DeskRoute, Lead
from assistant.api.problems import documented
from orderdb.desk.reports import Report, report, rows_of

router = APIRouter(
    prefix="/api/desk", tags=["desk"], route_class=DeskRoute, responses=documented(401, 403, 422)
)

Days = Annotated[int, Query(ge=1, le=366)]


class OnDay(BaseModel):
    day: date
    conversations: int
    messages: int
    handoffs: int


class Reason(BaseModel):
    reason_code: str
    count: int


class Stars(BaseModel):
    stars: int
    count: int


class IntentShare(BaseModel):
    intent: str
    share: float
    offered: int
    accepted: int


class ShownReport(BaseModel):
    """Times are medians; shares are of 1, None where nothing can be told. ``detail`` is all of it.

    ``resolved_alone_said``: no person was called and the customer said it is resolved;
    ``resolved_alone_quiet``: said nothing, and did not come back within 72 hours.
    """

    days: int
    conversations: int
    handoffs: int
    first_response_seconds: float | None
    resolution_seconds: float | None
    resolved_alone_said: float | None
    resolved_alone_quiet: float | None
    rating: float | None
    ratings: int
    acceptance: float | None
    by_day: list[OnDay]
    reasons: list[Reason]
    stars: list[Stars]
    by_intent: list[IntentShare]
    detail: Report


@router.get("/reports")
async def show(services: Opened, lead: Lead, days: Days = 30) -> ShownReport:
    """The last days at a glance; for leads."""
    found = await in_session(services, lambda session: report(session, services.clock(), days))
    return ShownReport(
        days=days,
        conversations=sum(one.conversations for one in found.volume),
        handoffs=sum(one.handoffs for one in found.volume),
        first_response_seconds=found.first_response.median,
        resolution_seconds=found.resolution.median,
        resolved_alone_said=found.without_person.said_share,
        resolved_alone_quiet=found.without_person.quiet_share,
        rating=found.ratings.average,
        ratings=found.ratings.count,
        acceptance=found.suggestions.share,
        by_day=[OnDay(**one.model_dump()) for one in found.volume],
        reasons=[Reason(reason_code=code, count=n) for code, n in found.reasons.items()],
        stars=[Stars(stars=n, count=found.ratings.stars[n]) for n in (5, 4, 3, 2, 1)],
        by_intent=[
            IntentShare(
                intent=one.intent,
                share=one.share or 0.0,
                offered=one.offered,
                accepted=one.accepted,
            )
            for one in found.suggestions.by_intent
        ],
        detail=found,
    )


@router.get("/reports.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def export(services: Opened, lead: Lead, days: Days = 30) -> Response:
    """The same as a sheet: section, name, measure, value."""
    found = await in_session(services, lambda session: report(session, services.clock(), days))
    sheet = io.StringIO()
    lines = csv.writer(sheet)
    lines.writerow(("section", "name", "measure", "value"))
    lines.writerows(rows_of(found))
    return Response(
        sheet.getvalue().encode("utf-8-sig"),  # spreadsheets take it for something else without
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="orderdesk-report.csv"'},
    )
