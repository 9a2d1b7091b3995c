"""What a sentence says that the speaker did, and what it says costs nothing."""

from __future__ import annotations

import re

from assistant.grounding.assertions import CONDITION, LATER_ZH, NEGATION

_FREE = re.compile(
    r"\b(?:free of charge|for free|free (?:returns?|shipping|delivery|label|exchange|of cost)"
    r"|(?:is|are|be|completely|totally|entirely|absolutely|always) free\b(?! to\b)"
    r"|(?:at|for) no (?:extra |additional )?(?:cost|charge)|no (?:extra |additional |return "
    r"|shipping )?(?:fees?|charges?|costs?)\b"
    r"|without (?:any |extra |additional )?(?:charge|cost|fees?|paying)|costs? (?:you )?nothing"
    r"|on (?:us|the house)\b"
    r"|we (?:will |['’]ll )?(?:cover|pay)(?: for)? (?:the|all|your|return|shipping|postage)"
    r"|free-of-charge)"
    r"|免费|包邮|免运费|不收(?:取)?(?:任何)?费|(?:无需|不用|不需要?)(?:您)?(?:支付|付"
    r"|承担)?(?:任何)?(?:费用|运费|邮费)|零费用|(?:我们|我方|商家|店铺)承担",
    re.I,
)
WORDS_OF_FREE = (_FREE,)
"""Without one of these nothing is said to cost nothing."""

_ACTION = re.compile(
    r"\b(?P<en>return|exchange|cancel|refund|address|shipping|delivery|repair|label|replacement"
    r"|send)"
    r"|(?P<zh>退货|换货|取消|退款|地址|运费|配送|维修|寄回|补发)",
    re.I,
)
_ZH_ACTION = {
    "退货": "return",
    "换货": "exchange",
    "取消": "cancel",
    "退款": "refund",
    "地址": "address",
    "运费": "shipping",
    "配送": "delivery",
    "维修": "repair",
    "寄回": "return",
    "补发": "replacement",
}


def free_of_charge(text: str) -> set[str] | None:
    """What ``text`` says costs nothing ("" where it names nothing); None when it says no such."""
    if not _FREE.search(text) or re.search(r"[?？]\s*$", text):
        return None
    found = {(_ZH_ACTION[m["zh"]] if m["zh"] else m["en"].lower()) for m in _ACTION.finditer(text)}
    return found or {""}


_HARMLESS = re.compile(
    r"checked|looked|found|listed|searched|noted|noticed|reviewed|understood|received"
    r"|explained|mentioned|needed|wanted|wished|hoped|apologised|apologized|tried|read|saw"
    r"|got|had|been|said|meant|offered|quoted|prepared|drafted|attached|included|shown"
    r"|given|connected|thought|shipped|dispatched|sent|cancelled|canceled|refunded"
    r"|delivered|returned|expected|assumed|identified|pulled|located|verified|confirmed"
    r"|handed|left|made|put",
    re.I,
)
_DID = re.compile(
    r"\b(?:i|we)(?:['’]ve| have)?(?: (?:now|just|already|also|successfully|gone ahead and"
    r"|personally))*"
    r" (?P<verb>\w+ed|told|wrote|spoke|set|took|kept|chose|began|reached|let)\b(?P<rest>[^.;!?]*)",
    re.I,
)
_YOURS = re.compile(
    r"\b(?:you|your|it|them|order|parcel|package|carrier|courier|warehouse|seller|bank|team"
    r"|department"
    r"|DHL|UPS|FedEx|address|refund|return|claim|complaint|investigation|manager)\b",
    re.I,
)
_CHANGED = re.compile(
    r"\b(?:the |your )?changes? (?:(?:have|has) been |were |was |are |is )?"
    r"(?:made|saved|applied|confirmed|complete[d]?)\b"
    r"|\b(?:your|the) (?:\w+ ){0,3}(?:address|payment method|variant|colou?r|size|items?|booking"
    r"|details)"
    r" (?:has|have|is|was|were) (?:now |been |successfully |already )*"
    r"(?:changed|updated|modified|corrected|switched|amended|replaced|removed|added|extended|set)\b"
    r"|已(?:经)?(?:成功)?(?:为您|帮您|给您)?(?:成功)?(?:修改|更改|变更|更新|更换|改成|改为|换成"
    r"|提交|办理|登记|通知|联系|催)"
    r"|(?:修改|更改|变更|更换|办理|改)(?:成功|完成|好了)",
    re.I,
)
_DID_ZH = re.compile(
    r"(?:已(?:经)?(?:成功)?(?:为|帮|给|替)(?:您|你)|我(?:们)?(?:已经?|刚刚?|刚才)(?:为|帮"
    r"|给)?(?:您|你)?(?:把)?)(?P<verb>\S{2})"
)
_HARMLESS_ZH = re.compile(
    "[查看找核列转说记在]|了解|理解|收到|准备|整理|接通|生成|确认|检查|提供|知道"
)


WORDS_OF_DEEDS = (_CHANGED, _DID, _DID_ZH)
"""Without one of these nothing is said to be done."""


def acted(sentence: str) -> bool:
    """Whether it says that the speaker did something: only a click does, so it needs a source."""
    if re.search(r"[?？]\s*$", sentence) or CONDITION.match(sentence.strip()):
        return False
    changed = _CHANGED.search(sentence)
    if (
        changed
        and not NEGATION.search(sentence[: changed.start()])
        and not LATER_ZH.match(sentence[changed.end() :])
        and not re.search(r"未|没|尚|不|如果|若|会|将|之后|才", sentence[: changed.start()][-6:])
    ):
        return True
    for match in _DID.finditer(sentence):
        if not _HARMLESS.fullmatch(match["verb"]) and _YOURS.search(match["rest"]):
            return True
    return any(not _HARMLESS_ZH.match(match["verb"]) for match in _DID_ZH.finditer(sentence))
