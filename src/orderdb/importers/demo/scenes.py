"""Stages the scenes of the stories: an order in exactly the state that a story needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from orderdb.importers.demo.aftermath import is_returnable
from orderdb.importers.demo.catalogue import DemoProduct
from orderdb.importers.demo.days import DAY, Days
from orderdb.importers.demo.draft import (
    Contents,
    Draft,
    DraftExchange,
    DraftParcel,
    DraftPayment,
    DraftRefund,
    DraftReturn,
    Lines,
    Scan,
)
from orderdb.importers.demo.geography import CITIES, CURRENCY_OF, ROUTES
from orderdb.importers.demo.lanes import Lane, Mishap
from orderdb.importers.demo.stories import Person, Scene, Story
from orderdb.importers.demo.terms import (
    CANCEL_REASONS,
    NOT_PAID,
    PAYMENT_METHODS,
    RETURN_REASONS,
    shipping_fee,
)
from orderdb.importers.demo.tracking import TrackingNumbers

_HOUR = 3600
_PAYING = 40  # seconds from the order to the payment


@dataclass(frozen=True, slots=True)
class _Travel:
    """Days from now to the parcel's day at the door, and what befalls it on the way."""

    arrives: int
    mishap: Mishap = "none"
    extra: int = 0


_TRAVELS = {
    "on_the_way": _Travel(2),
    "late": _Travel(-3, "delayed", 6),
    "out_for_delivery": _Travel(0),
    "held": _Travel(-2, "held", 6),
    "lost": _Travel(-12, "lost", 5),
    "lost_and_resent": _Travel(-42, "lost", 2),
    "damaged": _Travel(-1, "damaged"),
    "refused": _Travel(-30, "returned", 2),
}


class Scenes:
    """Turns a story's scenes into drafts; the same random draws the same baskets."""

    def __init__(
        self, days: Days, products: list[DemoProduct], tracking: TrackingNumbers, now: int
    ) -> None:
        self._days = days
        self.products = products
        self.tracking = tracking
        self.now = now

    def orders(self, random: Random, story: Story, customer: int) -> Iterator[Draft]:
        """Every order of a story's customer (an index)."""
        city = next(city for city in CITIES if city.name == story.person.city)
        routes = [route for route in ROUTES if route.country == city.country and not route.is_far]
        currency = CURRENCY_OF[city.country]
        for position, scene in enumerate(story.scenes):
            lane = Lane(self._days, routes[position % len(routes)], city)
            placed = self.now - int(scene.days_ago * DAY)
            lines = self._goods(random, scene, story.person, position)
            channel = ("web", "app")[position % 2]
            draft = Draft(placed, customer, currency, lane.warehouse, channel, lines)
            draft.shipping = shipping_fee(currency, draft.items, placed)
            draft.promised = lane.promise(lane.dispatch_day(placed))
            method, detail = PAYMENT_METHODS[city.country][position % 3]
            _Stage(self, random, draft, scene, lane, story.person).play(method, detail)
            yield draft

    def _goods(self, random: Random, scene: Scene, person: Person, position: int) -> Lines:
        """Things the person likes, in several variants, which may be returned."""
        category = person.likes[position % len(person.likes)]
        most = 6_000 if scene.kind == "split" else 1_000_000
        liked = [
            product
            for product in self.products
            if product.category == category
            and is_returnable(product)
            and len(product.variants) > 1
            and product.variants[0].prices["EUR"] < most
        ]
        chosen = random.sample(liked, min(1 + position % 3, len(liked)))
        lines = [(random.choice(product.variants), 1) for product in chosen]
        if scene.kind == "split":
            lines[0] = (lines[0][0], 3)
        return lines


