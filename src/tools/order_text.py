"""An order in few words for the model: what matters first, every fact under its label."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from orderdb.dates import date_text
from orderdb.delivery import DeliveryEstimate
from orderdb.statuses import OrderStatus, ShipmentStatus
from orderdb.text import Text
from orderdb.views import (
    CaseView,
    LineView,
    OrderPage,
    OrderSummary,
    OrderView,
    ParcelLine,
    PaymentView,
    RefundView,
    ShipmentView,
)
from orderdb.wording import PAYMENT_METHOD
from tools.delivery_text import delivery_text, delivery_words
from tools.wording import (
    CASE_KIND,
    CASE_STATUS,
    ORDER_STATUS,
    PAYMENT_STATUS,
    REFUND_STATUS,
    SHIPMENT_STATUS,
)

_FULL_LINES = 6  # so many lines are told with variant and price; more, by name only
_NAMED_LINES = 40
_ENTRIES = 3  # parcels, payments and refunds told; of a long order, one each
_NAMES_EN, _NAMES_ZH = 480, 180  # characters that the names of a long order may take together
_LISTED, _LISTED_EN, _LISTED_ZH = 2, 24, 10  # items told of an order on a list, and characters

Row = TypeVar("Row")


def order_text(order: OrderView, delivery: DeliveryEstimate) -> Text:
    """The whole order; a long one shortened to what its customer may ask about."""
    status, long = ORDER_STATUS[order.status], len(order.lines) > _FULL_LINES
    entries = 1 if long else _ENTRIES
    parts = [
        Text(en=f"Order {order.number}: {status.en}.", zh=f"订单{order.number}：{status.zh}。"),
        delivery_text(delivery.model_copy(update={"moved": None}) if long else delivery),
        _history(order),
        *([_brief_lines(order)] if long else _full_lines(order)),
        *_first(entries, _told_parcels(order), lambda parcel: _parcel(order, parcel)),
        *_first(entries, order.payments, _payment),
        *_first(entries, order.refunds, lambda refund: _refund(refund, order.customer.zone)),
        *_first(entries, order.cases, _case),
    ]
    return _joined(parts)


def orders_text(
    page: OrderPage, deliveries: Iterable[DeliveryEstimate], *, all_of_them: bool
) -> Text:
    """The list of orders, newest first, one a line."""
    shown = len(page.orders)
    if not shown and all_of_them:
        return Text(en="There are no orders in this account yet.", zh="您的账户中还没有订单。")
    if not shown:
        return Text(en="No such orders.", zh="没有符合条件的订单。")
    newest = Text(en=f", the newest {shown}", zh=f"，以下为最近{shown}笔")
    newest = newest if page.total > shown else Text(en="", zh="")
    head = Text(en=f"Orders: {page.total}{newest.en}.", zh=f"共{page.total}笔订单{newest.zh}。")
    rows = zip(page.orders, deliveries, strict=True)
    lines = [
        _summary(number, order, delivery, page.customer.zone)
        for number, (order, delivery) in enumerate(rows, 1)
    ]
    return _joined([head, *lines])


def _summary(number: int, order: OrderSummary, delivery: DeliveryEstimate, zone: ZoneInfo) -> Text:
    """Where it stands, what is in it, and the one date that matters most."""
    status = ORDER_STATUS[order.status]
    dates = delivery_words(delivery)
    if dates is None and (placed := day_text(order.placed_at, zone)) is not None:
        dates = Text(en=f"placed on {placed.en}", zh=f"{placed.zh}下单")
    if dates is not None and delivery.delivered_on and order.status is OrderStatus.DELIVERED:
        state = dates
    elif dates is not None:
        state = Text(en=f"{status.en}, {dates.en}", zh=f"{status.zh}，{dates.zh}")
    else:
        state = status
    items = _item_names(order)
    return Text(
        en=f"{number}. Order {order.number}: {state.en}" + (f"; {items.en}" if items.en else ""),
        zh=f"{number}. 订单{order.number}：{state.zh}" + (f"；{items.zh}" if items.zh else ""),
    )


def _item_names(order: OrderSummary) -> Text:
    names = [
        _times(_cut(item.name, _LISTED_EN, _LISTED_ZH), item.quantity)
        for item in order.items[:_LISTED]
    ]
    more = len(order.items) - len(names)
    return Text(
        en=", ".join(name.en for name in names) + (f" and {more} more" if more else ""),
        zh="、".join(name.zh for name in names) + (f"等{len(order.items)}种商品" if more else ""),
    )


def _history(order: OrderView) -> Text:
    """What happened to the order itself, and what it costs."""
    placed = day_text(order.placed_at, order.customer.zone)
    cancelled = day_text(order.cancelled_at, order.customer.zone)
    said = [
        Text(en=f"Placed on {placed.en}.", zh=f"{placed.zh}下单。") if placed else None,
        Text(en=f"Cancelled on {cancelled.en}.", zh=f"{cancelled.zh}取消。") if cancelled else None,
        _total(order) if order.lines or order.total.minor else None,
    ]
    return _joined(said, en=" ", zh="")


def _total(order: OrderView) -> Text:
    """The sum, and what makes it differ from the sum of the items."""
    parts = [
        Text(en=f"with {order.shipping} shipping", zh=f"含运费{order.shipping}")
        if order.shipping.minor
        else None,
        Text(en=f"with {order.tax} tax", zh=f"含税{order.tax}") if order.tax.minor else None,
        Text(en=f"after {order.discount} discount", zh=f"已优惠{order.discount}")
        if order.discount.minor
        else None,
    ]
    told = _joined(parts, en=", ", zh="，")
    return Text(
        en=f"Total {order.total}" + (f" ({told.en})." if told.en else "."),
        zh=f"合计{order.total}" + (f"（{told.zh}）。" if told.zh else "。"),
    )


def _full_lines(order: OrderView) -> Iterator[Text]:
    if not order.lines:
        yield Text(en="The records list no items of it.", zh="记录中没有商品明细。")
        return
    yield Text(en="Items:", zh="商品：")
    for line in order.lines:
        variant = line.variant
        name = Text(
            en=line.name.en + (f" ({variant.en})" if variant else ""),
            zh=line.name.zh + (f"（{variant.zh}）" if variant else ""),
        )
        state = _own_status(line, order)
        yield Text(
            en=f"{line.position}. {name.en}, {line.quantity} × {line.unit_price}{state.en}",
            zh=f"{line.position}. {name.zh}，{line.quantity}件，单价{line.unit_price}{state.zh}",
        )


def _brief_lines(order: OrderView) -> Text:
    """Names only, by state, cut so that all of them together keep to a fixed length."""
    named = order.lines[:_NAMED_LINES]
    groups: dict[OrderStatus, list[Text]] = {}
    for line in named:
        name = _cut(line.name, _NAMES_EN // len(named), _NAMES_ZH // len(named))
        groups.setdefault(line.status, []).append(_times(name, line.quantity))
    more = len(order.lines) - len(named)
    en, zh = [f"{len(order.lines)} items."], [f"共{len(order.lines)}种商品。"]
    for status, names in groups.items():
        words = ORDER_STATUS[status]
        en.append(f"{words.en.capitalize()}: {'; '.join(name.en for name in names)}.")
        zh.append(f"{words.zh}：{'；'.join(name.zh for name in names)}。")
    if more:
        en.append(f"And {more} more.")
        zh.append(f"另有{more}种。")
    return Text(en=" ".join(en), zh="".join(zh))


def _own_status(line: LineView, order: OrderView) -> Text:
    """The line's state, where it is not simply the order's."""
    if line.status is order.status:
        return Text(en="", zh="")
    status = ORDER_STATUS[line.status]
    return Text(en=f", {status.en}", zh=f"，{status.zh}")


def _told_parcels(order: OrderView) -> tuple[ShipmentView, ...]:
    """All parcels; of a cancelled order only those that had left."""
    if order.status is not OrderStatus.CANCELLED:
        return order.shipments
    return tuple(
        parcel for parcel in order.shipments if parcel.status is not ShipmentStatus.LABEL_CREATED
    )


def _parcel(order: OrderView, parcel: ShipmentView) -> Text:
    zone, status = order.customer.zone, SHIPMENT_STATUS[parcel.status]
    delivered, left = day_text(parcel.delivered_at, zone), day_text(parcel.handed_over_at, zone)
    scan = parcel.events[-1] if parcel.events else None
    scanned = day_text(scan.at if scan else None, zone)
    contents = _contents(order, parcel.lines)
    en, zh = [status.en], [status.zh]
    if parcel.carrier or parcel.tracking:
        en.append(" ".join(part for part in (parcel.carrier, parcel.tracking) if part))
        zh.append(" ".join(part for part in (parcel.carrier, parcel.tracking) if part))
    if contents is not None:
        en.append(contents.en)
        zh.append(contents.zh)
    if left:
        en.append(f"handed to the carrier on {left.en}")
        zh.append(f"{left.zh}发出")
    if delivered:
        en.append(f"delivered on {delivered.en}")
        zh.append(f"{delivered.zh}签收")
    elif scan and scanned:
        en.append(f"last scan {scanned.en}" + (f", {scan.place}" if scan.place else ""))
        zh.append(f"最新物流{scanned.zh}" + (f"（{scan.place}）" if scan.place else ""))
    number = parcel.number
    return Text(en=f"Parcel {number}: {'; '.join(en)}.", zh=f"包裹{number}：{'，'.join(zh)}。")


def _contents(order: OrderView, lines: Sequence[ParcelLine]) -> Text | None:
    """Which items lie in a parcel, where there are several parcels of few items."""
    if len(order.shipments) < 2 or not lines or len(lines) > _FULL_LINES:
        return None
    numbers = [str(part.line) for part in lines]
    return Text(en=f"holds item {', '.join(numbers)}", zh=f"内含商品{'、'.join(numbers)}")


def _payment(payment: PaymentView) -> Text:
    method, status = PAYMENT_METHOD[payment.method], PAYMENT_STATUS[payment.status]
    detail = f" {payment.detail}" if payment.detail else ""
    return Text(
        en=f"Payment: {payment.amount} by {method.en}{detail}, {status.en}.",
        zh=f"付款：{method.zh}{detail} {payment.amount}，{status.zh}。",
    )


def _refund(refund: RefundView, zone: ZoneInfo) -> Text:
    method, status = PAYMENT_METHOD[refund.method], REFUND_STATUS[refund.status]
    since = day_text(refund.at, zone)
    return Text(
        en=f"Refund: {refund.amount} to {method.en}, {status.en}"
        + (f", released on {since.en}." if since else "."),
        zh=f"退款：{refund.amount}退回{method.zh}，{status.zh}"
        + (f"，{since.zh}发起。" if since else "。"),
    )


def _case(case: CaseView) -> Text:
    kind, status = CASE_KIND[case.kind], CASE_STATUS[case.status]
    return Text(
        en=f"{kind.en} of item {case.line}: {status.en}.",
        zh=f"商品{case.line}{kind.zh}：{status.zh}。",
    )


def _first(count: int, rows: Sequence[Row], tell: Callable[[Row], Text]) -> Iterator[Text]:
    """The first few rows in words, and how many more there are."""
    told = [tell(row) for row in rows[:count]]
    more = len(rows) - len(told)
    if more:
        told[-1] = Text(en=f"{told[-1].en} And {more} more.", zh=f"{told[-1].zh}另有{more}条。")
    yield from told


def _times(name: Text, quantity: int) -> Text:
    if quantity == 1:
        return name
    return Text(en=f"{name.en} ×{quantity}", zh=f"{name.zh}×{quantity}")


def _cut(name: Text, en: int, zh: int) -> Text:
    """The name within so many characters."""
    return Text(en=_shortened(name.en, en), zh=_shortened(name.zh, zh))


def _shortened(name: str, length: int) -> str:
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"


def _joined(parts: Iterable[Text | None], *, en: str = "\n", zh: str = "\n") -> Text:
    texts = [part for part in parts if part is not None]
    return Text(en=en.join(text.en for text in texts), zh=zh.join(text.zh for text in texts))


def day_text(at: datetime | None, zone: ZoneInfo) -> Text | None:
    """The day of a moment where the customer lives."""
    return date_text(at.astimezone(zone).date()) if at is not None else None
