"""Names and addresses that fit a country and a language."""

from __future__ import annotations

from random import Random

from orderdb.importers.demo.geography import City
from orderdb.text import Language

_GIVEN = {
    "DE": "Anna Lukas Leonie Jonas Clara Felix Marie Paul Sophie Max Greta Emil Ida Karl Lena Ben",
    "FR": "Camille Louis Chloé Hugo Inès Jules Manon Arthur Léa Gabriel Élise Théo Zoé Antoine",
    "NL": "Sanne Daan Fleur Bram Lotte Sem Noor Thijs Eva Ruben Roos Jesse Isa Finn",
    "GB": "Olivia Harry Amelia Jack Isla Oliver Freya George Poppy Noah Grace Alfie Ruby Callum",
    "US": "Emma Liam Mia Ethan Ava Mason Harper Logan Sofia Lucas Aria Owen Maya Caleb Naomi Diego",
    "JP": "Yui Haruto Sakura Ren Aoi Sota Hina Yuto Mei Daiki Rin Kaito Nana Takumi",
    "ZH": "伟 芳 娜 敏 静 磊 洋 艳 勇 军 杰 涛 明 超 秀兰 霞 平 刚 桂英 子轩 梓涵 欣怡 浩然 "
    "思远 雨桐 佳怡 晨曦 嘉豪 诗涵 俊杰 若曦 文博",
    "ZH_LATIN": "Wei Min Jing Hao Ting Jun Yan Xin Ling Kai Mei Chen Yu Lan",
}
_FAMILY = {
    "DE": "Müller Schmidt Schneider Fischer Weber Wagner Becker Schulz Hoffmann Koch Richter Klein "
    "Wolf Neumann Schwarz Krüger Hofmann Lange Werner Krause",
    "FR": "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent",
    "NL": "de_Jong Jansen de_Vries van_Dijk Bakker Visser Smit Meijer Mulder de_Boer Bos Vos",
    "GB": "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Wright Walker Khan Hughes",
    "US": "Johnson Garcia Miller Davis Rodriguez Martinez Anderson Thomas Moore Jackson Lee Nguyen "
    "Harris Clark Lewis Robinson Young Allen King Scott",
    "JP": "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida",
    "ZH": "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 "
    "谢 韩 唐 冯 于 董 萧 欧阳",
    "ZH_LATIN": "Chan Wong Lim Tan Lee Chen Ng Ho Cheung Lau Yeung Goh",
}
_LIKE = {"AT": "DE", "CA": "US", "AU": "GB", "CN": "ZH", "HK": "ZH_LATIN", "SG": "ZH_LATIN"}

_STREETS = {
    "DE": "Lindenstraße Gartenweg Bahnhofstraße Schillerstraße Bergstraße Am_Markt Rosenweg",
    "FR": "rue_Victor_Hugo rue_des_Lilas avenue_Foch rue_de_la_Paix boulevard_Voltaire",
    "NL": "Kerkstraat Dorpsstraat Molenweg Nieuwstraat Prinsengracht Julianalaan",
    "GB": "High_Street Church_Lane Victoria_Road Mill_Lane Queens_Road Station_Road",
    "US": "Maple_Street Oak_Avenue Cedar_Lane Washington_Street Lake_Drive Park_Avenue 5th_Street",
    "JP": "Jingumae Umeda Kita-ichijo Shibuya Honmachi Sakaemachi",
    "ZH": "人民路 中山路 解放路 建设大道 文化路 滨江大道 科技园路 长安街 学院路 和平路",
    "ZH_LATIN": "Queen's_Road Orchard_Road Nathan_Road Canton_Road River_Valley_Road",
}
_SPLIT = {
    kind: {key: [word.replace("_", " ") for word in words.split()] for key, words in pool.items()}
    for kind, pool in (("given", _GIVEN), ("family", _FAMILY), ("streets", _STREETS))
}


def language_for(country: str, random: Random) -> Language:
    """The language a customer reads: Chinese in China, and of some people everywhere."""
    share = {"CN": 0.97, "HK": 0.6, "SG": 0.35}.get(country, 0.04)
    return "zh" if random.random() < share else "en"


def name_for(country: str, language: str, random: Random) -> str:
    """A full name, written as its owner writes it."""
    key = "ZH" if language == "zh" else _LIKE.get(country, country)
    if language == "en" and country == "CN":
        key = "US"  # people from elsewhere who live there
    given = random.choice(_SPLIT["given"][key])
    family = random.choice(_SPLIT["family"][key])
    return family + given if key == "ZH" else f"{given} {family}"


def street_for(city: City, random: Random) -> tuple[str, str]:
    """The two address lines."""
    key = _LIKE.get(city.country, city.country)
    street = random.choice(_SPLIT["streets"][key])
    number = random.randrange(1, 180)
    match key:
        case "ZH":
            house, floor, door = (random.randrange(1, most) for most in (20, 30, 5))
            return f"{street} {number} 号", f"{house} 栋 {floor}0{door} 室"
        case "DE" | "NL":
            return f"{street} {number}", ""
        case "JP":
            return f"{number % 9 + 1}-{number % 23 + 1} {street}", ""
        case _:
            flat = f"Apt {random.randrange(1, 60)}" if random.random() < 0.4 else ""
            return f"{number} {street}", flat
