"""Another way to help, where the rules leave one: an exchange, a credit, the other remedy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.events import ToolCall
from assistant.suggestions.bench import Bench, Tried
from assistant.suggestions.draft import Draft, drafted
from assistant.suggestions.following import other_remedy, wish_for
from orderdb.eligibility import clauses, verdict
from orderdb.models import Variant
from orderdb.policy_book import UnknownClause
from orderdb.repository import other_variants
from orderdb.statuses import ShipmentStatus
from orderdb.text import Text
from orderdb.views import LineView, OrderView
from tools.results import ToolResult

_DELIVERY = frozenset({"order.where", "order.when", "complaint", "handoff", "missing"})
_SEND_BACK = frozenset({"do.return", "do.refund", "may.refund"})
_VARIANTS_NAMED = 4
_SHARE_WHERE_FREE = 4  # of the highest credit, where no shipping was paid

_SORRY_LATE = Text(
    en="I am sorry that order {number} is taking longer than promised.",
    zh="非常抱歉，订单{number}的送达时间晚于承诺。",
)
_CREDIT = Text(
    en="As an apology I would like to give you a credit of {amount} as a gift card ({clause}).",
    zh="为表歉意，我想以礼品卡的形式补偿您{amount}（{clause}）。",
)
_INSTEAD = Text(
    en="We can also exchange {item} of order {number} instead. Available: {variants}. "
    "Which one would you like?",
    zh="订单{number}中的{item}也可以换货，可选：{variants}。请问您想换哪一款？",
)
_OTHER_WAY = Text(en="If you prefer, there is another way.", zh="如果您愿意，也可以这样处理。")
_AT_ONCE = Text(en="I can prepare that for you right now.", zh="我现在就可以为您办理。")
_ONLY_BACK = Text(en="It can be returned for a refund instead.", zh="可以改为退货退款。")


@dataclass(frozen=True)
class Alternatives:
    """Finds what else may be offered beside a ``draft``, by verdicts and stock."""

    bench: Bench

    def beside(self, draft: Draft, number: str | None) -> Draft | None:
        """The first that fits; None where the first answer is all there is."""
        order = self.bench.order(number) if number else None
        if order is None:
            return None
        intent = draft.intent
        if draft.proposal is not None and draft.proposal.tool == "propose_claim":
            return self._remedy(draft, order)
        if intent in _SEND_BACK:
            return self.exchange(order, intent)
        if intent in ("may.return", "may.cancel"):
            return self._prepared(intent, order)
        if intent in ("do.exchange", "may.exchange") and draft.proposal is None:
            return self._back(intent, order)
        if intent in _DELIVERY:
            return self.goodwill(order, intent)
        return None

    def exchange(self, order: OrderView, intent: str) -> Draft | None:
        """Another variant of what was delivered: ready where there is but one, else a question."""
        desk = self.bench.desk
        if not verdict(order, "exchange", desk.book, desk.clock()).allowed:
            return None
        looked_up = self.bench.use("get_order", order_number=order.number)
        for line in self._meant(order):
            others = self._others(order, line)
            if looked_up is None or not others:
                continue
            if len(others) == 1:
                item = {"item": line.position, "variant": others[0].sku}
                asked = {"order_number": order.number, "items": [item]}
                tried = self.bench.first(("propose_exchange", asked))
                if tried is not None:
                    return self._draft(_OTHER_WAY, intent, tried)
                continue
            return self._question(order, line, others, intent, looked_up)
        return None

    def _meant(self, order: OrderView) -> list[LineView]:
        """The items that the customer names; the only one there is, where none is named."""
        said = " ".join(self.bench.desk.said).lower()
        named = [
            line
            for line in order.lines
            if any(_names(word, said) for word in (line.name.en, line.name.zh))
        ]
        return named or (list(order.lines) if len(order.lines) == 1 else [])

    def goodwill(self, order: OrderView, intent: str) -> Draft | None:
        """A credit for a parcel that is late, within what the clause leaves."""
        if not is_late(order, self.bench.desk.clock()):
            return None
        looked_up = self.bench.use("get_order", order_number=order.number)
        found = self.credit(order)
        if found is None or looked_up is None:
            return None
        text, tried = found
        sorry = _filled(_SORRY_LATE, number=order.number).get(self.bench.language)
        return drafted(
            f"{sorry}{'' if self.bench.language == 'zh' else ' '}{text}",
            [looked_up, *tried],
            language=self.bench.language,
            intent=intent,
            origin="alternative",
            zone=self.bench.zone,
        )

    def credit(self, order: OrderView) -> tuple[str, list[Tried]] | None:
        """The words that offer a credit, with its appraisal."""
        tried = self.bench.goodwill(order.number, self._credit(order), "late delivery")
        told = tried[1].appraisal if tried else None
        if tried is None or told is None or told.amount is None:
            return None
        words = _filled(_CREDIT, amount=str(told.amount), clause=told.clause)
        return words.get(self.bench.language), [tried]

    def _credit(self, order: OrderView) -> int:
        """What shipping cost; a part of the highest credit, where it was free. Minor units."""
        desk = self.bench.desk
        try:
            clause = desk.book.in_force(clauses.GOODWILL, desk.clock().date())
        except UnknownClause:
            return 1
        most: int = clause.fee("max_credit", order.currency)
        return max(1, min(order.shipping.minor or most // _SHARE_WHERE_FREE, most))

    def _remedy(self, draft: Draft, order: OrderView) -> Draft | None:
        asked = draft.proposal.arguments if draft.proposal else {}
        tried = other_remedy(order.number, asked["remedy"], asked["problem"], self.bench)
        return self._draft(_OTHER_WAY, draft.intent, tried) if tried else None

    def _prepared(self, intent: str, order: OrderView) -> Draft | None:
        tried = wish_for(intent, order.number, self.bench)
        return self._draft(_AT_ONCE, intent, tried) if tried else None

    def _back(self, intent: str, order: OrderView) -> Draft | None:
        tried = self.bench.first(("propose_return", {"order_number": order.number}))
        return self._draft(_ONLY_BACK, intent, tried) if tried else None

    def _draft(self, opening: Text, intent: str, tried: Tried) -> Draft:
        glue = "" if self.bench.language == "zh" else " "
        return drafted(
            f"{opening.get(self.bench.language)}{glue}{tried[1].text}",
            [tried],
            language=self.bench.language,
            intent=intent,
            origin="alternative",
            zone=self.bench.zone,
        )

    def _question(
        self, order: OrderView, line: LineView, others: list[Variant], intent: str, looked_up: Tried
    ) -> Draft:
        shown = others[:_VARIANTS_NAMED]
        in_stock = ToolResult(text="; ".join(f"{one.name_en}; {one.name_zh}" for one in shown))
        found = ToolCall(name="find_products", arguments={}, status="ok", duration_ms=0)
        text = _INSTEAD.get(self.bench.language).format(
            item=line.name.get(self.bench.language) or line.name.en,
            number=order.number,
            variants=Text(
                en="; ".join(one.name_en for one in shown),
                zh="；".join(one.name_zh for one in shown),
            ).get(self.bench.language),
        )
        return drafted(
            text,
            [looked_up, (found, in_stock)],
            language=self.bench.language,
            intent=intent,
            origin="alternative",
            zone=self.bench.zone,
        )

    def _others(self, order: OrderView, line: LineView) -> list[Variant]:
        """Variants of the line's product that the order's warehouse has."""
        if line.variant_id is None:
            return []
        with self.bench.session() as session:
            return other_variants(session, line.variant_id, order.id)


def is_late(order: OrderView, now: datetime) -> bool:
    """Whether something of the order is still to come after the day that was promised."""
    if order.promised_on is None:
        return False
    day = now.astimezone(order.customer.zone).date()
    moving = [one for one in order.shipments if one.status is not ShipmentStatus.DELIVERED]
    delivered = [one.delivered_at for one in order.shipments if one.delivered_at is not None]
    if moving or not order.shipments:
        return order.cancelled_at is None and order.promised_on < day
    last = max(delivered).astimezone(order.customer.zone).date() if delivered else None
    return last is not None and last > order.promised_on


def _names(item: str, said: str) -> bool:
    """Whether an item is named whole, or by the last word of an English name."""
    words = item.lower().split()
    return bool(words) and (item.lower() in said or (len(words) > 1 and words[-1] in said))


def _filled(text: Text, **values: str) -> Text:
    return Text(en=text.en.format(**values), zh=text.zh.format(**values))
