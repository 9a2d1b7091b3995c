"""Addresses as customers tell them: whole, bit by bit, and put right."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from assistant.asking import Stand
from assistant.asking.address import (
    ask_address,
    is_address,
    pieced_address,
    read_address,
    recipient,
)
from assistant.asking.countries import country_of, goes_abroad

NOWHERE_ELSE = SimpleNamespace(other_addresses=list, address=lambda: None)
STAND = Stand(cast(Any, NOWHERE_ELSE), "change_address")


@pytest.mark.parametrize(
    ("said", "line1", "city", "code"),
    [
        ("2400 Blake Street, Denver, CO 80205", "2400 Blake Street", "Denver", "80205"),
        ("Lange Gasse 12, 1080 Wien", "Lange Gasse 12", "Wien", "1080"),
        ("Lange Gasse 12, 1080 Wien, Top 1204", "Lange Gasse 12", "Wien", "1080"),
        ("12 High St, London, SW1A 1AA", "12 High St", "London", "SW1A 1AA"),
    ],
)
def test_a_house_number_is_no_postal_code(said: str, line1: str, city: str, code: str) -> None:
    found = read_address(said, True, STAND)
    assert found is not None
    assert (found["line1"], found["city"], found["postal_code"]) == (line1, city, code)


def test_an_address_may_come_in_several_messages() -> None:
    said = ["could it go to my office?", "1200 Lawrence Street", "Denver, 80204. suite 300"]
    assert read_address(said[-1], True, STAND) is None
    assert pieced_address(said[:-1], STAND) is None
    assert pieced_address(said, STAND) == {
        "line1": "1200 Lawrence Street",
        "line2": "suite 300",
        "city": "Denver",
        "postal_code": "80204",
    }


def test_a_street_put_right_takes_the_place_of_the_one_before() -> None:
    said = ["寄到北京市朝阳区望京西路8号", "写错了，是18号不是8号，望京西路18号"]
    assert pieced_address(said, STAND) == {"line1": "望京西路18号", "city": "北京市朝阳区"}
    said = ["send it to 8 Queen Rd, Bristol BS8 1QU", "sorry, 18 Queen Rd"]
    found = pieced_address(said, STAND)
    assert found is not None
    assert (found["line1"], found["city"]) == ("18 Queen Rd", "Bristol")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("change the recipient to Anna Meyer", "Anna Meyer"),
        ("the name on the parcel should be J. Smith", "J. Smith"),
        ("收件人改成王芳", "王芳"),
        ("收货人也换一下，写小张吧", "小张"),
        ("收货人也换成我妈 叫王秀英", "王秀英"),
    ],
)
def test_another_recipient_is_read_from_the_words(said: str, name: str) -> None:
    assert recipient(said) == name


@pytest.mark.parametrize(
    "said", ["who is the recipient?", "收件人是谁", "where does it go", "收货人换成我老公"]
)
def test_who_asks_for_the_recipient_names_none(said: str) -> None:
    assert recipient(said) is None


def test_a_district_without_a_city_is_one_of_the_city_it_goes_to_now() -> None:
    here = SimpleNamespace(other_addresses=list, address=lambda: SimpleNamespace(city="上海"))
    found = read_address(
        "那个也改成浦东新区张杨路500号 200120", True, Stand(cast(Any, here), "change_address")
    )
    assert found == {"line1": "浦东新区张杨路500号", "city": "上海", "postal_code": "200120"}


def test_chinese_words_are_no_western_town() -> None:
    said = ["改成人民路500号 200120", "收货人换成王芳"]
    assert read_address(", ".join(said), True, STAND) is None


def test_a_postal_code_told_last_joins_the_address() -> None:
    found = pieced_address(["寄到北京市朝阳区望京西路8号", "邮编100102"], STAND)
    assert found is not None
    assert (found["line1"], found["postal_code"]) == ("朝阳区望京西路8号", "100102")


def test_another_recipient_joins_the_address_told_before() -> None:
    said = ["寄到北京市朝阳区望京西路8号", "收件人换成王芳"]
    found = pieced_address(said, STAND)
    assert found is not None
    assert (found["line1"], found["recipient"]) == ("朝阳区望京西路8号", "王芳")


@pytest.mark.parametrize(
    ("said", "home", "abroad"),
    [
        ("can it go to Tokyo in Japan", "CN", True),
        ("能寄到国外吗", "CN", True),
        ("my sister in Germany", "DE", False),
        ("改寄到上海", "CN", False),
        ("just send it to us", "DE", False),
    ],
)
def test_another_country_is_known_by_its_name(said: str, home: str, abroad: bool) -> None:
    assert goes_abroad(said, home) is abroad


def test_a_country_is_known_in_either_language() -> None:
    assert [country_of(name) for name in ("Germany", "德国", "Berlin")] == ["DE", "DE", ""]


def test_another_country_is_refused_with_the_rule_that_says_so() -> None:
    shop = SimpleNamespace(order=SimpleNamespace(destination="DE"), other_addresses=list)
    said = "send it to my cousin in Japan"
    asked = ask_address(Stand(cast(Any, shop), "change_address", said=said))
    assert asked.instead
    assert asked.rule is not None
    assert "cannot be changed" in asked.words.en


def test_a_postal_code_behind_the_room_is_no_part_of_it() -> None:
    found = read_address("上海市徐汇区漕溪北路88号1202室 200030", True, STAND)
    assert found is not None
    assert (found["line2"], found["postal_code"]) == ("1202室", "200030")


@pytest.mark.parametrize("said", ["改寄到国内我妈那里", "寄给我爸妈 他们在上海", "寄去香港"])
def test_who_orders_abroad_means_china_by_home(said: str) -> None:
    assert goes_abroad(said, "DE")


def test_a_chinese_customer_stays_at_home_by_it() -> None:
    assert not goes_abroad("改寄到国内我妈那里", "CN")


def test_a_british_address_needs_no_commas() -> None:
    said = "can that go to my nan's, it's 31 Castle Street Conwy LL32 8AY"
    assert read_address(said, True, STAND) == {
        "line1": "31 Castle Street",
        "city": "Conwy",
        "postal_code": "LL32 8AY",
    }


def test_a_district_is_of_the_city_that_is_named_in_latin_letters() -> None:
    at_home = SimpleNamespace(other_addresses=list, address=lambda: SimpleNamespace(city="成都"))
    stand = Stand(cast(Any, at_home), "change_address")
    found = read_address("please to my mother in Wuhan: 江汉区新华路21号, 430015", True, stand)
    assert found is not None
    assert found["city"] == "Wuhan"
    found = read_address("please to 青羊区新华路21号", True, stand)
    assert found is not None
    assert found["city"] == "成都"


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("Schillerstr. 20, 80336 München", True),
        ("上海市徐汇区漕溪北路18号", True),
        ("80336", False),
        ("改到新家吧", False),
    ],
)
def test_an_address_alone_is_known_for_one(said: str, whole: bool) -> None:
    assert is_address(said) is whole
