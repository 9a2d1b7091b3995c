"""What went wrong on the way: damaged, missing and lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from orderdb.dates import date_text
from orderdb.eligibility import clauses, pricing
from orderdb.eligibility.question import Question
from orderdb.eligibility.verdict import Verdict
from orderdb.statuses import ShipmentStatus
from orderdb.text import Text
from orderdb.views import LineView, ShipmentView

_PHOTO = Text(
    en="Photos of the item, the box and the label are needed, and whether it should be sent again "
    "or refunded.",
    zh="需要商品、外箱和面单的照片，并请说明希望补发还是退款。",
)
_CHOOSE = Text(
    en="It can be sent again or refunded, whichever is preferred.",
    zh="可以补发或退款，任选其一。",
)
_WARRANTY = Text(
    en="Defects after that are a matter for the warranty.", zh="之后的质量问题按保修处理。"
)


def damaged(question: Question, line: LineView) -> Verdict:
    """Transport damage, within days of delivery."""
    if settled := _nothing_left(question, line, clauses.DAMAGED):
        return settled
    if _proven(question, line):
        return question.yes(
            clauses.DAMAGED,
            "The carrier itself reports the parcel as damaged.",
            "承运商已报告包裹破损。",
            **_remedy(question, line),
        )
    return _after_delivery(
        question, line, clauses.DAMAGED, Text(en="Damage", zh="破损"), _PHOTO, _WARRANTY
    )


def reportable(question: Question, line: LineView) -> int:
    """How many pieces the verdict is about: those that the carrier damaged or lost, else all."""
    parcels = _proven(question, line)
    if parcels and line.shipped:
        return pricing.claimable_in(question.order, line, parcels)
    return pricing.claimable_quantity(question.order, line)


def by_carrier(question: Question, line: LineView) -> bool:
    """Whether the carrier's own scans show it, or its silence does."""
    return bool(_proven(question, line))


def _proven(question: Question, line: LineView) -> list[ShipmentView]:
    """The parcels with pieces to claim that the carrier damaged, or lost, as was asked."""
    parcels = question.parcels(line)
    if question.action == "report_damaged":
        found = [one for one in parcels if one.status is ShipmentStatus.DAMAGED]
    else:
        found = [one for one in parcels if one.status is ShipmentStatus.LOST]
        if not question.arrived(line):
            found += [one for one in _moving(parcels) if _is_silent(question, one)]
    if line.shipped and not pricing.claimable_in(question.order, line, found):
        return []
    return found


def _remedy(question: Question, line: LineView) -> dict[str, object]:
    """What a refund would be; the goods once more are worth the same."""
    order = question.order
    wanted = {line.position: reportable(question, line)}
    refund = pricing.money(order, pricing.of_claiming(question, wanted).total)
    found = pricing.methods(order, refund.minor) if refund else ()
    return {"refund": refund, "methods": found, "next_step": _CHOOSE}


def missing(question: Question, line: LineView) -> Verdict:
    """An item that was not in the parcel, or a parcel that does not come."""
    if settled := _nothing_left(question, line, clauses.MISSING):
        return settled
    parcels, proven = question.parcels(line), _proven(question, line)
    if any(parcel.status is ShipmentStatus.LOST for parcel in proven):
        return question.yes(
            clauses.LOST,
            "The carrier has lost the parcel.",
            "承运商已确认包裹丢失。",
            **_remedy(question, line),
        )
    if question.arrived(line):
        return _after_delivery(
            question,
            line,
            clauses.MISSING,
            Text(en="A missing or wrong item", zh="少件或发错"),
            _PHOTO,
            None,
        )
    moving = _moving(parcels)
    heard_of = [one for one in moving if not _is_silent(question, one)]
    if proven or heard_of:
        return _silence(question, line, proven or heard_of)
    return _settled(question, clauses.LOST) if moving else _not_sent(question)


def _moving(parcels: Iterable[ShipmentView]) -> list[ShipmentView]:
    """Those that left and of which the carrier has not said that they are lost."""
    over = (ShipmentStatus.LABEL_CREATED, ShipmentStatus.LOST)
    return [parcel for parcel in parcels if parcel.status not in over]


