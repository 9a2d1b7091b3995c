"""Cities as customers name them instead of their country, in English and Chinese."""

from __future__ import annotations

import re

_IN_CHINA = (
    "beijing|shanghai|tianjin|chongqing|guangzhou|shenzhen|hangzhou|nanjing|suzhou|chengdu"
    "|wuhan|xi['’]?an|changsha|zhengzhou|qingdao|jinan|dalian|shenyang|ningbo|xiamen|fuzhou|hefei"
    "|kunming|wuxi|dongguan|foshan|harbin|nanchang|guiyang|nanning|taiyuan|wenzhou|zhuhai"
)
"""In Latin letters, as they also stand in addresses."""

_NAMES = {
    "DE": "berlin|hamburg|munich|münchen|cologne|köln|frankfurt|stuttgart|düsseldorf|leipzig"
    "|dresden|hanover|hannover|nuremberg|nürnberg|bremen|柏林|汉堡|慕尼黑|科隆|法兰克福|斯图加特|莱比锡",
    "AT": "vienna|wien|salzburg|graz|innsbruck|维也纳|萨尔茨堡",
    "FR": "paris|lyon|marseille|bordeaux|toulouse|strasbourg|lille|巴黎|里昂|马赛",
    "NL": "amsterdam|rotterdam|utrecht|the hague|eindhoven|阿姆斯特丹|鹿特丹",
    "BE": "brussels|antwerp|ghent|布鲁塞尔|安特卫普",
    "GB": "london|manchester|liverpool|edinburgh|glasgow|leeds|bristol|sheffield|cardiff|belfast"
    "|伦敦|曼彻斯特|利物浦|爱丁堡|格拉斯哥",
    "IE": "dublin|galway|limerick|都柏林",
    "US": "new york|nyc|los angeles|san francisco|chicago|seattle|boston|denver|houston|dallas"
    "|austin|miami|atlanta|philadelphia|san diego|phoenix|las vegas|washington dc|brooklyn"
    "|纽约|洛杉矶|旧金山|芝加哥|西雅图|波士顿|休斯顿|费城",
    "CA": "toronto|vancouver|montreal|montréal|calgary|ottawa|edmonton|winnipeg|quebec"
    "|多伦多|温哥华|蒙特利尔|渥太华|卡尔加里",
    "MX": "mexico city|guadalajara|monterrey|cancun|tijuana|墨西哥城",
    "AU": "sydney|melbourne|brisbane|adelaide|canberra|悉尼|墨尔本|布里斯班|珀斯",
    "NZ": "auckland|christchurch|奥克兰|惠灵顿",
    "JP": "tokyo|osaka|kyoto|yokohama|nagoya|sapporo|fukuoka|东京|大阪|京都|横滨|名古屋|札幌|福冈",
    "KR": "seoul|busan|首尔|釜山",
    "MY": "kuala lumpur|吉隆坡",
    "TH": "bangkok|chiang mai|phuket|曼谷|清迈|普吉",
    "VN": "hanoi|ho chi minh city|saigon|河内|胡志明市",
    "PH": "manila|马尼拉",
    "ID": "jakarta|雅加达|巴厘岛",
    "IN": "mumbai|delhi|bangalore|chennai|kolkata|孟买|新德里",
    "CN": _IN_CHINA + "|上海|北京|广州|深圳|杭州|成都|南京|武汉|重庆|西安|苏州|天津|青岛|厦门",
    "TW": "taipei|kaohsiung|台北|高雄",
    "CH": "zurich|zürich|geneva|basel|lausanne|苏黎世|日内瓦|巴塞尔",
    "ES": "madrid|barcelona|seville|malaga|mallorca|bilbao|马德里|巴塞罗那",
    "PT": "lisbon|lisboa|里斯本",
    "IT": "rome|milan|milano|naples|turin|florence|venice|bologna|罗马|米兰|佛罗伦萨|威尼斯",
    "GR": "athens|thessaloniki|雅典",
    "PL": "warsaw|krakow|kraków|wroclaw|gdansk|华沙|克拉科夫",
    "CZ": "prague|brno|布拉格",
    "HU": "budapest|布达佩斯",
    "DK": "copenhagen|aarhus|哥本哈根",
    "SE": "stockholm|gothenburg|malmö|malmo|斯德哥尔摩",
    "NO": "oslo|奥斯陆",
    "FI": "helsinki|赫尔辛基",
    "TR": "istanbul|ankara|伊斯坦布尔",
    "RU": "moscow|saint petersburg|st\\.? petersburg|莫斯科",
    "UA": "kyiv|kiev|lviv|基辅",
    "BR": "são paulo|sao paulo|rio de janeiro|圣保罗",
    "AE": "dubai|abu dhabi|迪拜|阿布扎比",
    "ZA": "cape town|johannesburg|开普敦",
    "IL": "tel aviv|jerusalem|特拉维夫",
}  # fmt: skip
"""Large ones, and none whose name is as well another place's or a word of its own."""

_EACH = {
    code: re.compile(rf"(?<![a-zà-ÿ])(?:{names})(?![a-zà-ÿ])", re.IGNORECASE)
    for code, names in _NAMES.items()
}
_STREET_OF = re.compile(
    r"(?:\w+ ){0,2}(?:street|st|road|rd|avenue|ave|lane|drive|square|place|way|court)\b"
    r"|(?:er )?(?:straße|strasse|str\b|platz|allee|ring|damm)|[路街]",
    re.IGNORECASE,
)
"""What makes of a city's name the name of a street."""

_OF_CHINA = re.compile(rf"\b(?:{_IN_CHINA})\b", re.IGNORECASE)


def countries_of_cities(text: str) -> set[str]:
    """The countries, two letters each, in which the cities lie that a text names."""
    return {
        code
        for code, names in _EACH.items()
        if any(not _STREET_OF.match(text[one.end() :].lstrip()) for one in names.finditer(text))
    }


def chinese_city(text: str) -> str | None:
    """A city of China as a text has it in Latin letters."""
    found = _OF_CHINA.search(text)
    return found[0] if found else None
