"""The demo shop's first customers, made by hand: one English and one Chinese for each story.

They are what the sign-in picker offers, so each has orders in many states and one to ask about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from orderdb.text import Language, Text

Kind = Literal[
    "unpaid",
    "expired",
    "paid",
    "processing",
    "packed",
    "cancelled",
    "on_the_way",
    "late",
    "out_for_delivery",
    "split",
    "held",
    "lost",
    "lost_and_resent",
    "damaged",
    "refused",
    "delivered",
    "returning",
    "returned",
    "exchanging",
]


@dataclass(frozen=True, slots=True)
class Scene:
    """One order: placed so many days ago; a gift card pays ``gift`` percent of it."""

    kind: Kind
    days_ago: float
    gift: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    language: Language
    city: str
    tier: str
    likes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A customer worth signing in as, and what there is to ask."""

    customer_id: str
    note: Text
    person: Person
    scenes: tuple[Scene, ...]


_PLOTS: tuple[tuple[Text, tuple[Scene, ...]], ...] = (
    (
        Text(en="A parcel is late", zh="包裹延误了"),
        (
            Scene("late", 11.2),
            Scene("on_the_way", 2.9),
            Scene("delivered", 16.4),
            Scene("delivered", 58.1),
            Scene("returned", 96.3),
        ),
    ),
    (
        Text(
            en="One order in two parcels, one of them still on its way",
            zh="一单分两个包裹，一个还在路上",
        ),
        (
            Scene("split", 7.3),
            Scene("processing", 0.6),
            Scene("delivered", 24.2),
            Scene("exchanging", 15.7),
            Scene("expired", 41.5),
        ),
    ),
    (
        Text(en="Paid with a gift card and a second way", zh="礼品卡加另一种方式付款"),
        (
            Scene("paid", 0.04, gift=60),
            Scene("out_for_delivery", 4.4),
            Scene("delivered", 12.6, gift=100),
            Scene("cancelled", 33.8, gift=40),
            Scene("delivered", 121.4),
        ),
    ),
    (
        Text(en="Cancelled yesterday, the refund is still pending", zh="昨天取消，退款还没到账"),
        (
            Scene("cancelled", 1.3),
            Scene("packed", 1.1),
            Scene("returned", 29.9),
            Scene("delivered", 8.7),
            Scene("delivered", 75.2),
            Scene("cancelled", 140.6),
        ),
    ),
    (
        Text(en="A parcel is lost", zh="包裹丢了"),
        (
            Scene("lost", 18.4),
            Scene("on_the_way", 3.3),
            Scene("lost_and_resent", 47.8),
            Scene("delivered", 20.5),
        ),
    ),
    (Text(en="New here, no orders yet", zh="新顾客，还没有订单"), ()),
    (
        Text(en="Something arrived damaged, a return is under way", zh="收到破损商品，退货进行中"),
        (
            Scene("damaged", 6.2),
            Scene("returning", 13.5),
            Scene("delivered", 10.1),
            Scene("held", 8.9),
            Scene("returned", 64.7),
            Scene("exchanging", 37.2),
        ),
    ),
    (
        Text(
            en="Not paid yet, and one order that can still be cancelled",
            zh="有未付款订单，还有一单可以取消",
        ),
        (
            Scene("unpaid", 0.2),
            Scene("processing", 0.5),
            Scene("packed", 1.2),
            Scene("delivered", 19.3),
            Scene("refused", 36.6),
        ),
    ),
    (
        Text(
            en="The parcel waits for pick-up, another is out for delivery",
            zh="一个包裹待自提，一个正在派送",
        ),
        (
            Scene("held", 9.4),
            Scene("out_for_delivery", 5.2),
            Scene("split", 10.8),
            Scene("delivered", 31.4, gift=50),
            Scene("delivered", 52.6),
            Scene("returned", 85.9),
            Scene("cancelled", 3.1),
        ),
    ),
)

_CAST: tuple[tuple[Person, Person], ...] = (
    (
        Person("Emma Clarke", "en", "London", "gold", ("kitchen", "home")),
        Person("王晓雯", "zh", "上海市", "gold", ("tea", "beauty")),
    ),
    (
        Person("Daniel Weber", "en", "Berlin", "silver", ("outdoor", "shoes")),
        Person("李浩然", "zh", "深圳市", "platinum", ("electronics", "audio")),
    ),
    (
        Person("Grace Mitchell", "en", "Edinburgh", "silver", ("toys", "office")),
        Person("陈思远", "zh", "北京市", "silver", ("bags", "clothing")),
    ),
    (
        Person("Lucas Moreau", "en", "Lyon", "platinum", ("clothing", "bags")),
        Person("张雨桐", "zh", "杭州市", "gold", ("home", "kitchen")),
    ),
    (
        Person("Sofia Ramirez", "en", "Austin", "gold", ("audio", "electronics")),
        Person("刘建国", "zh", "西安市", "silver", ("office", "kitchen")),
    ),
    (
        Person("Oliver Hughes", "en", "Manchester", "silver"),
        Person("赵佳怡", "zh", "成都市", "silver"),
    ),
    (
        Person("Hannah Fischer", "en", "Hamburg", "gold", ("home", "office")),
        Person("周子轩", "zh", "武汉市", "silver", ("shoes", "outdoor")),
    ),
    (
        Person("Ethan Brooks", "en", "Toronto", "silver", ("electronics", "office")),
        Person("林诗涵", "zh", "Singapore", "gold", ("bags", "shoes")),
    ),
    (
        Person("Aoi Tanaka", "en", "Tokyo", "platinum", ("office", "toys")),
        Person("黄梓涵", "zh", "哈尔滨市", "gold", ("clothing", "home")),
    ),
)


def stories() -> list[Story]:
    """The customers at the front of the demo shop, ``c-00001`` onwards."""
    people = [
        (person, note, scenes)
        for (note, scenes), pair in zip(_PLOTS, _CAST, strict=True)
        for person in pair
    ]
    return [
        Story(f"c-{number:05}", note, person, scenes)
        for number, (person, note, scenes) in enumerate(people, start=1)
    ]
