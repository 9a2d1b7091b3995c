"""Carriers and places that a text names."""

from __future__ import annotations

import re

from assistant.grounding.hints import Sieve

_CARRIERS = {
    "dhl": r"\bDHL\b|敦豪", "ups": r"\bUPS\b", "fedex": r"\bFed ?Ex\b|联邦快递",
    "usps": r"\bUSPS\b", "dpd": r"\bDPD\b", "gls": r"\bGLS\b", "hermes": r"\bHermes\b",
    "evri": r"\bEvri\b", "royal mail": r"\bRoyal Mail\b|皇家邮政", "tnt": r"\bTNT\b",
    "amazon": r"\bAmazon Logistics\b", "sf": r"\bSF(?: Express)?\b|顺丰",
    "zto": r"\bZTO\b|中通", "yto": r"\bYTO\b|圆通", "sto": r"\bSTO Express\b|申通",
    "yunda": r"\bYunda\b|韵达", "jd": r"\bJD Logistics\b|京东(?:快递|物流)",
    "cainiao": r"\bCainiao\b|菜鸟", "ems": r"\bEMS\b", "china post": r"\bChina Post\b|中国邮政",
    "yamato": r"\bYamato\b|ヤマト|大和运输|黑猫", "sagawa": r"\bSagawa\b|佐川",
    "la poste": r"\bLa Poste\b|\bColissimo\b", "postnl": r"\bPostNL\b", "inpost": r"\bInPost\b",
    "correios": r"\bCorreios\b", "jt": r"\bJ&T\b|极兔", "aramex": r"\bAramex\b",
    "deppon": r"\bDeppon\b|德邦", "deutsche post": r"\bDeutsche Post\b",
    "canada post": r"\bCanada Post\b", "ontrac": r"\bOnTrac\b", "lasership": r"\bLaserShip\b",
}  # fmt: skip
_CARRIER = {name: re.compile(words) for name, words in _CARRIERS.items()}
_MAY_NAME = Sieve(_CARRIER.items())
_CAPITAL = r"(?P<en>[A-Z][a-zà-ÿ]+(?:[ -][A-Z][a-zà-ÿ]+)*)"
_AT = re.compile(
    r"\b(?:scan\w*|seen|located|currently|now|is|arrived|left|reached|depot|hub|parcel|package"
    r"|passed|warehouse|stuck|held|update|waiting|sorting|customs)\b[^,.;]{0,30}?"
    r"\b(?:in|at|from|near|through|via|to|reached|left)\s+(?:the\s+)?" + _CAPITAL
    + r"|\b(?:reached|left)\s+" + _CAPITAL.replace("<en>", "<went>")
)  # fmt: skip
CITY_ZH = re.compile(
    r"北京|上海|广州|深圳|杭州|成都|武汉|西安|南京|重庆|天津|苏州|郑州|长沙|青岛|宁波|厦门|香港"
    r"|台北"
    r"|汉堡|柏林|慕尼黑|科隆|法兰克福|莱比锡|巴黎|里昂|伦敦|纽约|波士顿|芝加哥|西雅图|东京|大阪"
    r"|新加坡|悉尼"
)
WORDS_OF_NAMES = (*_CARRIER.values(), _AT, CITY_ZH)
"""Without one of these neither carrier nor place is named."""

_NO_PLACE = re.compile(
    r"(?i)monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may"
    r"|june|july|august|september|october|november|december|english|chinese|paypal|order|alipay"
    r"|wechat|i\b|your|the\b|please"
)


def carriers(text: str) -> dict[str, str]:
    """The carriers that ``text`` names, each with the words that name it."""
    return {
        name: match.group()
        for name in _MAY_NAME.may_hold(text)
        if (match := _CARRIER[name].search(text)) is not None
    }


def places(text: str) -> list[str]:
    """Where ``text`` says that a parcel is, was or goes."""
    found = [match["en"] or match["went"] for match in _AT.finditer(text)]
    found += CITY_ZH.findall(text)
    return [one for one in found if not _NO_PLACE.match(one) and not carriers(one)]
