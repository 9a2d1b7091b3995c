"""Splits a message that holds several matters, so that each can be named and answered.

Reasons, addresses and lists stay with the question they belong to: a cut is made only where
what follows asks something of its own.
"""

import itertools
import re

from assistant.order_numbers import PLACEHOLDER, mentions, plain

# Where a cut may be: after a sentence, before a joining word, after a comma.
_CUT = re.compile(
    r"(?<=[?!;。])\s*|(?<=\w{2}\.)\s+|\n+"
    r"|,?\s+(?=(?:and|also|plus|but)\b)|(?<=,)\s*|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])"
    r"|(?=另外(?![一那两兩的])|还有(?!没|多|几)|還有(?!沒|多|幾)|顺便|順便|以及|再帮我|再幫我|然后|然後)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:[\s,;:&]|(?:and|also|plus|but|then|by the way|btw"
    r"|one more thing|another thing|another question)\b"
    r"|(?:另外|还有|還有|顺便|順便|以及|然后|然後|再)(?:再|想)?(?:问一?下|問一?下|一下)?)+",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^(?:(?!(?:do|have) (?:it|that|this|them|so)\b)"
    r"(?:can|could|may|will|would|should|do|does|did|is|are|was|were|has|have|am|isn't|hasn't)\b"
    r"(?! (?:to|not|a lot|nothing)\b)|(?:where|when|what|which|who|why|how)(?:'?s|'re|'ll)?\b"
    r"|(?:tell me|i(?:'d| would) like to know|i want to know|let me know)\b)|\?\s*$",
    re.IGNORECASE,
)
_QUESTION_ZH = re.compile(
    r"吗|嗎|(?<!^好的)(?<!^谢谢)(?<!^行)(?<!^好)呢|谁|多少|多久|多长|哪|(?<![前这過过好])几[时天号点]|幾[時天號點]|什么|什麼|啥|怎么|怎麼|如何|是否|没有?$|不$"
    r"|([\u3400-\u9fff])不\1|能不能|可不可以|有没有|是不是|[了到]没|[了到]沒|\?\s*$"
    r"|是[^,。]{1,8}还是"
)
_REQUEST = re.compile(
    r"^(?:(?:please|pls|kindly|i(?:'d| would) like to|i want to|i need to|i also want to)\s+)*"
    r"(?:track|cancel|return|refund|exchange|check|show|change|update|send|ship|swap|remove|add)\b"
    r"|取消|[退换換][货貨款掉]|[退换換]了[它吧]|改|查|转人工|轉人工",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"order|parcel|package|deliver|ship|refund|return|cancel|exchang|address|\bpay|charge|invoice"
    r"|warrant|guarantee|arriv|track|member|\bcome|\blate\b|delay|discount|gift|\bcard\b|send|polic|human|person|agent"
    r"|[退换換寄送发發]|到|物流|快递|快遞|包裹|订单|訂單|取消|运费|運費|发票|發票|账单|收据|地址|保修|付款|支付|会员|會員"
    r"|积分|積分|礼品卡|禮品卡|人工|质保|質保|价保|保价|优惠|折扣|晚到|延误|赔",
    re.IGNORECASE,
)
_SOFTLY = re.compile(
    r"^(?:(?:so|ok(?:ay)?|well|oh|hmm+|wait|ah|um+|then|right|all ?right|fine)[\s,.]+)+",
    re.IGNORECASE,
)
# What an order came to, which is no price of what may be done.
_SUM = re.compile(
    r"\btotal\b|\bdid (?:it|that|they|i) (?:all )?(?:cost|pay|come to)|\bwas i charged"
    r"|总共|一共|总价|總共|花了|付了",
    re.IGNORECASE,
)
# A piece that opens so leans on what stands before it.
_TIED = re.compile(
    r"^(?:if|or|because|since|unless|please\W*$|yes|no|ok|right|thanks?|why|really|what now"
    r"|what (?:do|should) i (?:do|need|say)|is (?:that|this) (?:ok|possible|right)|would that"
    r"|(?:can|could) you (?:help|check|look|tell)\W*$)\b"
    r"|^(?:如果|要是|若是|可以的话|能的话|行吗|可以吗|好吗|对吗|是吗|怎么办|为什么|谢谢)"
    r"|^(?:还是|因为|所以|或者|行嗎|可以嗎|好嗎|怎麼辦|謝謝)",
    re.IGNORECASE,
)
# What is only named to choose from belongs to the question before it.
_EITHER = re.compile(
    r"^(?:[\w'-]+ ){1,3}or (?:[\w'-]+ ?){1,3}\?*$|^\S{1,6}还是\S{1,6}$", re.IGNORECASE
)
# A piece that opens so only says when what follows is asked.
_IF = re.compile(
    r"^(?:if|when i|suppose|supposing|assuming|say|in case)\b"
    r"|^(?:如果|要是|若是|假如|万一|萬一|假设)",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"(?:hi|hey|hello|good (?:morning|afternoon|evening|day)|there|excuse me|quick question"
    r"|i have (?:a|two|some) questions?|are you there|how are you(?: today| doing)?"
    r"|(?:can|could) you (?:please )?help(?: me)?|请问(?:一下)?|請問(?:一下)?|你好|您好"
    r"|在吗|在嗎|有人吗|有人嗎|亲|能帮我个忙吗|想问(?:一)?下|[\s,.!?;。])+",
    re.IGNORECASE,
)
_ALSO = re.compile(r"\s*(?:另外|还有|還有|顺便|順便|also\b|and also\b)", re.IGNORECASE)
_OF_ANOTHER = re.compile(
    r"\bthe one (?:from|that|i|which|with|of)\b|\bthe other (?:one|order|parcel)\b"
    r"|\bthe order (?:from|that|i)\b|另外?一[个個单單笔筆]"
    r"|(?:昨|前|今)天.{0,4}[那的][个個单單笔筆]",
    re.IGNORECASE,
)
"""What a request behind "and" is about, where it is not about the same."""

_CHINESE = re.compile(r"[\u3400-\u9fff]")


def split_questions(message: str) -> list[str]:
    """The parts of a message (NFKC), one matter each, in its order; at least one.

    A part may speak of "it" in the part before: resolve the parts in turn.
    """
    parts = [""]
    for piece in _pieces(plain(message)):
        told = bool(_orders(parts[-1])) and not _wants(parts[-1])
        if told and not _orders(piece):  # "A20001 is wrong, can I change it" is one matter
            parts[-1] += piece
        elif _stands_alone(parts[-1]) and _starts(piece, after=parts[-1]):
            parts.append(piece)
        else:
            parts[-1] += piece
    whole = [parts[0], *(_LEAD.sub("", part) for part in parts[1:])]
    return [part.strip(" \t\n,") for part in whole]


def asks(text: str) -> bool:
    """Whether a text holds a question, with or without its mark."""
    return _questions(plain(text))


def names_topic(text: str) -> bool:
    """Whether a text says by itself which of a shop's matters it is about."""
    return _TOPIC.search(text) is not None


def _pieces(text: str) -> list[str]:
    """The text cut wherever a cut may be; joined again they give the text."""
    places = [0, *(match.start() for match in _CUT.finditer(text)), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(places) if end > start]


def _stands_alone(part: str) -> bool:
    """Whether it asks something already, or tells of an order by its number."""
    body = _SOFTLY.sub("", part.strip())
    if _POLITE.fullmatch(body) or not body:
        return False
    if _IF.search(body) and not _questions(body):
        return False
    return _questions(body) or bool(_REQUEST.search(body)) or (_long(body) and bool(_orders(body)))


def _wants(part: str) -> bool:
    return _questions(part) or bool(_REQUEST.search(part.strip()))


def _starts(piece: str, after: str) -> bool:
    body = _LEAD.sub("", piece).strip(" \n,;")
    if not body or _TIED.search(body) or _EITHER.search(body) or _POLITE.fullmatch(body):
        return False
    if _questions(body):
        topic = _TOPIC.search(body) or _SUM.search(body)
        return bool(_ALSO.match(piece) or topic or _orders(body))
    joined = not after.rstrip().endswith(("?", "!", ".", "。", ";")) and "\n" not in piece
    if _orders(body) - _orders(after):
        return bool(_REQUEST.search(body)) or (_long(body) and not joined)
    of_another = bool(_ALSO.match(piece)) or bool(_OF_ANOTHER.search(body))
    return bool(_REQUEST.search(body)) and of_another and _long(body)


def _questions(text: str) -> bool:
    pattern = _QUESTION_ZH if _CHINESE.search(text) else _QUESTION
    pieces = (_SOFTLY.sub("", _LEAD.sub("", one).strip()) for one in _pieces(text))
    return any(pattern.search(one) for one in pieces)


def _orders(text: str) -> set[str]:
    held = {one.key for one in mentions(text)}
    return held | {PLACEHOLDER} if PLACEHOLDER in text else held


def _long(text: str) -> bool:
    return len(text.split()) >= 3 or len(_CHINESE.findall(text)) >= 3
