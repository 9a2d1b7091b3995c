"""What an estimate says beside its dates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from orderdb.dates import date_text, range_text
from orderdb.delivery.believing import Doubt
from orderdb.delivery.facts import ParcelFacts
from orderdb.statuses import ShipmentStatus
from orderdb.text import Text

NO_DATES = Text(
    en="The shop's records hold no dates for this order, so no delivery date can be given.",
    zh="店铺记录中没有这笔订单的日期信息，无法给出送达日期。",
)
SILENT = Text(
    en="The parcel has had no news for so long that no delivery date can be given.",
    zh="包裹长时间没有物流更新，无法给出送达日期。",
)
NO_RESTOCK = Text(
    en="It waits for stock, and nobody knows yet when that comes; so no date can be given.",
    zh="商品正在等待到货，到货时间未定，暂时无法给出送达日期。",
)
_DOUBTED: dict[Doubt, Text] = {
    "future": Text(
        en="A scan dated in the future was not counted.",
        zh="有一条扫描记录的时间在未来，未予采用。",
    ),
    "disorder": Text(
        en="Its scans contradict one another; those out of turn were not counted.",
        zh="扫描记录前后矛盾，次序不符的记录未予采用。",
    ),
}
DELIVERED_UNDATED = Text(
    en="The shop's records do not say on which day it was delivered.",
    zh="店铺记录中没有具体的送达日期。",
)
_LOST = {
    ShipmentStatus.LOST: Text(
        en="The carrier has lost the parcel; it will not arrive.",
        zh="包裹已被承运商确认丢失，无法送达。",
    ),
    ShipmentStatus.DAMAGED: Text(
        en="The parcel was damaged on the way; the carrier has stopped it.",
        zh="包裹在运输途中破损，承运商已停止派送。",
    ),
    ShipmentStatus.RETURNED_TO_SENDER: Text(
        en="The parcel could not be delivered and is on its way back to the shop.",
        zh="包裹未能投递，正在退回店铺。",
    ),
}
_STAGE = {
    "waiting_for_stock": Text(en="It waits for new stock.", zh="商品正在等待到货。"),
    "made_to_order": Text(
        en="It is made to order, once its last part is there.",
        zh="商品为定制，待部件到齐后开始制作。",
    ),
    "unpaid": Text(
        en="Counted from today; it moves on for as long as the order is unpaid.",
        zh="按今天付款估算，付款越晚，送达时间越往后。",
    ),
    "delayed": Text(en="The carrier reports a delay.", zh="承运商报告运输延误。"),
    "held": Text(
        en="The parcel is being held; the carrier gives no reason.",
        zh="包裹目前滞留，承运商未说明原因。",
    ),
}


def of_stage(stage: str) -> Text:
    """What a stage of trouble means."""
    return _STAGE[stage]


def lost(status: ShipmentStatus) -> Text:
    """Why a parcel will not come."""
    return _LOST[status]


def long_overdue(promised: date) -> Text:
    """The promise is too long past for any new date to be honest."""
    day = date_text(promised)
    return Text(
        en=f"It was promised by {day.en} and is long overdue, so no new date can be given.",
        zh=f"原承诺{day.zh}前送达，现已严重逾期，无法给出新的送达日期。",
    )


def expected(
    stage: str,
    overdue_since: date | None,
    outstanding: int,
    lost: Sequence[ParcelFacts],
    doubts: Collection[Doubt] = (),
    closed: tuple[date, date] | None = None,
) -> Text | None:
    """What the customer should know of a range; None when it speaks for itself."""
    said = [_STAGE[stage]] if stage in _STAGE else []
    if overdue_since is not None:
        day = date_text(overdue_since)
        said.append(
            Text(
                en=f"It was expected by {day.en} and is overdue.",
                zh=f"原预计{day.zh}前送达，现已逾期。",
            )
        )
    if closed is not None:
        days = range_text(*closed)
        said.append(
            Text(en=f"The warehouse is closed {days.en}.", zh=f"仓库{days.zh}休息，期间不发货。")
        )
    if outstanding > 1:
        said.append(
            Text(
                en=f"{outstanding} deliveries are still to come; this is for the last of them.",
                zh=f"还有{outstanding}批商品未送达，以上为最后一批的预计时间。",
            )
        )
    said += [
        Text(
            en=f"Not counted: parcel {parcel.number}. {_LOST[parcel.status].en}",
            zh=f"不含第{parcel.number}个包裹：{_LOST[parcel.status].zh}",
        )
        for parcel in lost
    ]
    said += [text for doubt, text in _DOUBTED.items() if doubt in doubts]
    return joined(said) if said else None


def joined(texts: Sequence[Text]) -> Text:
    """Sentences one after the other."""
    return Text(en=" ".join(text.en for text in texts), zh="".join(text.zh for text in texts))
