"""Cities that stand for their country."""

from __future__ import annotations

import pytest

from assistant.asking.cities import chinese_city
from assistant.asking.countries import goes_abroad


@pytest.mark.parametrize(
    ("said", "home"),
    [
        ("could you ship it to my uncle in Montreal", "US"),
        ("send the blanket on to Osaka please", "DE"),
        ("my daughter studies in Edinburgh, can it go there", "DE"),
        ("寄到巴黎我姐姐那里可以吗", "CN"),
    ],
)
def test_a_city_of_another_country_leads_abroad(said: str, home: str) -> None:
    assert goes_abroad(said, home)


@pytest.mark.parametrize(
    ("said", "home"),
    [
        ("could you ship it to my uncle in Seattle", "US"),
        ("we are in Hamburg this week", "DE"),
        ("Pariser Platz 4, 10117 Berlin", "DE"),
        ("14 London Road, Bristol BS1 4ND", "GB"),
        ("to 9 Vienna Street please", "US"),
        ("寄到成都我妈那里", "CN"),
    ],
)
def test_a_city_at_home_or_a_street_named_after_one_does_not(said: str, home: str) -> None:
    assert not goes_abroad(said, home)


def test_a_city_of_china_is_known_in_latin_letters() -> None:
    assert chinese_city("to my aunt in Hangzhou, please") == "Hangzhou"
    assert chinese_city("to my aunt in Houston, please") is None
