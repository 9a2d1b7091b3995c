"""Sending goods back for their money, which is promised now and paid when they were checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from orderdb.columns import JsonObject
from orderdb.eligibility import clauses, pricing, verdict_for_line
from orderdb.eligibility.verdict import Action, Verdict
from orderdb.errors import Refused
from orderdb.models import Exchange, ReturnRequest
from orderdb.proposals.kind import Change, Kind, Matter, Ruling, listed, told
from orderdb.proposals.lines import (
    LinePieces,
    WithLines,
    find_line,
    joined,
    named,
    quantity_of,
    target_of,
)
from orderdb.sharing import shares
from orderdb.statuses import CaseStatus, EffectKind, ProposalKind, ReturnClass
from orderdb.text import Text
from orderdb.views import LineView
from orderdb.wallet import Means, returned_to


class ReturnItems(WithLines):
    """``sealed``: whether the goods are unopened, as the customer says; None where not asked."""

    reason: str = Field(default="", max_length=500)
    refund_to: str = Field(default="original", min_length=1, max_length=64)
    sealed: bool | None = None


def _judge(matter: Matter, asked: ReturnItems) -> Ruling:
    order, question = matter.order, matter.question("return", asked.sealed)
    found = [judge_line(matter, one, "return", asked.sealed) for one in asked.lines]
    wanted = {line.position: pieces for line, pieces, _ in found}
    price = pricing.of_returning(question, wanted)
    rules = matter.book.profile.send_back
    means = matter.wallet().refunding(price.total, asked.refund_to, rules.refund_to, clauses.REFUND)
    weights = [pricing.worth(order, {line.position: pieces}) for line, pieces, _ in found]
    promised = shares(price.total, weights)
    judged = found[0][2].model_copy(update={"until": _earliest([one for *_, one in found])})
    return Ruling(
        judged,
        matter.money(price.total),
        attested(_summary(matter, found, price, means), [line for line, *_ in found], asked.sealed),
        effect={
            "lines": [
                {"id": line.id, "line": line.position, "quantity": pieces, "refund": refund}
                for (line, pieces, _), refund in zip(found, promised, strict=True)
            ],
            "goods": price.goods,
            "shipping": price.shipping,
            "fee": price.fee,
            "gift_card": means.gift_card_id if means else None,
            "saved_method": means.saved_method_id if means else None,
        },
    )


def judge_line(
    matter: Matter, asked: LinePieces, action: Action, sealed: bool | None
) -> tuple[LineView, int, Verdict]:
    """The line, how many pieces, and its verdict; raises Refused."""
    line = find_line(matter, asked.line, clauses.RETURN_WINDOW)
    judged = verdict_for_line(line, matter.order, action, matter.book, matter.now, sealed=sealed)
    if not judged.allowed:
        raise Refused(_about(line, told(judged)), judged.clause)
    if judged.sealed_only:
        raise Refused(_about(line, joined(judged.reason, _ASK_SEALED)), judged.clause)
    most = pricing.returnable_quantity(matter.order, line)
    return line, quantity_of(asked, line, most, judged.clause), judged


def attested(summary: Text, lines: Sequence[LineView], sealed: bool | None) -> Text:
    """With what the verdict takes the customer's word for: it was a model that passed it on."""
    if not sealed or not any(line.return_class in _SEALED_MATTERS for line in lines):
        return summary
    return Text(
        en=f"{summary.en} You confirm that the box or seal is unopened.",
        zh=f"{summary.zh}您确认包装或封条未拆。",
    )


def _about(line: LineView, words: Text) -> Text:
    return Text(
        en=f"Item {line.position} ({line.name.en}): {words.en}",
        zh=f"第{line.position}件（{line.name.zh}）：{words.zh}",
    )


def _earliest(verdicts: list[Verdict]) -> datetime | None:
    return min((one.until for one in verdicts if one.until is not None), default=None)


def _summary(
    matter: Matter,
    found: list[tuple[LineView, int, Verdict]],
    price: pricing.Price,
    means: Means | None,
) -> Text:
    what = listed([named(line, pieces) for line, pieces, _ in found])
    number, total = matter.order.number, matter.money(price.total)
    if not price.total:
        return Text(
            en=f"Return {what.en} of order {number}; no payment is recorded to give back.",
            zh=f"退回订单{number}的{what.zh}；没有可退的付款记录。",
        )
    label, en, zh = returned_to(matter.order, price.total, means), "", ""
    if price.shipping:
        en += f", {matter.money(price.shipping)} shipping included"
        zh += f"，含运费{matter.money(price.shipping)}"
    if price.fee:
        en += f", less {matter.money(price.fee)} for the return label"
        zh += f"，已扣除退货运费{matter.money(price.fee)}"
    return Text(
        en=f"Return {what.en} of order {number}. {total} goes back to {label.en} once the goods "
        f"were checked{en}.",
        zh=f"退回订单{number}的{what.zh}。商品核查后，将向{label.zh}退款{total}{zh}。",
    )


def _register(change: Change, asked: ReturnItems) -> Text:
    effect = change.ruling.effect
    rows = [
        ReturnRequest(
            order_line_id=one["id"],
            proposal_id=change.proposal_id,
            quantity=one["quantity"],
            reason=asked.reason,
            refund_minor=one["refund"],
            gift_card_id=effect["gift_card"],
            saved_method_id=effect["saved_method"],
            status=CaseStatus.REQUESTED,
            created_at=change.now,
        )
        for one in effect["lines"]
    ]
    return registered(change, rows, effect["lines"], "returns", Text(en="return", zh="退货"))


def registered(
    change: Change,
    rows: Sequence[ReturnRequest] | Sequence[Exchange],
    lines: Sequence[JsonObject],
    called: str,
    what: Text,
) -> Text:
    """Store what was registered for lines that come back, and have a label sent for them.

    ``called`` is how the label's effect names the rows.
    """
    change.session.add_all(rows)
    change.session.flush()
    change.ask(
        EffectKind.RETURN_LABEL,
        change.proposal_id,
        **{called: [row.id for row in rows]},
        lines=[{"line": one["line"], "quantity": one["quantity"]} for one in lines],
    )
    number = change.order.number
    return Text(
        en=f"The {what.en} of order {number} is registered; the label comes by e-mail.",
        zh=f"订单{number}的{what.zh}已登记，退货面单将发送到邮箱。",
    )


_SEALED_MATTERS = (ReturnClass.HYGIENE, ReturnClass.ELECTRONICS)
_ASK_SEALED = Text(
    en="Ask whether the box or the seal is unopened.", zh="请询问包装或封条是否未拆。"
)

RETURN_ITEMS = Kind(
    ProposalKind.RETURN_ITEMS,
    ReturnItems,
    _judge,
    _register,
    target=lambda asked: target_of(asked.lines),
)
