"""What was learnt of deliveries: made from the shop's history, kept, and the newest fetched."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from sqlmodel import Session, col, select

from orderdb.delivery.learning import learnt as kept
from orderdb.delivery.learning.learnt import Learnt, LegName
from orderdb.delivery.learning.training import learn
from orderdb.errors import OrderError
from orderdb.models import DeliveryModel
from orderdb.repository.past_deliveries import Report, read_past_deliveries

_KEPT_MODELS = 2  # parsed and held: the one in use and the one before

_NEWEST = (
    select(DeliveryModel.content)
    .order_by(col(DeliveryModel.data_to).desc(), col(DeliveryModel.id).desc())
    .limit(1)
)


class TooFewDeliveries(OrderError):
    """The shop's history is too short to learn from; the rules go on."""

    code = "too_few_deliveries"


def train(session: Session, now: datetime, report: Report | None = None) -> Learnt:
    """Learn from all deliveries until ``now`` and keep it; raises TooFewDeliveries."""
    past = read_past_deliveries(session, now, report)
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
    """The newest model; None without one, when it is stale, or of another version."""
    content = session.exec(_NEWEST).first()
    if content is None:
        return None
    try:
        found = _parsed(content)
    except kept.UnknownFormat:
        return None
    return None if found.is_stale(now.date()) else found


@lru_cache(maxsize=_KEPT_MODELS)
def _parsed(content: str) -> Learnt:
    return kept.load(content)
