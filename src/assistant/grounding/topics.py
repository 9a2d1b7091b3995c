"""The words for what happens to an order, parcel or refund, and the codes that make them true."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from assistant.grounding.hints import Hint, hint_of

BEFORE_SHIPPING = frozenset(
    {"pending_payment", "paid", "processing", "packed", "partially_shipped", "label_created"}
)
MOVING = frozenset(
    {"shipped", "partially_shipped", "out_for_delivery", "handed_over", "in_transit", "delayed",
     "exception"}
)  # fmt: skip
COMING = BEFORE_SHIPPING | MOVING | {"held"}
ARRIVED = frozenset({"delivered", "returned", "partially_returned"})
GONE = (MOVING | ARRIVED | {"held", "lost", "damaged", "returned_to_sender"})  # fmt: skip
_NOTHING: frozenset[str] = frozenset()

Kind = Literal["past", "participle", "base", "state", "zh"]
_KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Topic:
    """Ways to speak of one thing that can happen.

    ``participle`` needs an auxiliary to assert it ("was delivered"), ``past`` asserts by itself
    ("arrived"), ``base`` with a future, a subject or as a habit ("arrives", "we refund"), ``zh``
    needs a marker (已, 了, 会), ``state`` asserts wherever it stands ("in transit", 运输中).
    ``done`` are the codes of an order, a parcel or a refund for which it has happened; ``coming``
    those for which it may still happen, None where only a source's own words can say so.
    """

    name: str
    done: frozenset[str] = _NOTHING
    coming: frozenset[str] | None = None
    words: tuple[tuple[Kind, re.Pattern[str], Hint], ...] = ()


def _topic(
    name: str,
    done: frozenset[str] = _NOTHING,
    coming: frozenset[str] | None = None,
    **words: str,
) -> Topic:
    patterns = [(kind, re.compile(words[kind], re.I)) for kind in _KINDS if kind in words]
    return Topic(name, done, coming, tuple((kind, one, hint_of(one)) for kind, one in patterns))


_SPOT = (
    r"(?:at|with|in|on|by|outside|near|behind|to) (?:your|the|a|my) (?:front |back |garden "
    r"|next[- ]door )?"
    r"(?:door|doorstep|neighbou?r|porch|mailbox|letterbox|reception|garage|locker|step|concierge"
    r"|safe place|shed|mailroom|receptionist|house|home)"
)
_IT = (
    r"(?:it|them|this|the (?:order|parcel|package|items?|goods)|your (?:\w+ )?(?:order|parcel"
    r"|package|items?|goods|money))"
)
_GIVEN = (
    r"(?:issued|made|sent|processed|initiated|started|triggered|approved|granted|released|requested"
    r"|transferred|put through|arranged|completed|paid|done)"
)

TOPICS = (
    _topic(
        "delivered", ARRIVED, COMING,
        participle=r"\bdelivered\b|\bdropped off\b|\bsigned for\b|\bhanded to (?:you|your)\b"
        rf"|\b(?:left|placed|put|dropped|deposited)\b(?: \w+){{0,3}} {_SPOT}"
        rf"|\breceived by (?:you|your)\b",
        past=r"\barrived\b(?! (?:at|in) (?!your))|\breached (?:you|its destination|your)\b"
        r"|\b(?:came|got) (?:to you|to your|there|home|through your)\b|\b(?:it|parcel|package"
        r"|order) came\b"
        rf"|\b(?:turned|showed) up\b|\b(?:left|placed|dropped|put) {_IT}(?: \w+)? {_SPOT}"
        rf"|\byou(?:['’]ve| have)?(?: already)? (?:received|got|picked up|collected"
        rf"|signed for) {_IT}"
        r"|\bdelivery (?:is|was|has been) (?:complete|completed|done|made|successful|finished)"
        r"|\bcompleted (?:the|your) delivery\b|\b(?:delivered|handed) (?:it|your|the)\b"
        r"|\b(?:is|are|['’]s) (?:now |already )?(?:waiting |lying |sitting )?(?:at|in|on|with) your"
        r" (?:door|doorstep|porch|home|neighbou?r|mailbox|letterbox|hands)"
        r"|\b(?:it|parcel|package|order)(?: is|['’]s) (?:already |now )?(?:here|there|with you)\b",
        base=r"\bdelivers?\b|\bdelivering\b|\barriv(?:es?|ing|al)\b|\breach(?:es)? (?:you|your)\b"
        r"|\bbe (?:there|here|with you|at your|in your hands)\b|\bget(?:s)? (?:to you|there)\b"
        r"|\bcom(?:es?|ing)\b(?! to (?!you)| with\b| in\b| from\b| back\b)|\b(?:turn|show)s? up\b"
        rf"|\b(?:have|get|receive|hold) {_IT}",
        zh=r"送达|签收|妥投|送到|到货|抵达|派送完成|投递|(?:您|你)(?:已经?)?收到|收货"
        r"|放(?:在|到)\S{0,5}(?:门口|快递柜|驿站|信箱|丰巢|柜|前台|邻居)"
        r"|(?:交|送)(?:到|给|至)\S{0,3}(?:您|家|邻居|手)"
        r"|(?:包裹|快递|订单|货|商品|东西|它|件|会|能|可以?|就|预计|明天|今天|后天"
        r"|[周期][一-龥])\S{0,4}到(?=了|家|啦|[,，。.!！]|$|您)",
    ),
    _topic(
        "shipped", GONE, BEFORE_SHIPPING,
        participle=r"\b(?:shipped|dispatched|despatched|mailed|posted|handed over|sent out"
        r"|sent off|sent on)\b"
        r"|\bsent(?= (?:by|with|via|from|yesterday|today|on|to you|last|this)\b|[.,!]|$)"
        r"|\bhanded to (?:the |DHL|UPS|Fed|SF|a )|\b(?:picked up|collected) by\b|\bpassed to the c",
        past=rf"\bleft (?:us|our|the|from) ?(?:\w+ )?(?:warehouse|hub|depot|facility|store"
        rf"|stock)?\b"
        rf"|\b(?:shipped|sent|posted|dispatched|mailed) (?:out )?{_IT}|\bwent out\b|\bset off\b"
        r"|\bhas gone out\b|\bis with the (?:carrier|courier)\b",
        base=r"\bships?\b(?!ping)|\bshipping out\b|\bdispatch(?:es)?\b|\bsends? (?:it|them"
        r"|your (?:order|parcel|package))\b"
        r"|\bleaves? (?:us|our|the warehouse)\b|\bgo(?:es|ing)? out\b|\bhands? (?:it "
        r"|them )?over\b",
        zh=r"发货|寄出|发出|出库|出仓|揽收|揽件|交(?:给|付|由)?\S{0,4}(?:快递|承运|物流)|寄给",
    ),
    _topic(
        "moving", MOVING, BEFORE_SHIPPING,
        state=r"(?<!refund is )\bon (?:its|the|their) way\b(?! back)|\bin transit\b|\ben route\b"
        r"|\bheading (?:to|for|your)\b|\bmaking its way\b|\bon the road\b"
        r"|在途|运输(?:途)?中|在路上|配送途中|运送途中|正在(?:运输|运送|配送|运往)",
    ),
    _topic(
        "out", frozenset({"out_for_delivery"}), MOVING | BEFORE_SHIPPING,
        state=r"\bout for delivery\b|\bon the (?:delivery )?(?:van|truck|vehicle)\b"
        r"|\bwith the (?:delivery )?driver\b|派送中|正在派送|派件中|正在派件|配送员正在|送货上门中"
        r"|\b(?:arriv\w*|deliver\w*|com(?:e|es|ing)|there|here|with you) (?:to you )?(?:very )?"
        r"(?:soon|shortly|any (?:minute|moment|day|time) now)\b|马上就?(?:到|送)|(?:很快"
        r"|不久)就?(?:会|将|能)?(?:送|到)",
    ),
    _topic(
        "packed", GONE | {"packed"}, frozenset({"paid", "processing", "pending_payment"}),
        participle=r"\bpacked\b|\bboxed up\b", zh=r"打包|包装好|装箱",
    ),
    _topic(
        "preparing", frozenset({"paid", "processing", "packed", "pending_payment"}), _NOTHING,
        state=r"\bbeing (?:prepared|packed|picked)\b|\bpreparing (?:your|it)\b|备货中|正在备货"
        r"|正在打包|准备发货",
    ),
    _topic(
        "unpaid", frozenset({"pending_payment", "payment_pending", "payment_failed"}), _NOTHING,
        state=r"\bunpaid\b|\bawaiting (?:your )?payment\b|待付款|未付款|尚未支付",
    ),
    _topic(
        "payment failed", frozenset({"payment_failed"}), None,
        state=r"\bpayment (?:has |was |is )?(?:failed|declined|rejected)\b"
        r"|\bcard was (?:declined|rejected)\b"
        r"|(?:支付|付款)失败",
    ),
    _topic(
        "cancelled", frozenset({"cancelled"}), None,
        participle=r"\bcancell?ed\b|\bcalled off\b|\bwithdrawn\b|\bannulled\b|\bvoided\b"
        r"|\brevoked\b",
        past=r"\bcancell?ed (?:it|this|that|the|your|order)\b|\bcancellation (?:\w+ )?(?:is|was"
        r"|has|went)"
        r" (?:\w+ ){0,2}(?:complete|completed|done|confirmed|successful|through|processed"
        r"|finished|made)"
        r"|\b(?:stopped|called off|scrapped) (?:your|the|this) order\b",
        base=r"\bcancels?\b|\bcancelling\b|\bcanceling\b",
        zh=r"取消|撤销|撤单|作废|退订",
    ),
    _topic(
        "refunded", frozenset({"refund_succeeded"}), frozenset({"refund_pending"}),
        participle=r"\brefunded\b|\breimbursed\b|\bpaid back\b|\bcredited\b(?! with)",
        past=rf"\b(?:refund|reimbursement|money|amount|cash|payment)\b(?: of \S+)?(?: (?:is|was"
        rf"|has|have|are|['’]s))"
        r"(?: (?:now|already|been|just|all|successfully|gone|fully))*"
        r" (?:done|complete[d]?|issued|made|paid|through|processed|transferred|successful"
        r"|arrived|credited|"
        r"returned|back|in your|sent back|refunded|settled|sorted|approved|granted)\b"
        r"|\brefund(?:ed)? (?:went|came|got) through\b"
        rf"|\b{_GIVEN} (?:you )?(?:a|the|your|an?|that)? ?(?:full |partial |complete )?(?:refund"
        rf"|reimbursement|money)\b"
        r"|\b(?:refunded|reimbursed|repaid) (?:you|your|the|it|everything|all)\b"
        r"|\b(?:paid|sent|gave|transferred|returned|put) (?:you |it |the \w+ |your \w+ )?(?:\w+ )?"
        r"(?:back to your|your money back|your money|back (?:on|onto|into) your)"
        r"|\b(?:paid|given) (?:you|it|everything) back\b|\b(?:got|received|have) your (?:money"
        r"|refund)(?: back)?\b|\bmoney(?:['’]s| is) back\b",
        base=r"\brefunds?\b(?= (?:you|your|the|it|everything|all|what|any)\b)|\bbe refunded\b"
        r"|\b(?:get|receive|have) (?:a|your|the) (?:full |partial )?(?:refund|money back|money)\b"
        r"|\bmoney back\b|\breimburse\b|\bpay (?:you |it )?back\b",
        zh=r"退款|退还|退给|退(?:回|到|至)\S{0,6}(?:款|钱|金额|账|卡|支付宝|微信|原)|返还|打款"
        r"|到账|退钱|退了|(?:款|钱)\S{0,4}退",
    ),
    _topic(
        "refund pending", frozenset({"refund_pending", "refund_succeeded"}), None,
        state=r"\brefund(?: of \S+)? (?:is|has been|was) (?:currently |now |already )*"
        r"(?:on its way|under way|underway|being processed|in progress|pending|released"
        r"|initiated|started)"
        r"|退款(?:正在)?处理中|正在(?:为您)?退款",
    ),
    _topic(
        "returned", frozenset({"returned", "partially_returned", "returned_to_sender"}), None,
        participle=r"\breturned\b|\bsent back\b(?! to your (?:card|account|bank))",
        past=r"\bcame back to us\b|\b(?:we|warehouse)(?:['’]ve| have)? (?:received|got) (?:your"
        r"|the) return"
        r"|\breturn (?:is|was|has been) (?:\w+ )?(?:complete|completed|received|done|accepted"
        r"|approved|registered|booked)",
        zh=r"退货(?=成功|完成|了|已)|(?<=已)退货|(?<=已经)退货|(?<!款)退回(?!\S{0,6}(?:款|钱|卡"
        r"|账|原|PayPal|支付|微信|银行))",
    ),
    _topic(
        "lost", frozenset({"lost", "exception"}), None,
        participle=r"\blost\b|\bstolen\b",
        past=r"\b(?:gone|went|is|are|are|be) missing\b|\bdisappeared\b|\bvanished\b|\blost (?:it"
        r"|your|the)\b"
        r"|\buntraceable\b|\b(?:lost|no) track of (?:it|your)\b",
        state=r"丢失|遗失|丢了|弄丢|丢件|不见了|失踪",
    ),
    _topic(
        "damaged", frozenset({"damaged", "exception"}), None,
        participle=r"\b(?:damaged|broken|crushed|smashed)\b",
        past=r"\b(?:damaged|broke|crushed) (?:it|your|the)\b", state=r"破损|损坏|压坏|摔坏|摔碎",
    ),
    _topic(
        "delayed", frozenset({"delayed", "late", "exception"}), None,
        participle=r"\bdelayed\b|\bheld up\b",
        state=r"\b(?:is|are|running|was|['’]s)(?: \w+)? (?:late|overdue)\b|\bbehind schedule\b"
        r"|\blater than (?:promised|expected|planned)\b|延误|延迟|晚点|逾期|推迟",
    ),
    _topic(
        "held", frozenset({"held", "exception"}), None,
        participle=r"\bheld(?= (?:at|by|in)\b|[.,]|$)|\bdetained\b",
        state=r"\bbeing held\b|\bstuck (?:at|in)\b|滞留|扣留|卡在|扣在|清关中|正在清关",
    ),
    _topic(
        "exchanged", _NOTHING, None,
        participle=r"\b(?:exchanged|swapped|replaced)\b",
        past=r"\b(?:exchanged|swapped|replaced) (?:it|your|the)\b|\bexchange (?:is|was"
        r"|has been) (?:\w+ )?"
        r"(?:done|complete|completed|made|booked|arranged|approved)",
        zh=r"换货(?=成功|完成|了)|(?<=已)换货|换好|(?<=已)换成|(?<=您)换(?=好|成|了)",
    ),
    _topic(
        "readdressed", _NOTHING, None,
        participle=r"\b(?:rerouted|redirected|forwarded)\b",
        base=r"\b(?:go(?:es)?|going|delivered|ship(?:ped)?|sent|arrive|come|redirected|travel"
        r"|forward|reroute|redirect|send)(?: it| them| the \w+| your \w+)?(?: out)? to"
        r" (?:the|your) (?:new|other|updated|changed|different|correct|corrected"
        r"|second) (?:address|home|place|office)",
        zh=r"(?:送|寄|发|改|配送|派送)(?:到|往|至)\S{0,4}新(?:的)?(?:地址|家)"
        r"|新地址\S{0,3}(?:生效|更新)",
    ),
    _topic(
        "compensation", _NOTHING, None,
        base=r"\b(?:give|get|receive|send|offer|grant|add|apply|issue|have)s? (?:you )?(?:(?:a"
        r"|an|your|some) )?"
        r"(?:\S+ )?(?:vouchers?|coupons?|discount|compensation|credit|bonus|free gift"
        r"|gift card)\b|\bvouchers?\b|\bcoupons?\b|\bdiscount(?: code)?\b|\bcompensat\w+\b"
        r"|\bgoodwill\b"
        r"|\b(?:store|shop) credit\b|\bcredit note\b|\bfree gift\b|\bbonus\b",
        past=r"\b(?:compensated|credited) you\b|\b(?:added|sent|gave|applied|issued"
        r"|put) (?:you )?(?:a|an|your)"
        r" (?:\S+ )?(?:voucher|coupon|discount|credit|bonus|gift)\b",
        zh=r"优惠券|代金券|补偿|赔偿|赔付|红包|折扣码|赠送|积分",
        state=r"(?:送|给|发|赠)\S{0,6}(?:优惠券|代金券|红包|积分|折扣码)",
    ),
    _topic(
        "resent", _NOTHING, None,
        participle=r"\bre-?sent\b|\breshipped\b",
        past=r"\b(?:sent|shipped|ordered|dispatched)(?: you| out)? (?:a|an) (?:replacement|new"
        r"|second|another)\b"
        r"|\breplacement (?:is|was|has been) ",
        base=r"\b(?:re-?send|re-?ship)\b|\b(?:a|your|the) replacement\b"
        r"|\bsend(?:ing)? (?:you )?(?:out )?(?:a |an)?(?:new|other|second|another)\b",
        zh=r"补发|重发|重寄|重新\S{0,4}(?:发|寄)|再(?:寄|发)一",
    ),
    _topic(
        "guaranteed", _NOTHING, None,
        state=r"\b(?:i|we)(?: can| do|['’]ll| will)? (?:guarantee|promise|assure)\b|\bguaranteed\b"
        r"|(?:我|我们)?保证(?=\S)|(?:一定|肯定|绝对|必定)(?:会|能|可以|在)",
    ),
)  # fmt: skip
