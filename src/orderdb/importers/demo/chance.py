"""The life of an ordinary order, by chance, up to the moment that the demo shop shows."""

from __future__ import annotations

from random import Random

from orderdb.importers.demo.aftermath import Aftermath
from orderdb.importers.demo.baskets import Baskets
from orderdb.importers.demo.catalogue import DemoProduct
from orderdb.importers.demo.days import DAY, Days
from orderdb.importers.demo.draft import Contents, Draft, DraftParcel, DraftPayment, Scan
from orderdb.importers.demo.geography import CITIES, CURRENCY_OF, ROUTES
from orderdb.importers.demo.lanes import Lane, Mishap
from orderdb.importers.demo.terms import (
    CANCEL_REASONS,
    NOT_PAID,
    PAYMENT_METHODS,
    shipping_fee,
)
from orderdb.importers.demo.tracking import TrackingNumbers

_HOUR = 3600
_CHANNELS = ("web",) * 11 + ("app",) * 7 + ("marketplace",) + ("phone",)
_UNPAID_SECONDS = DAY  # clause CANCEL-4

LOSSES = frozenset({"lost", "damaged", "returned_to_sender"})

# Of 1,000 parcels, how many meet with what.
_MISHAPS: tuple[Mishap, ...] = (
    ("delayed",) * 28 + ("held",) * 16 + ("lost",) * 8 + ("damaged",) * 6 + ("returned",) * 6
)


