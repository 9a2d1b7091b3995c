"""Countries as customers name them, in English and Chinese."""

from __future__ import annotations

import re

from assistant.asking.cities import countries_of_cities

_NAMES = {
    "DE": "germany|deutschland|德国|德國",
    "AT": "austria|österreich|奥地利",
    "FR": "france|法国|法國",
    "NL": "netherlands|holland|荷兰",
    "BE": "belgium|比利时",
    "LU": "luxembourg|卢森堡",
    "GB": "uk|united kingdom|england|scotland|wales|great britain|britain|英国|英國",
    "IE": "ireland|爱尔兰",
    "US": "usa|united states|america|the states|美国|美國",
    "CA": "canada|加拿大",
    "MX": "mexico|墨西哥",
    "AU": "australia|澳大利亚|澳洲",
    "NZ": "new zealand|新西兰",
    "JP": "japan|日本",
    "KR": "(?:south )?korea|韩国",
    "SG": "singapore|新加坡",
    "MY": "malaysia|马来西亚",
    "TH": "thailand|泰国",
    "VN": "vietnam|越南",
    "PH": "philippines|菲律宾",
    "ID": "indonesia|印度尼西亚|印尼",
    "IN": "india|印度(?!尼)",
    "CN": "china|中国(?!香港|澳门|台湾)|中國",
    "HK": "hong kong|香港",
    "MO": "macau|澳门",
    "TW": "taiwan|台湾|臺灣",
    "CH": "switzerland|瑞士",
    "ES": "spain|西班牙",
    "PT": "portugal|葡萄牙",
    "IT": "italy|意大利",
    "GR": "greece|希腊",
    "PL": "poland|波兰",
    "CZ": "czechia|捷克",
    "DK": "denmark|丹麦",
    "SE": "sweden|瑞典",
    "NO": "norway|挪威",
    "FI": "finland|芬兰",
    "TR": "turkey|türkiye|土耳其",
    "RU": "russia|俄罗斯",
    "UA": "ukraine|乌克兰",
    "BR": "brazil|巴西",
    "AE": "uae|united arab emirates|阿联酋",
    "ZA": "south africa|南非",
    "IL": "israel|以色列",
}
_EACH = {
    code: re.compile(rf"(?<![a-z])(?:{names})(?![a-z])", re.IGNORECASE)
    for code, names in _NAMES.items()
}
_AT_HOME = re.compile(r"国内|國內|大陆|大陸|内地")
"""Where a Chinese customer abroad means China."""

_CHINESE = ("CN", "HK", "MO", "TW")
_ABROAD = re.compile(
    r"\b(?:abroad|overseas|(?:another|different|other|foreign) country)\b|国外|國外|海外|境外"
    r"|(?:别|其他|外)的?国家?",
    re.IGNORECASE,
)


def country_of(name: str) -> str:
    """The two letters of a country that a text is the name of; empty where it is none."""
    return next((code for code, names in _EACH.items() if names.fullmatch(name.strip(" ."))), "")


def names_country(text: str) -> bool:
    """Whether a text names a country, or some country abroad."""
    return any(names.search(text) for names in _EACH.values()) or bool(_ABROAD.search(text))


def goes_abroad(text: str, home: str | None) -> bool:
    """Whether a text speaks of a country other than ``home``, two letters."""
    text = _AT_HOME.sub("中国", text) if home not in _CHINESE else text
    named = {code for code, names in _EACH.items() if names.search(text)}
    named |= countries_of_cities(text)
    return bool(home) and (bool(named - {home}) or bool(_ABROAD.search(text)))
