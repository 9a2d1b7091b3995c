"""Why an order bore a shipping fee: what its goods came to, and from what sum shipping is free."""

from __future__ import annotations

from assistant.purchases import Purchase
from orderdb.money import Money
from orderdb.text import Text


def why_charged(purchase: Purchase | None) -> Text | None:
    """The two sums beside each other; None where the fee has another reason, or there is none."""
    limit = purchase.free_shipping_from if purchase else None
    if purchase is None or limit is None or not purchase.order.shipping.minor:
        return None
    order = purchase.order
    goods = Money(minor=order.items.minor - order.discount.minor, currency=order.currency)
    if goods.minor >= limit.minor:
        return None
    return Text(
        en=f"Its goods came to {goods}, and standard shipping is free from {limit}, so it bore "
        f"{order.shipping} of shipping.",
        zh=f"该订单商品金额为{goods}，未满{limit}的包邮门槛，因此收取了{order.shipping}运费。",
    )
