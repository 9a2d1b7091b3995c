"""The ways in which a customer can pay or be paid: by what paid for the order, or by their own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from orderdb.eligibility.pricing import methods
from orderdb.errors import Refused
from orderdb.models import Exchange, GiftCard, SavedPaymentMethod
from orderdb.policy_profile import Source
from orderdb.statuses import PaymentMethod, PaymentStatus
from orderdb.text import Text
from orderdb.views import OrderView, PaymentView
from orderdb.wording import PAYMENT_METHOD

ORIGINAL: Final = "original"


@dataclass(frozen=True)
class Means:
    """One way; ``balance`` is what a gift card holds, None for all else."""

    source: Source
    method: PaymentMethod
    key: str = ORIGINAL
    detail: str = ""
    saved_method_id: str | None = None
    gift_card_id: int | None = None
    balance: int | None = None

    @property
    def label(self) -> Text:
        """As it may be shown: a gift card by its last characters."""
        if self.method is PaymentMethod.GIFT_CARD:
            end = self.key[-4:]
            return Text(en=f"the gift card ending in {end}", zh=f"尾号{end}的礼品卡")
        name = _shown(self.method, self.detail)
        if self.source == ORIGINAL:
            return Text(en=f"the original way of paying ({name.en})", zh=f"原支付方式（{name.zh}）")
        return name


def returned_to(order: OrderView, amount: int, means: Means | None) -> Text:
    """Where an amount goes back to, in words."""
    if means is not None:
        return means.label
    ways = [PAYMENT_METHOD[method] for method in methods(order, amount)]
    return Text(
        en=f"the original way of paying ({', '.join(way.en for way in ways)})",
        zh=f"原支付方式（{'、'.join(way.zh for way in ways)}）",
    )


def _shown(method: PaymentMethod, detail: str) -> Text:
    words = PAYMENT_METHOD[method]
    return Text(en=f"{words.en} {detail}".strip(), zh=f"{words.zh} {detail}".strip())


class Wallet:
    """What one customer can pay with for one order; ``lock`` keeps gift cards as they are.

    A way is named by its id, by what is shown of it, or by its kind where there is one only.
    """

    def __init__(self, session: Session, order: OrderView, *, lock: bool = True) -> None:
        self._order = order
        customer = order.customer.id
        cards = (
            select(GiftCard)
            .where(GiftCard.customer_id == customer, GiftCard.currency == order.currency)
            .order_by(col(GiftCard.id))
            .execution_options(populate_existing=True)
        )
        self._cards = session.exec(cards.with_for_update() if lock else cards).all()
        self._saved = session.exec(
            select(SavedPaymentMethod)
            .where(SavedPaymentMethod.customer_id == customer)
            .order_by(SavedPaymentMethod.id)
        ).all()

    def find(self, key: str, allowed: Collection[Source], clause: str) -> Means:
        """The way that the customer named; raises Refused, which lists those there are.

        ``original`` stands for what paid for the order, ``gift_card`` for the only one there is.
        """
        found = self._named(key.strip())
        if found is not None and found.source in allowed:
            return found
        ways = [way for way in self.ways() if way.source in allowed]
        en, zh = ", ".join(way.label.en for way in ways), "、".join(way.label.zh for way in ways)
        raise Refused(
            Text(
                en="That way of paying cannot be used here. "
                + (f"Choose one of: {en}." if ways else "A person can help with another."),
                zh="不能使用该支付方式。" + (f"可选：{zh}。" if ways else "可以转人工客服处理。"),
            ),
            clause,
        )

    def refunding(
        self, amount: int, key: str, allowed: Collection[Source], clause: str
    ) -> Means | None:
        """Where an amount goes back to; None for back by the ways it came, each its part.

        Where only those are allowed, naming one of them changes no part.
        """
        if key == ORIGINAL and (not amount or self._original() is None):
            return None
        means = self.find(key, allowed, clause)
        return None if set(allowed) == {ORIGINAL} else means

    def ways(self) -> list[Means]:
        """All of them, the original first."""
        original = self._original()
        return [
            *([original] if original else []),
            *(self._of_card(card) for card in self._cards),
            *(self._of_saved(saved) for saved in self._saved),
        ]

    def _named(self, key: str) -> Means | None:
        if key in ("", ORIGINAL):
            return self._original()
        cards = [card for card in self._cards if key in (card.code, card.code[-4:])]
        if key == "gift_card":
            cards = list(self._cards)
        if len(cards) == 1:
            return self._of_card(cards[0])
        named = key.casefold()
        for saved in self._saved:
            shown = _shown(saved.method, saved.detail)
            names = (
                saved.id,
                saved.detail,
                f"{saved.method.value} {saved.detail}",
                shown.en,
                shown.zh,
            )
            if named in map(str.casefold, names):
                return self._of_saved(saved)
        of_method = [saved for saved in self._saved if saved.method.value == named]
        return self._of_saved(of_method[0]) if len(of_method) == 1 else None

    def settling(self, exchange: Exchange) -> Means | None:
        """What settles an exchange: the way named for it, else what paid for the order."""
        for card in self._cards:
            if card.id == exchange.gift_card_id:
                return self._of_card(card)
        for saved in self._saved:
            if saved.id == exchange.saved_method_id:
                return self._of_saved(saved)
        return self._original()

    def _original(self) -> Means | None:
        """The largest payment that counts, gift cards last."""
        counted = (PaymentStatus.CAPTURED, PaymentStatus.PENDING)
        paid = [one for one in self._order.payments if one.status in counted]
        paid.sort(
            key=lambda one: (one.method is PaymentMethod.GIFT_CARD, -one.amount.minor, one.id)
        )
        return self._of_payment(paid[0]) if paid else None

    def _of_payment(self, payment: PaymentView) -> Means:
        card = next((card for card in self._cards if card.id == payment.gift_card), None)
        return Means(
            ORIGINAL,
            payment.method,
            key=card.code if card else payment.saved_method or ORIGINAL,
            detail=payment.detail,
            saved_method_id=payment.saved_method,
            gift_card_id=payment.gift_card,
            balance=card.balance_minor if card else None,
        )

    def _of_card(self, card: GiftCard) -> Means:
        return Means(
            ORIGINAL if self._paid_with(gift_card=card.id) else "gift_card",
            PaymentMethod.GIFT_CARD,
            key=card.code,
            gift_card_id=card.id,
            balance=card.balance_minor,
        )

    def _of_saved(self, saved: SavedPaymentMethod) -> Means:
        return Means(
            ORIGINAL if self._paid_with(saved=saved.id) else "saved",
            saved.method,
            key=saved.id,
            detail=saved.detail,
            saved_method_id=saved.id,
        )

    def _paid_with(self, *, saved: str | None = None, gift_card: int | None = None) -> bool:
        return any(
            (saved is not None and payment.saved_method == saved)
            or (gift_card is not None and payment.gift_card == gift_card)
            for payment in self._order.payments
        )
