"""Goods that came damaged, wrong or not at all: sent once more, or their money back.

What the carrier itself reports is settled at once. What a customer shows on photos is registered
with the refund promised, and a person looks at it first.
"""

from __future__ import annotations

from pydantic import Field

from orderdb import stock
from orderdb.eligibility import clauses, pricing, verdict_for_line
from orderdb.eligibility.reporting import by_carrier, reportable
from orderdb.eligibility.verdict import Action, Verdict
from orderdb.errors import Refused
from orderdb.models import Claim
from orderdb.proposals.kind import Change, Kind, Matter, Ruling, listed, told
from orderdb.proposals.lines import (
    LinePieces,
    WithLines,
    added_up,
    find_line,
    must_be_there,
    named,
    quantity_of,
    target_of,
)
from orderdb.sharing import shares
from orderdb.statuses import (
    CaseStatus,
    ClaimMatter,
    EffectKind,
    ProposalKind,
    Remedy,
)
from orderdb.text import Text
from orderdb.views import LineView


class Report(WithLines):
    """``evidence`` names photos: of the item, the box and the label."""

    matter: ClaimMatter
    evidence: tuple[str, ...] = Field(default=(), max_length=10)


def _judge(matter: Matter, asked: Report, remedy: Remedy) -> Ruling:
    found = [_claimed(matter, one, asked) for one in asked.lines]
    judged = found[0][2]
    proven = all(by_carrier(matter.question(one.action), line) for line, _, one in found)
    if not (proven or asked.evidence or matter.agent):
        raise Refused(_PHOTOS, judged.clause)
    wanted = {line.position: pieces for line, pieces, _ in found}
    refunds = [0] * len(found)
    if remedy is Remedy.REFUND:
        price = pricing.of_claiming(matter.question(judged.action), wanted)
        weights = [pricing.worth(matter.order, {line: wanted[line]}) for line in wanted]
        refunds = shares(price.total, weights)
    else:
        again = added_up((line.variant_id, pieces) for line, pieces, _ in found)
        must_be_there(matter, again, clauses.REMEDY, _REFUND_INSTEAD)
    at_once = proven or matter.agent is not None
    amount = matter.money(sum(refunds))
    what = listed([named(line, pieces) for line, pieces, _ in found])
    return Ruling(
        judged,
        amount,
        _summary(matter.order.number, what, str(amount), remedy, at_once),
        effect={
            "remedy": remedy.value,
            "at_once": at_once,
            "lines": [
                {"id": line.id, "line": line.position, "quantity": pieces, "refund": refund}
                for (line, pieces, _), refund in zip(found, refunds, strict=True)
            ],
        },
        plan=[(line, pieces) for line, pieces, _ in found],
    )


def _claimed(matter: Matter, asked: LinePieces, report: Report) -> tuple[LineView, int, Verdict]:
    action: Action = "report_damaged" if report.matter is ClaimMatter.DAMAGED else "report_missing"
    line = find_line(matter, asked.line, clauses.REMEDY)
    judged = verdict_for_line(line, matter.order, action, matter.book, matter.now)
    if not judged.allowed:
        raise Refused(told(judged), judged.clause)
    if report.matter is ClaimMatter.LOST and judged.clause != clauses.LOST:
        raise Refused(_NOT_LOST, clauses.LOST)
    most = reportable(matter.question(action), line)
    return line, quantity_of(asked, line, most, judged.clause), judged


def _summary(number: str, what: Text, amount: str, remedy: Remedy, at_once: bool) -> Text:
    en_when = "" if at_once else " once the photos were checked"
    zh_when = "" if at_once else "核对照片后，"
    if remedy is Remedy.REFUND:
        return Text(
            en=f"Refund {amount} for {what.en} of order {number}{en_when}.",
            zh=f"订单{number}：{zh_when}为{what.zh}退款{amount}。",
        )
    return Text(
        en=f"Send {what.en} of order {number} once more{en_when}.",
        zh=f"订单{number}：{zh_when}补发{what.zh}。",
    )


def _register(change: Change, asked: Report, remedy: Remedy) -> Text:
    effect, number = change.ruling.effect, change.order.number
    settled = CaseStatus.COMPLETED if remedy is Remedy.REFUND else CaseStatus.APPROVED
    status = settled if effect["at_once"] else CaseStatus.REQUESTED
    rows = [
        Claim(
            order_line_id=one["id"],
            proposal_id=change.proposal_id,
            matter=asked.matter,
            remedy=remedy,
            quantity=one["quantity"],
            refund_minor=one["refund"],
            evidence={"photos": list(asked.evidence), "agent": change.matter.agent},
            status=status,
            created_at=change.now,
        )
        for one in effect["lines"]
    ]
    change.session.add_all(rows)
    change.session.flush()
    if status is CaseStatus.REQUESTED:
        return Text(
            en=f"The report for order {number} is registered; a person checks it.",
            zh=f"订单{number}的售后报告已登记，将由人工核对。",
        )
    if remedy is Remedy.REFUND:
        amount = change.ruling.amount
        change.ledger.give_back(amount.minor)
        return Text(
            en=f"{amount} for order {number} is being refunded.",
            zh=f"订单{number}正在退款{amount}。",
        )
    again = added_up((line.variant_id, pieces) for line, pieces in change.ruling.plan)
    stock.move(change.session, {}, again, change.order.warehouse_code)
    change.ask(
        EffectKind.RESHIPMENT,
        change.proposal_id,
        claims=[row.id for row in rows],
        lines=[{"line": one["line"], "quantity": one["quantity"]} for one in effect["lines"]],
    )
    return Text(
        en=f"The items of order {number} are sent once more.",
        zh=f"订单{number}的商品将重新发出。",
    )


_PHOTOS = Text(
    en="Photos of the item, the box and the label are needed. Ask for them.",
    zh="需要商品、外箱和面单的照片，请向顾客索取。",
)
_NOT_LOST = Text(
    en="The parcel does not count as lost. If it arrived incomplete, report a missing item.",
    zh="该包裹不属于丢失。如收到但少件，请报告少件。",
)
_REFUND_INSTEAD = Text(en="It can be refunded instead.", zh="可以改为退款。")

RESHIP = Kind(
    ProposalKind.RESHIP,
    Report,
    lambda matter, asked: _judge(matter, asked, Remedy.RESHIP),
    lambda change, asked: _register(change, asked, Remedy.RESHIP),
    target=lambda asked: target_of(asked.lines),
)
REFUND = Kind(
    ProposalKind.REFUND,
    Report,
    lambda matter, asked: _judge(matter, asked, Remedy.REFUND),
    lambda change, asked: _register(change, asked, Remedy.REFUND),
    target=lambda asked: target_of(asked.lines),
)
