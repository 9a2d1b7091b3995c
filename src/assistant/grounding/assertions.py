"""What a sentence asserts in words: that an order is in a state, or that something is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOT_ASSERTED = re.compile(
    r"\b(?:if|once|when|until|unless|after|before|whether|will|would|should|could|may|might|can)\b"
    r"|\b(?:to be|in case|as soon as|please|want|wish|like)\b"
    r"|如果|若|一旦|之后|之前|以后|以前|等到|待|直到"
    r"|是否|会|将|可以|可能|需要|想|前|后",
    re.I,
)
_NEGATED = re.compile(
    r"\b(?:not|no|never|yet to|isn't|hasn't|wasn't|haven't)\b|n't\b|n’t\b|未|没|尚|不", re.I
)


@dataclass(frozen=True)
class State:
    """A way to say that an order, a parcel or a refund is in one of ``codes``."""

    words: re.Pattern[str]
    codes: frozenset[str]


def _state(words: str, *codes: str) -> State:
    return State(re.compile(words, re.I), frozenset(codes))


_GONE = ("shipped", "partially_shipped", "out_for_delivery", "delivered", "handed_over",
         "in_transit", "delayed", "held", "returned", "partially_returned", "lost", "damaged",
         "returned_to_sender", "exception")  # fmt: skip
_MOVING = ("shipped", "partially_shipped", "out_for_delivery", "handed_over", "in_transit",
           "delayed", "exception")  # fmt: skip
_COMING = ("pending_payment", "paid", "processing", "packed", *_MOVING, "held")
_STATES = (
    _state(
        r"\b(?:been|was|were|is|already|got)\s+(?:successfully\s+|already\s+)?delivered\b"
        r"|\bdelivered on\b|\bhas arrived\b|\b(?:status|state)\W+(?:is\s+)?delivered\b"
        r"|已(?:经)?(?:成功)?(?:送达|签收|妥投|送到|收货)|(?:送达|签收)了",
        "delivered", "returned", "partially_returned",
    ),
    _state(
        r"\b(?:been|was|were|already|has|have)\s+(?:already\s+)?(?:shipped|dispatched|sent out)\b"
        r"|\bshipped on\b|已(?:经)?(?:发货|寄出|发出|出库)",
        *_GONE,
    ),
    _state(
        r"\b(?:on its way|on the way|in transit)\b|在途|运输(?:途)?中|在路上|配送途中",
        *_MOVING,
    ),
    _state(r"\bunpaid\b|\bawaiting payment\b|待付款", "pending_payment", "payment_pending"),
    _state(r"\bout for delivery\b|派送中|正在派送|派件中|正在派件", "out_for_delivery"),
    _state(
        r"\b(?:been|was|were|is|now|already|have|has|'ve|successfully)\s+(?:now\s+|been\s+|"
        r"successfully\s+|already\s+)?cancell?ed\b|已(?:经)?(?:成功)?(?:为您|帮您)?取消"
        r"|(?:取消|撤销)(?:成功|了|完成)",
        "cancelled",
    ),
    _state(
        r"\b(?:been|was|were|have|has|'ve)\s+(?:already\s+|been\s+|fully\s+)?refunded\b"
        r"|\brefund (?:has been|was) (?:issued|completed|paid|made)\b"
        r"|已(?:经)?(?:全额)?退款|退款(?:已)?(?:成功|到账|完成)",
        "refund_succeeded",
    ),
    _state(  # only a click changes an order, so no words of a model may say that it happened
        r"\b(?:i|we)(?:['’]ve| have)? (?:now |just |already |successfully )*"
        r"(?:changed|updated|modified|corrected|switched|amended|replaced|exchanged|removed|submitted"
        r"|processed)\b[^.;!?]*\byour?\b"
        r"|\b(?:the |your )?changes? (?:(?:have|has) been |were |was |are |is )?"
        r"(?:made|saved|applied|confirmed|complete[d]?)\b"
        r"|\byour (?:\w+ ){0,3}(?:address|payment method|variant|colou?r|size|items?)"
        r" (?:has|have|is|was|were) (?:now |been |successfully |already )*"
        r"(?:changed|updated|modified|corrected|switched|amended|replaced|removed)\b"
        r"|已(?:经)?(?:成功)?(?:为您|帮您|给您)?(?:成功)?(?:修改|更改|变更|更新|更换|改成|改为|换成|提交|办理)"
        r"|(?:修改|更改|变更|更换|办理)(?:成功|完成|好了)",
        "changed_by_a_click",
    ),
    _state(r"\b(?:is|was|been)\s+lost\b|\bgone missing\b|已?丢失|遗失", "lost", "exception"),
    _state(r"\b(?:is|was|been)\s+(?:packed)\b|已(?:经)?(?:打包|包装|装箱)", "packed", *_GONE),
    _state(
        r"\b(?:will|expected to|should) (?:arrive|be delivered)\b(?!.*\bif\b)|即将送达|将会?送达",
        *_COMING,
    ),
    _state(
        r"\b(?:will |should |to |be )*(?:arrive|arriving|delivered|coming) (?:very )?"
        r"(?:soon|shortly)\b"
        r"|(?:很快|马上|不久)(?:就)?(?:会|将|能)?(?:送达|送到|到)",
        "out_for_delivery",
    ),
)  # fmt: skip
_ALLOWED = {
    "cancel": r"\bcancel|取消|撤销",
    "return": r"\breturn|退货|退回|退换",
    "exchange": r"\bexchange|\bswap|换货|更换|调换",
    "refund": r"\brefund|退款",
    "change_address": r"\baddress|地址",
    "change_payment": r"\bpayment method|支付方式|付款方式",
}
_CAN = re.compile(
    r"\b(?:can|may|could|able to|possible to|eligible|allowed|entitled)\b"
    r"|可以|可(?=取消|退|换|改)|能够|能(?=取消|退|换|改)|符合|支持",
    re.I,
)
_CANNOT = re.compile(
    r"\b(?:cannot|can't|can’t|can not|may not|unable|no longer|isn't possible|too late)\b"
    r"|\bnot (?:be )?(?:able|possible|eligible|allowed|entitled|returnable)\b"
    r"|不(?:可以|能|可|符合|支持|予)|无法|不再|超过|已过",
    re.I,
)
_CLAUSE_END = re.compile(
    r"[,;:，；：、()（）]|\b(?:and|but|so|because|which)\b|但|而|因为|所以", re.I
)


def asserted_states(sentence: str) -> list[frozenset[str]]:
    """For each state that ``sentence`` states as a fact, the codes that would make it true."""
    found = []
    for state in _STATES:
        for match in state.words.finditer(sentence):
            clause = _clause_before(sentence, match.start())
            around = clause + sentence[match.start() : match.start() + 3]
            if _NOT_ASSERTED.search(clause) or _NEGATED.search(around):
                continue
            found.append(state.codes)
    return found


def asserted_verdict(sentence: str) -> tuple[bool, set[str]] | None:
    """(allowed, actions spoken of) when the sentence says that something may or may not be done."""
    actions = {name for name, words in _ALLOWED.items() if re.search(words, sentence, re.I)}
    if not actions or re.search(r"[?？]|\bif\b|如果|若|\bonce\b", sentence, re.I):
        return None
    if _CANNOT.search(sentence):
        return False, actions
    if _CAN.search(sentence):
        return True, actions
    return None


def _clause_before(sentence: str, position: int) -> str:
    """The words from the last break in ``sentence`` up to ``position``."""
    breaks = [m.end() for m in _CLAUSE_END.finditer(sentence, 0, position)]
    return sentence[breaks[-1] if breaks else 0 : position]
