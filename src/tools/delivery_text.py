"""An estimate in one or two sentences that cannot be misread."""

from __future__ import annotations

from orderdb.dates import date_text, range_text
from orderdb.delivery import DeliveryEstimate
from orderdb.text import Text


def delivery_text(estimate: DeliveryEstimate) -> Text | None:
    """None where there is nothing to expect and nothing to explain.

    What moved it is told where it comes late; else that, too, is on the card alone.
    """
    moved, note = estimate.moved if estimate.late else None, estimate.note
    if moved is not None and note is not None and note.en in moved.en:
        note = None  # a delay, say: it is what moved the range
    said = [
        text for text in (_dates(estimate), promise_text(estimate), moved, note) if text is not None
    ]
    if not said:
        return None
    return Text(en=" ".join(text.en for text in said), zh="".join(text.zh for text in said))


def promise_text(estimate: DeliveryEstimate) -> Text | None:
    """When it was promised, and whether it misses that."""
    if estimate.promised is None or estimate.earliest is None:
        return None
    day = date_text(estimate.promised)
    if estimate.late:
        return Text(
            en=f"That is later than promised ({day.en}).", zh=f"晚于承诺的送达日期（{day.zh}）。"
        )
    return Text(en=f"Promised by {day.en}.", zh=f"承诺{day.zh}前送达。")


def delivery_words(estimate: DeliveryEstimate) -> Text | None:
    """The dates alone, for a list of orders."""
    if estimate.delivered_on is not None:
        day = date_text(estimate.delivered_on)
        return Text(en=f"delivered on {day.en}", zh=f"{day.zh}送达")
    if estimate.earliest is None or estimate.latest is None:
        return None
    days = range_text(estimate.earliest, estimate.latest)
    return Text(en=f"expected {days.en}", zh=f"预计{days.zh}送达")


def _dates(estimate: DeliveryEstimate) -> Text | None:
    if estimate.delivered_on is not None:
        day = date_text(estimate.delivered_on)
        return Text(en=f"Delivered on {day.en}.", zh=f"{day.zh}已送达。")
    if estimate.earliest is None or estimate.latest is None or estimate.likely is None:
        return None
    days = range_text(estimate.earliest, estimate.latest)
    if estimate.earliest == estimate.latest:
        return Text(en=f"Delivery expected {days.en}.", zh=f"预计{days.zh}送达。")
    likely, chance = date_text(estimate.likely), _chance(estimate)
    return Text(
        en=f"Delivery expected {days.en}{chance.en}, most likely {likely.en}.",
        zh=f"预计{days.zh}送达{chance.zh}，最可能是{likely.zh}。",
    )


def _chance(estimate: DeliveryEstimate) -> Text:
    """Said only where it was measured."""
    if estimate.chance is None:
        return Text(en="", zh="")
    percent = round(estimate.chance * 100)
    return Text(en=f" with a chance of {percent}%", zh=f"（把握{percent}%）")
