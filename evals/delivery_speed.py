"""How long delivery estimates take by a learnt model: ``python -m evals.delivery_speed``.

Reads the shop of ORDERDESK_DATABASE_URL or ORDERDESK_DATA, which needs a model that is not stale
(``orderdesk delivery train``). Times one estimate, and a list of fifty, for open orders.
"""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime

from assistant.settings import Settings
from orderdb.database import SessionFactory, open_engine
from orderdb.delivery import Calendars, DeliveryFacts, estimate
from orderdb.delivery.learning.learnt import Learnt
from orderdb.repository.delivery_models import current_model
from orderdb.repository.open_orders import promised_orders

_LIST = 50


def main() -> None:
    """Print milliseconds of processor time: the median and the 95th percentile."""
    now = datetime.now(UTC)
    engine = open_engine(Settings.load().database)
    with SessionFactory(engine)() as session:
        learnt = current_model(session, now)
        asked = promised_orders(session, promised_from=now.date(), limit=1_000)
        facts = [facts for _, facts in asked]
    engine.dispose()
    if learnt is None or len(facts) < _LIST:
        raise SystemExit("needs a fresh model and fifty open orders with a promise")
    _timed(facts, learnt, now)  # the first round reads calendars
    each = sorted(_timed(facts, learnt, now))
    lists = [sum(each_of) for each_of in _fifties(_timed(facts, learnt, now))]
    by_model = sum(estimate(one, Calendars(), now, learnt).basis == "learnt" for one in facts)
    print(f"{len(facts)} open orders, {by_model} estimated by the model")
    _tell("one estimate", each)
    _tell(f"a list of {_LIST}", lists)


def _tell(what: str, times: list[float]) -> None:
    figures = f"median {statistics.median(times):.2f} ms, p95 {_p95(times):.2f} ms"
    print(f"{what}, processor time: {figures}")


def _timed(facts: list[DeliveryFacts], learnt: Learnt, now: datetime) -> list[float]:
    calendars, times = Calendars(), []
    for one in facts:
        began = time.process_time()
        estimate(one, calendars, now, learnt)
        times.append((time.process_time() - began) * 1_000)
    return times


def _fifties(times: list[float]) -> list[list[float]]:
    return [times[start : start + _LIST] for start in range(0, len(times) - _LIST + 1, _LIST)]


def _p95(times: list[float]) -> float:
    return sorted(times)[round(0.95 * (len(times) - 1))]


if __name__ == "__main__":
    main()