class Chance:
    """Draws orders; the same ``random`` draws the same orders."""

    def __init__(
        self,
        days: Days,
        products: list[DemoProduct],
        tracking: TrackingNumbers,
        now: int,
        *,
        is_chinese: bytearray,
        city_of: bytearray,
    ) -> None:
        self._days = days
        self._now = now
        self._is_chinese = is_chinese
        self._city_of = city_of
        self._tracking = tracking
        self._baskets = Baskets(products)
        self._aftermath = Aftermath(products, now, is_chinese)
        self._lanes = [
            [
                lane
                for route in ROUTES
                if route.country == city.country
                for lane in [Lane(days, route, city)] * route.share
            ]
            for city in CITIES
        ]

    def order(self, random: Random, placed: int, customer: int) -> Draft:
        """One order of ``customer`` (an index), placed at that moment."""
        chance = random.random
        city = self._city_of[customer]
        lanes = self._lanes[city]
        lane = lanes[int(chance() * len(lanes))]
        draft = Draft(
            placed,
            customer,
            CURRENCY_OF[CITIES[city].country],
            lane.warehouse,
            _CHANNELS[int(chance() * 20)],
            self._baskets.draw(random),
        )
        items = draft.items
        if chance() < 0.1:
            draft.discount = items // 10
        draft.shipping = shipping_fee(draft.currency, items - draft.discount, placed)
        draft.promised = lane.promise(lane.dispatch_day(placed))
        if self._pay(random, draft, CITIES[city].country):
            self._fulfil(random, draft, lane)
        return draft

    def _pay(self, random: Random, draft: Draft, country: str) -> bool:
        """Whether the order is paid by now."""
        chance = random.random
        methods = PAYMENT_METHODS[country]
        method, detail = methods[int(chance() * len(methods))]
        total = draft.total
        roll = chance()
        if roll < 0.025:
            self._leave_unpaid(draft, method, detail)
            return False
        paid = draft.placed + 20 + int(chance() * chance() * 600)
        if method == "bank_transfer":
            paid += int((2 + 18 * chance()) * _HOUR)
        elif roll > 0.9:
            paid += int(22 * chance() * _HOUR)
        if roll < 0.045:
            draft.payments.append(DraftPayment(method, total, "failed", draft.placed + 15, detail))
        if paid > self._now:
            draft.payments.append(DraftPayment(method, total, "pending", draft.placed + 15, detail))
            return False
        draft.paid = paid
        if 0.5 < roll < 0.55:
            total -= self._use_gift_card(random, draft, total, paid)
        if total:
            draft.payments.append(DraftPayment(method, total, "captured", paid, detail))
        return True

    def _leave_unpaid(self, draft: Draft, method: str, detail: str) -> None:
        given_up = draft.placed + _UNPAID_SECONDS
        status = "pending"
        if given_up <= self._now:
            draft.cancelled = given_up
            draft.cancel_reason = NOT_PAID[self._is_chinese[draft.customer]]
            status = "voided"
        draft.payments.append(DraftPayment(method, draft.total, status, draft.placed + 15, detail))

    def _use_gift_card(self, random: Random, draft: Draft, total: int, paid: int) -> int:
        """Pay with a gift card; the amount it paid."""
        if random.random() < 0.3:
            used, held = total, total + random.randrange(0, total + 1)
        else:
            used = held = max(1, int(total * random.uniform(0.2, 0.8)))
        draft.payments.append(DraftPayment("gift_card", used, "captured", paid, gift_card=held))
        return used

    def _fulfil(self, random: Random, draft: Draft, lane: Lane) -> None:
        chance = random.random
        now = self._now
        paid = draft.paid or draft.placed
        day = lane.dispatch_day(paid)
        roll = chance()
        if roll > 0.85:
            day = lane.later(day, 1 if roll < 0.97 else 2 + int(chance() * 4))
        transit = lane.min_days + int(chance() * (lane.max_days - lane.min_days + 1))
        roll = chance()
        if roll > 0.9:
            transit += 1 if roll < 0.97 else 3
        roll = int(chance() * 1000)
        mishap: Mishap = _MISHAPS[roll] if roll < len(_MISHAPS) else "none"
        extra = 2 + int(chance() * 5) if mishap != "none" else 0
        scans = lane.travel(random, day, lane.arrival(day, transit), mishap, extra)
        packed = scans[0][0]
        if chance() < 0.04:
            self._cancel(random, draft, packed)
            if draft.cancelled:
                return
        draft.picking = paid + (1 + 3 * chance()) * _HOUR <= now
        if packed > now:
            return
        draft.packed = packed - 300
        contents = [(index, quantity) for index, (_, quantity) in enumerate(draft.lines)]
        later: Contents = []
        if draft.pieces > 1 and chance() < 0.1:
            contents, later = _split(random, contents)
        self._send(draft, lane, scans, contents)
        if later:
            day = lane.later(day, 1 + int(chance() * 5))
            second = lane.travel(random, day, lane.arrival(day, transit))
            self._send(draft, lane, second, later)
        if draft.parcels[0].scans[-1][1] in LOSSES:
            self._settle(random, draft, lane, transit)
        elif chance() < 0.08:
            self._aftermath.send_back(random, draft)

    def _settle(self, random: Random, draft: Draft, lane: Lane, transit: int) -> None:
        """After a loss the shop sends again or refunds; a fresh loss is still open."""
        parcel = draft.parcels[0]
        seen = parcel.scans[-1][0]
        day = lane.dispatch_day(seen + DAY)
        if parcel.scans[-1][1] != "returned_to_sender" and random.random() < 0.5:
            again = lane.travel(random, day, lane.arrival(day, transit))
            self._send(draft, lane, again, parcel.contents)
        else:
            self._aftermath.refund_parcel(random, draft, parcel, seen + 2 * DAY)

    def _send(self, draft: Draft, lane: Lane, scans: list[Scan], contents: Contents) -> None:
        now = self._now
        if scans[-1][0] > now:
            scans = [scan for scan in scans if scan[0] <= now]
            if not scans:
                return
        number = self._tracking.next(lane.carrier)
        draft.parcels.append(DraftParcel(lane.carrier, number, scans, contents))

    def _cancel(self, random: Random, draft: Draft, packed: int) -> None:
        """Cancelled by the customer before it was packed, and refunded."""
        paid = draft.paid or draft.placed
        at = min(paid + 600 + int(random.random() * 8 * _HOUR), packed - 60)
        if not paid < at <= self._now:
            return
        draft.cancelled = at
        chinese = self._is_chinese[draft.customer]
        draft.cancel_reason = random.choice(CANCEL_REASONS)[chinese]
        self._aftermath.refund_all(random, draft, at + 60)


def _split(random: Random, contents: Contents) -> tuple[Contents, Contents]:
    """Two parcels; a single line is cut through its pieces."""
    if len(contents) == 1:
        line, quantity = contents[0]
        now = random.randrange(1, quantity)
        return [(line, now)], [(line, quantity - now)]
    cut = random.randrange(1, len(contents))
    line, quantity = contents[cut]
    if quantity > 1:
        return [*contents[:cut], (line, 1)], [(line, quantity - 1), *contents[cut + 1 :]]
    return contents[:cut], contents[cut:]
