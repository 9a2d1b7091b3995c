"""What was learnt of deliveries: made from the shop's history, kept, and the newest fetched."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from orderdb.delivery import Models
from orderdb.delivery.learning import learnt as kept
from orderdb.delivery.learning.learnt import Learnt, LegName
from orderdb.delivery.learning.training import learn
from orderdb.errors import OrderError
from orderdb.models import DeliveryModel
from orderdb.repository.past_deliveries import PastDeliveries, read_past_deliveries

_KEPT_MODELS = 16  # parsed and held: the one in use, and those of what was said before

_EVER = datetime.min.replace(tzinfo=UTC)
_NEWEST = (
    select(DeliveryModel.trained_at, DeliveryModel.content)
    .where(col(DeliveryModel.trained_at) <= bindparam("at"))
    .order_by(col(DeliveryModel.data_to).desc(), col(DeliveryModel.id).desc())
    .limit(1)
)


class TooFewDeliveries(OrderError):
    """The shop's history is too short to learn from; the rules go on."""

    code = "too_few_deliveries"


def train(session: Session, now: datetime, past: PastDeliveries | None = None) -> Learnt:
    """Learn from all deliveries until ``now`` and keep it; raises TooFewDeliveries.

    ``past`` are those deliveries where somebody has read them already.
    """
    past = past or read_past_deliveries(session, now)
    legs: dict[LegName, kept.LearntLeg] = {}
    for name, rows in past.legs.items():
        leg = learn(rows, now.date())
        if leg is not None:
            legs[name] = leg
    if past.first is None or past.last is None or "order" not in legs:
        raise TooFewDeliveries(
            f"{past.deliveries} deliveries are too few to learn from; the rules stay in use"
        )
    usual = past.legs["order"].usual_promise()
    found = Learnt(past.first, past.last, past.deliveries, usual, legs)
    session.add(
        DeliveryModel(
            trained_at=now,
            data_from=found.data_from,
            data_to=found.data_to,
            deliveries=found.deliveries,
            content=found.dump(),
        )
    )
    session.commit()
    return found


def current_model(session: Session, now: datetime) -> Learnt | None:
    """The newest model at a moment; None without one, when it is stale, or of another version."""
    return models(session)(now)


def models(session: Session) -> Models:
    """The model in use at any moment, each fetched once."""
    fetched: list[tuple[datetime, datetime, Learnt | None]] = []

    def at(moment: datetime) -> Learnt | None:
        held = next((one for one in fetched if one[0] <= moment <= one[1]), None)
        if held is None:
            row = session.exec(_NEWEST, params={"at": moment}).first()
            since, found = (row[0], _parsed(row[1])) if row is not None else (_EVER, None)
            held = (since, moment, found)
            fetched.append(held)
        found = held[2]
        return None if found is None or found.is_stale(moment.date()) else found

    return at


@lru_cache(maxsize=_KEPT_MODELS)
def _parsed(content: str) -> Learnt | None:
    try:
        return kept.load(content)
    except kept.UnknownFormat:
        return None
