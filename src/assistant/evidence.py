"""Labels that a message is taken for only where its words bear them out.

A person called without need keeps the customer waiting, and a question about tea is no report of
damage: what the classifier takes for either by its tone alone counts for less.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_BY_TONE, _DENIED = 0.15, 0.02

_WORDS = {
    "handoff": re.compile(
        r"\b(?:humans?|persons?|people|agents?|someone|somebody|anybody|anyone|reps?"
        r"|representatives?|staff|colleagues?|manager|supervisor|operator|advisor|boss|real|live"
        r"|call(?:ed|ing)? me|speak|talk|chat with|transfer|escalate|put me through|bot|robot"
        r"|machine|team|lawyer|customer service|support)\b"
        r"|人工|客服|真人|活人|工作人员|经理|主管|专员|有人|找人|转接|机器|回电|打电话|投诉|律师|负责人|领导|老板"
        r"|管事|做主|拍板|说了算|上级|上头|头儿|同事|不是机器|懂的人|能办事",
        re.IGNORECASE,
    ),
    "missing": re.compile(
        r"\b(?:miss\w*|never|(?<!too )(?<!bit )(?<!very )short|lost|lose"
        r"|(?:only|just) (?:one|two|three|four|half|got|received|came|\d+)"
        r"|wrong|different|else(?:'s|s)?|instead|empty"
        r"|where|nothing|without|lack\w*|incomplete|forg\w*|left out|half|absent|vanish\w*"
        r"|disappear\w*|gone|stolen|nowhere|mix(?:ed)?|swapped|not (?:in|there|received|included)"
        r"|\w+n['’]?t (?:\w+ ){0,3}(?:in|there|arriv\w+|come|came|receiv\w+|includ\w+|find"
        r"|turn\w*|show\w*|deliver\w*|sen[dt])|didn['’]?t (?:even )?get"
        r"|re-?send|resent|replacement|again"
        r"|no (?:sign|trace|lid|\w+ in)|no parcel|no package|one of|two of"
        r"|(?:one|two|three|four|\d) out of)\b"
        r"|少|缺|漏|[没沒未](?!有?[拆用点穿动开撕洗试剪碰]|问题|事|想|必要|办法|关系)|不见|错|丢|只|就[^，。]{0,4}[条个件只双瓶包]|空|找不|不是我|别人|不对|不符|不一样|差",
        re.IGNORECASE,
    ),
    "damaged": re.compile(
        r"\b(?:br(?:oke|oken|eaks?)|damag\w*|smash\w*|crack\w*|shatter\w*|fault\w*|defect\w*|crush\w*"
        r"|leak\w*|dead|doa|pieces|bits|torn|tear|rip(?:ped)?|holes?|dent\w*|chip(?:ped|s)?|bent"
        r"|shards?|smithereens|splinter\w*|used to be|puddle|dripping|drips|drops on"
        r"|scratch\w*|stain\w*|dirty|wet|soaked|mou?ld\w*|ruined|bust(?:ed)?|snapped|split|burn\w*"
        r"|rust\w*|wonky|loose|wobbl\w*|melt\w*|spoil\w*|expired|unusable|malfunction\w*"
        r"|(?:won|does|do|did|would|is)n['’]?t (?:even )?(?:\w+ )?(?:work\w*|turn|charge|start"
        r"|switch|open|close|light|heat|boil|go on|come on)"
        r"|not (?:working|turning|charging|heating|boiling)|stopped (?:working|heating)"
        r"|came (?:apart|off)|fell (?:apart|off)|falling apart)\b"
        r"|坏|壞|碎|破|裂|漏(?![发發寄装送])|瑕疵|故障|划痕|刮花|掉漆|变形|凹|脏|污|发霉|湿|断|缺口|不能用|用不了|不工作|开不了|不加热"
        r"|不亮|不转|没反应|生锈|掉了|散架|烂|质量|压扁|压坏|磕|豁|洞|线头|开胶|串色|掉色|掉毛|起球|脱线|缩水|歪",
        re.IGNORECASE,
    ),
}


def borne_out(text: str, ranked: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """The ranking, with less for labels that no word of the text supports."""
    weighed = [(label, share * _weight(text, label)) for label, share in ranked]
    left = sum(share for _, share in weighed) / sum(share for _, share in ranked)
    return sorted(((one, share / left) for one, share in weighed), key=lambda one: -one[1])


def _weight(text: str, label: str) -> float:
    if label == "handoff" and _NOBODY.search(text):
        return _DENIED
    return 1.0 if label not in _WORDS or _WORDS[label].search(text) else _BY_TONE


_NOBODY = re.compile(
    r"\b(?:don['’]?t|do not|no need to|without|rather not) (?:\w+ ){0,3}"
    r"(?:transfer|connect|pass|call|humans?|persons?|people|agents?|someone)\b"
    r"|(?:别|別|不用|不要|不必|不需要|先不)(?:急着)?(?:给我|帮我)?(?:转|轉|找|叫|接)+(?:接)?人",
    re.IGNORECASE,
)
"""That no person is wanted."""
