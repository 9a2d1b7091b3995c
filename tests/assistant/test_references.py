"""Which orders a message speaks of, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.order_numbers import mask, mentions
from assistant.references import Memory, Resolution, resolve

OWN = ("A20031", "A20035", "A20040")
MEMORY = Memory(
    listed=OWN,
    focus="A20035",
    earlier="A20031",
    items={
        "A20031": ("Electric kettle 1.7 L", "电热水壶"),
        "A20035": ("Desk lamp", "台灯"),
        "A20040": ("Ceramic mug", "陶瓷杯"),
    },
)


@pytest.mark.parametrize(
    "message",
    [
        "where is A20031",
        "#a20031?",
        "a 20031",
        "A-20031到哪了",
        "Ａ２００３１ 到哪了",
        "order 20031",
        "订单20031呢",
        "訂單號：20031",
        "order number is 20031",
        "20031",
        "my order(A20031) please",
        "A20031。",
    ],
)
def test_an_order_number_is_found_however_it_is_written(message: str) -> None:
    resolution = resolve(message, Memory(), known=OWN)
    assert (resolution.orders, resolution.how) == (("A20031",), "named")


@pytest.mark.parametrize(
    ("message", "key"),
    [
        ("#W2611340 please", "W2611340"),
        ("47770eb9100c2d0c44946d9cf07ec65d到哪了", "47770EB9100C2D0C44946D9CF07EC65D"),
        ("where is A99999", "A99999"),
        ("#1001 has not come", "1001"),
    ],
)
def test_a_number_of_the_usual_shape_is_named_even_when_unknown(message: str, key: str) -> None:
    assert resolve(message, Memory()).orders == (key,)


def test_a_shop_s_own_shape_is_found_among_its_known_numbers() -> None:
    assert resolve("ord-2026-00017?", Memory(), known=["ORD-2026-00017"]).orders == (
        "ORD202600017",
    )


def test_bare_digits_after_an_order_word_are_the_order_that_has_them() -> None:
    assert resolve("order 20035", MEMORY, known=lambda key: key in OWN).orders == ("A20035",)


@pytest.mark.parametrize(
    ("message", "key"),
    [
        ("where is order 55555", "A55555"),
        ("track 55555", "A55555"),
        ("55555?", "A55555"),
        ("查一下55555", "A55555"),
        ("订单55555到哪了", "A55555"),
        ("order 777", "777"),
        ("A2OO31", "A20031"),
        ("where is A2003I", "A20031"),
        ("order AB-100", "AB100"),
    ],
)
def test_a_number_asked_about_is_not_taken_for_another_order(message: str, key: str) -> None:
    assert resolve(message, MEMORY, known=lambda one: one in OWN).orders == (key,)


@pytest.mark.parametrize("message", ["where is order 1002", "1002?", "track 1002", "订单1002呢"])
def test_numbers_of_four_digits_are_numbers_where_the_shop_has_such(message: str) -> None:
    shop = Memory(listed=("1001",), focus="1001", earlier="", items={})
    assert resolve(message, shop, known=lambda one: one == "1001").orders == ("1002",)


@pytest.mark.parametrize(
    "message",
    ["I want to order 1000 mugs", "can I order 20000 of them", "cancel order 2", "退20元", "2026?"],
)
def test_what_counts_or_dates_something_names_no_order(message: str) -> None:
    found = mentions(message, lambda one: one in OWN, OWN)
    assert not [one for one in found if one.key not in OWN]


@pytest.mark.parametrize(
    "message",
    [
        "a 20000 mAh power bank",
        "send it to D-10115 Berlin",
        "SW1A 2AA, tel 07700900123",
        "the card ending 4242",
        "tracking SF1234567890123",
        "GC-1234",
        "电话13800001234",
        "how much is 12345",
    ],
)
def test_other_numbers_are_no_orders(message: str) -> None:
    assert mentions(message) == []


@pytest.mark.parametrize(
    ("message", "orders", "how"),
    [
        ("cancel the second one", ["A20035"], "ordinal"),
        ("第二个取消掉", ["A20035"], "ordinal"),
        ("那第三单呢", ["A20040"], "ordinal"),
        ("the 3rd please", ["A20040"], "ordinal"),
        ("#2", ["A20035"], "ordinal"),
        ("number three", ["A20040"], "ordinal"),
        ("the last one", ["A20040"], "ordinal"),
        ("最后一个", ["A20040"], "ordinal"),
        ("倒数第二个", ["A20035"], "ordinal"),
        ("the first and the third", ["A20031", "A20040"], "ordinal"),
        ("the first two", ["A20031", "A20035"], "ordinal"),
        ("后两个", ["A20035", "A20040"], "ordinal"),
        ("my latest order", ["A20031"], "newest"),
        ("最近那单", ["A20031"], "newest"),
        ("the oldest", ["A20040"], "oldest"),
        ("no, the other one", ["A20031"], "other"),
        ("另一个呢", ["A20031"], "other"),
        ("all of them", list(OWN), "all"),
        ("全部取消", list(OWN), "all"),
        ("cancel both", ["A20031", "A20035"], "all"),
        ("the one with the kettle", ["A20031"], "product"),
        ("买水壶那单", ["A20031"], "product"),
        ("where are my mugs", ["A20040"], "product"),
        ("when will it arrive", ["A20035"], "focus"),
        ("那个还能退吗", ["A20035"], "focus"),
    ],
)
def test_a_reference_is_read_against_what_was_shown(
    message: str, orders: list[str], how: str
) -> None:
    resolution = resolve(message, MEMORY, known=OWN)
    assert (list(resolution.orders), resolution.how, resolution.ambiguous) == (orders, how, False)


@pytest.mark.parametrize(
    "message",
    [
        "the second time I ask",
        "first of all, hello",
        "第二天就坏了",
        "第一次来买",
        "is it possible to return things",
        "hello",
        "退货期限是多久",
        "that's all, thanks",
    ],
)
def test_words_that_only_look_like_references_are_none(message: str) -> None:
    assert resolve(message, MEMORY, known=OWN).how == "none"


def test_a_correction_keeps_the_order_that_is_meant() -> None:
    assert resolve("not A20031, A20035", MEMORY, known=OWN).orders == ("A20035",)
    assert resolve("不是A20031，是A20035", MEMORY, known=OWN).orders == ("A20035",)


def test_the_other_of_two_is_the_one_not_spoken_of() -> None:
    pair = Memory(listed=("A20031", "A20035"), focus="A20031")
    assert resolve("the other one", pair).orders == ("A20035",)
    assert resolve("both", pair).orders == ("A20031", "A20035")


def test_a_place_past_the_list_is_ambiguous_and_offers_the_list() -> None:
    resolution = resolve("the fourth one", MEMORY)
    assert resolution.ambiguous
    assert resolution.orders == OWN


def test_a_product_in_two_orders_is_ambiguous() -> None:
    memory = Memory(items={"A1": ("Blue mug",), "A2": ("Red mug",)})
    resolution = resolve("the mug order", memory)
    assert (resolution.orders, resolution.ambiguous) == (("A1", "A2"), True)
    assert resolve("the red mug", memory).orders == ("A2",)


def test_the_newest_order_of_an_empty_memory_is_left_to_be_looked_up() -> None:
    resolution = resolve("my last order", Memory())
    assert (resolution.orders, resolution.how) == ((), "newest")


def test_masking_leaves_one_placeholder_a_number() -> None:
    assert mask("is #A20031 with 订单20035 and A 20040?") == (
        "is {order} with 订单{order} and {order}?"
    )


numbers = st.integers(min_value=10_000, max_value=999_999_999).map(lambda n: f"A{n}")
writings = st.sampled_from(
    [
        str.lower,
        lambda number: f"#{number}",
        lambda number: f"{number[0]} {number[1:]}",
        lambda number: f"{number[0]}-{number[1:]}",
        lambda number: "".join(chr(ord(one) + 0xFEE0) for one in number),
    ]
)
frames = st.sampled_from(["where is {}?", "{}到哪了", "取消订单{}。", "({})", "it's {}, not 12"])


@given(number=numbers, write=writings, frame=frames)
def test_every_writing_of_a_number_has_one_key(number, write, frame) -> None:
    message = frame.format(write(number))
    assert resolve(message, Memory(), known=[number]).orders == (number,)
    assert number.lower() not in mask(message, [number]).lower()


@given(message=st.text(max_size=200))
def test_any_text_resolves_to_orders_of_the_memory_or_of_the_text(message: str) -> None:
    named = {one.key for one in mentions(message, OWN, spoken=MEMORY.orders)}
    assert set(resolve(message, MEMORY, known=OWN).orders) <= named | set(OWN)


@pytest.mark.parametrize(
    ("message", "order"),
    [
        ("what is in the former?", "A20031"),
        ("and the latter one", "A20035"),
        ("前面那个买的什么", "A20031"),
        ("后面那单多少钱", "A20035"),
        ("后者呢", "A20035"),
    ],
)
def test_former_and_latter_are_places_too(message: str, order: str) -> None:
    memory = Memory(listed=("A20031", "A20035"), focus="A20035", earlier="A20031")
    assert resolve(message, memory) == Resolution((order,), "ordinal")


def test_the_older_of_two_orders_with_the_same_goods() -> None:
    memory = Memory(items={"A20003": ("Linen shirt",), "A20001": ("Linen shirt", "Mug")})
    assert resolve("no, the older shirt one", memory).orders == ("A20001",)
    assert resolve("the newer shirt order", memory).orders == ("A20003",)


def test_goods_of_different_orders_named_together_mean_each_of_them() -> None:
    memory = Memory(items={"A1": ("Wool Throw", "Mug"), "A2": ("Apron",), "A3": ("Clock",)})
    both = resolve("I want to return the throw, and the apron as well", memory)
    assert (both.orders, both.ambiguous) == (("A1", "A2"), False)
    assert resolve("the throw and the mug", memory).orders == ("A1",)


def test_goods_that_lie_in_several_orders_leave_open_which() -> None:
    memory = Memory(items={"A1": ("Vase",), "A2": ("Vase",), "A3": ("Kettle",)})
    assert resolve("can the kettle and the vase go back", memory).ambiguous
    assert resolve("send both the kettle and the vase back", memory).how == "product"


def test_at_the_latest_is_a_day_and_not_the_newest_order() -> None:
    spoken = Memory(listed=("A20031", "A20035"), focus="A20035")
    assert resolve("so it comes on Monday at the latest?", spoken).orders == ("A20035",)
    assert resolve("where is the latest?", spoken).orders == ("A20031",)