class _Stage:
    """One order being brought to its state."""

    def __init__(
        self,
        scenes: Scenes,
        random: Random,
        draft: Draft,
        scene: Scene,
        lane: Lane,
        person: Person,
    ) -> None:
        self._now = scenes.now
        self._today = scenes.now // DAY
        self._tracking = scenes.tracking
        self._products = scenes.products
        self._random = random
        self._draft = draft
        self._scene = scene
        self._lane = lane
        self._chinese = person.language == "zh"
        self._everything = [(line, quantity) for line, (_, quantity) in enumerate(draft.lines)]

    def play(self, method: str, detail: str) -> None:
        kind, draft = self._scene.kind, self._draft
        if kind in ("unpaid", "expired"):
            self._leave_unpaid(method, detail)
            return
        self._pay(method, detail)
        day = self._lane.dispatch_day(draft.placed + _PAYING)
        match kind:
            case "paid":
                return
            case "processing":
                draft.picking = True
            case "packed":
                draft.packed = self._now - 2 * _HOUR
                label = (draft.packed + 300, "label_created", self._lane.origin)
                self._send([label], self._everything)
            case "cancelled":
                draft.cancelled = draft.placed + 3 * _HOUR
                draft.cancel_reason = CANCEL_REASONS[0][self._chinese]
                self._refund(draft.cancelled + 60)
            case "split":
                self._travel(day, _Travel(-2), [(0, 2)])
                later = self._lane.later(day, 2)
                self._travel(later, _Travel(1), [(0, 1), *self._everything[1:]])
            case "delivered" | "returning" | "returned" | "exchanging":
                arrival = self._lane.arrival(day, self._lane.min_days)
                self._travel(day, _Travel(arrival - self._today), self._everything)
                self._bring_back(draft.parcels[0].scans[-1][0] + DAY)
            case _:
                self._travel(day, _TRAVELS[kind], self._everything)
                self._make_good(draft.parcels[0].scans[-1][0])

    def _leave_unpaid(self, method: str, detail: str) -> None:
        draft, status = self._draft, "pending"
        if self._scene.kind == "expired":
            draft.cancelled = draft.placed + DAY
            draft.cancel_reason = NOT_PAID[self._chinese]
            status = "voided"
        at = draft.placed + _PAYING
        draft.payments.append(DraftPayment(method, draft.total, status, at, detail))

    def _pay(self, method: str, detail: str) -> None:
        draft, total = self._draft, self._draft.total
        draft.paid = at = draft.placed + _PAYING
        by_card = total * self._scene.gift // 100
        if by_card:
            held = by_card if by_card < total else total + total // 2
            gift = DraftPayment("gift_card", by_card, "captured", at, gift_card=held)
            draft.payments.append(gift)
        if total > by_card:
            draft.payments.append(DraftPayment(method, total - by_card, "captured", at, detail))

    def _travel(self, day: int, travel: _Travel, contents: Contents) -> None:
        arrival = max(self._today + travel.arrives, day + 1)
        scans = self._lane.travel(self._random, day, arrival, travel.mishap, travel.extra)
        self._draft.packed = self._draft.packed or scans[0][0] - 300
        seen = [scan for scan in scans if scan[0] <= self._now]
        if travel.arrives == 0:
            seen = [scan for scan in seen if scan[1] != "delivered"]
        self._send(seen, contents)

    def _send(self, scans: list[Scan], contents: Contents) -> None:
        number = self._tracking.next(self._lane.carrier)
        self._draft.parcels.append(DraftParcel(self._lane.carrier, number, scans, contents))

    def _make_good(self, ended: int) -> None:
        """What the shop did after the loss, where the story goes on."""
        if self._scene.kind == "lost_and_resent":
            again = self._lane.dispatch_day(ended + DAY)
            self._travel(again, _Travel(-25), self._everything)
        elif self._scene.kind == "refused":
            self._refund(ended + 2 * DAY)

    def _bring_back(self, asked: int) -> None:
        draft, reason = self._draft, RETURN_REASONS[0][self._chinese]
        variant, quantity = draft.lines[0]
        match self._scene.kind:
            case "returning":
                draft.returns.append(DraftReturn(0, quantity, reason, "in_transit", asked))
            case "returned":
                for line, pieces in self._everything:
                    draft.returns.append(DraftReturn(line, pieces, reason, "completed", asked))
                self._refund(asked + 9 * DAY)
            case "exchanging":
                variants = self._products[variant.product].variants
                other = self._random.choice([one for one in variants if one is not variant])
                draft.exchanges.append(DraftExchange(0, quantity, other, "approved", asked))

    def _refund(self, at: int) -> None:
        """Give everything back; to a gift card at once, else it takes a week to arrive."""
        for index, payment in enumerate(self._draft.payments):
            is_there = payment.gift_card is not None or at + 7 * DAY <= self._now
            status = "succeeded" if is_there else "pending"
            self._draft.refunds.append(DraftRefund(index, payment.amount, status, at))
