"""What was learnt of deliveries: made from the shop's history, kept, and the newest fetched."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache, partial

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

_NEWEST = (
    select(DeliveryModel.content)
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
    content = session.exec(_NEWEST, params={"at": now}).first()
    if content is None:
        return None
    try:
        found = _parsed(content)
    except kept.UnknownFormat:
        return None
    return None if found.is_stale(now.date()) else found


def models(session: Session) -> Models:
    """The model in use at any moment, for what was said then."""
    return partial(current_model, session)


@lru_cache(maxsize=_KEPT_MODELS)
def _parsed(content: str) -> Learnt:
    return kept.load(content)