def _is_silent(question: Question, parcel: ShipmentView) -> bool:
    days = question.clause(clauses.LOST).number("silent_days")
    at = _news(parcel)
    return at is not None and question.today >= question.local_day(at) + timedelta(days=days)


def _news(parcel: ShipmentView) -> datetime | None:
    """When it was last heard of."""
    return max((scan.at for scan in parcel.events), default=parcel.handed_over_at)


def _nothing_left(question: Question, line: LineView, clause: str) -> Verdict | None:
    """Pieces that were sent, but came back already or are reported as it is."""
    order = question.order
    if not order.lines or not line.shipped or pricing.claimable_quantity(order, line):
        return None
    return _settled(question, clause)


def _settled(question: Question, clause: str) -> Verdict:
    return question.no(
        clause,
        "A return, an exchange or a report of it is already settled or under way.",
        "该商品的退换货或售后报告已在处理或已办结。",
    )


def _after_delivery(
    question: Question,
    line: LineView,
    clause: str,
    matter: Text,
    next_step: Text,
    afterwards: Text | None,
) -> Verdict:
    days = question.clause(clause).number("report_days")
    if question.cancelled or not question.arrived(line):
        return question.no(
            clause,
            f"It has not arrived yet. {matter.en} can be reported within {days} days of delivery.",
            f"商品尚未送达。{matter.zh}可在送达后{days}天内报告。",
        )
    arrived = question.arrived_on(line)
    if arrived is None:
        return question.yes(
            clause,
            f"{matter.en} can be reported; the records do not say when it arrived.",
            f"可以报告{matter.zh}；记录中没有送达日期。",
            **_remedy(question, line) | {"next_step": next_step},
        )
    last = arrived + timedelta(days=days)
    day = date_text(last)
    if question.today > last:
        return question.no(
            clause,
            f"The {days} days for reporting it ended on {day.en}.",
            f"{days}天的报告期限已于{day.zh}结束。",
            next_step=afterwards,
        )
    return question.yes(
        clause,
        f"{matter.en} can be reported until {day.en} ({days} days after delivery).",
        f"送达后{days}天内（截至{day.zh}）可以报告{matter.zh}。",
        until=question.end_of(last),
        **_remedy(question, line) | {"next_step": next_step},
    )


def _silence(question: Question, line: LineView, parcels: list[ShipmentView]) -> Verdict:
    """A parcel without news for long enough counts as lost."""
    days = question.clause(clauses.LOST).number("silent_days")
    times = [at for at in map(_news, parcels) if at is not None]
    if not times:
        return question.no(
            clauses.LOST,
            "The records hold no scan, so nobody can say whether the parcel is lost.",
            "记录中没有物流信息，无法判断包裹是否丢失。",
            next_step=Text(en="A person can check it.", zh="可以转人工客服核实。"),
        )
    last = question.local_day(min(times))
    due = last + timedelta(days=days)
    if question.today >= due:
        return question.yes(
            clauses.LOST,
            f"There was no scan since {date_text(last).en}; after {days} days the parcel counts "
            "as lost.",
            f"自{date_text(last).zh}起没有物流更新，满{days}天按丢失处理。",
            **_remedy(question, line),
        )
    return question.no(
        clauses.LOST,
        f"The parcel is still on its way; its last scan was on {date_text(last).en}. Without a "
        f"new scan it counts as lost from {date_text(due).en}.",
        f"包裹仍在运输途中，最近一次扫描为{date_text(last).zh}。"
        f"如无更新，{date_text(due).zh}起按丢失处理。",
    )


def _not_sent(question: Question) -> Verdict:
    if question.cancelled:
        return question.no(
            clauses.MISSING,
            "The order was cancelled and will not be sent.",
            "订单已取消，不会发货。",
        )
    return question.no(
        clauses.MISSING,
        "It has not been sent yet, so it is not missing.",
        "商品尚未发出，并非缺失。",
    )
