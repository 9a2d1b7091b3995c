"""How people and replies put it in either language; this suite's own, shared with nothing."""
# ruff: noqa: E501  (a Chinese character counts as two columns)

import re

# What an order or parcel in a state may be called. Any one of the words is enough.
STATUS_WORDS: dict[str, str] = {
    "pending_payment": r"unpaid|not (?:yet )?(?:been )?paid|(?:await|wait|pending)\w*.{0,20}payment"
    r"|payment.{0,20}(?:pending|await|outstanding)|未付|待付|待支付|未支付|等待(?:付款|支付)|没(?:有)?付款",
    "paid": r"\bpaid\b|payment (?:has been |was )?received|已付款|已支付|付款成功|支付成功",
    "processing": r"process|prepar|being picked|处理中|正在处理|备货|配货|准备",
    "packed": r"pack(?:ed|ing)|ready to (?:ship|leave|be)|打包|已包装|待出库|包装完成|待发货",
    "partially_shipped": r"part|one of|some of|split|部分|分批|一部分|其中",
    "shipped": r"shipped|dispatched|sent out|on (?:its|the) way|in transit|with the carrier"
    r"|已发货|已寄出|已发出|运输中|在途|在路上|配送中|运送",
    "out_for_delivery": r"out for delivery|being delivered|with the (?:driver|courier)"
    r"|派送|派件|正在配送|配送中|派发",
    "delivered": r"delivered|arrived|signed for|送达|签收|妥投|已收货|送到|收到",
    "exception": r"exception|problem|issue|delay|lost|damag|held|hold|return\w* to"
    r"|异常|问题|延误|延迟|丢失|破损|损坏|扣留|滞留|退回",
    "cancelled": r"cancel|取消",
    "returned": r"return|退货|退回|已退",
    "partially_returned": r"part\w*.{0,20}return|return\w*.{0,20}part|部分.{0,6}退|退.{0,6}部分",
    "label_created": r"label|not (?:yet )?(?:been )?(?:handed|picked)|面单|待揽收|尚未揽收|运单",
    "handed_over": r"handed|picked up|collected|with the carrier|揽收|交给|移交|已交",
    "in_transit": r"in transit|on (?:its|the) way|travel|moving|shipped|运输中|在途|在路上|转运|已发货",
    "delayed": r"delay|late|behind schedule|held up|延误|延迟|晚点|耽搁|推迟",
    "held": r"held|hold|customs|扣留|滞留|海关|暂扣|暂存",
    "lost": r"lost|missing|丢失|丢件|遗失|丢了",
    "damaged": r"damag|broken|破损|损坏|受损",
    "returned_to_sender": r"return\w*|sent back|退回|退件",
}

# Claims that something is over. Each is false of an order that is not in that state.
CLAIMS_OF_STATE: dict[str, str] = {
    "delivered": r"(?:has|have) (?:already )?been delivered|was delivered"
    r"|(?<!未)已(?:经)?(?:送达|签收|妥投)",
    "cancelled": r"(?:has|have) (?:already )?been cancell?ed|was cancell?ed"
    r"|订单已(?:经)?(?:被)?取消",
}

METHOD_WORDS: dict[str, str] = {
    "card": r"\bcard\b(?<!gift card)|visa|mastercard|amex|american express|unionpay|信用卡|银行卡|借记卡|银联|卡支付",
    "paypal": r"paypal|贝宝",
    "alipay": r"alipay|支付宝",
    "wechat": r"wechat|微信",
    "bank_transfer": r"bank transfer|wire|银行转账|转账|汇款",
    "gift_card": r"gift ?card|礼品卡|礼物卡",
    "other": r".",
}
REFUND_WORDS: dict[str, str] = {
    "pending": r"pending|in progress|being processed|processing|on (?:its|the) way|not (?:yet )?"
    r"(?:been )?(?:arrived|completed|released)|started|requested|处理中|进行中|待处理|尚未|还没|未到|等待|待退款",
    "succeeded": r"succe|complet|went through|gone through|(?:has|have|was|were|been|fully) refunded"
    r"|paid back|issued|released|成功|完成|已退|已经退|已到账|退回",
    "failed": r"fail|did not go through|失败|未成功",
}
CARRIER_WORDS: dict[str, str] = {
    "sf": "顺丰", "zto": "中通", "yto": "圆通", "sto": "申通", "yunda": "韵达", "jd": "京东",
    "ems": "邮政", "china post": "邮政", "cainiao": "菜鸟", "dhl": "敦豪", "fedex": "联邦",
    "ups": "联合包裹", "royal mail": "皇家邮政", "yamato": "大和|黑猫", "sagawa": "佐川",
    "deutsche post": "德国邮政", "japan post": "日本邮政",
}  # fmt: skip

NEGATIVE = re.compile(
    r"\bno\b(?! (?:problem|worries|need|reason|charge|cost|fee|extra|longer than))|\bnot\b(?! only)"
    r"|n['’]t\b|\bcannot\b|unable|unfortunately|no longer|too late|expired|ineligible|non-returnable"
    r"|has (?:passed|ended|closed)|outside|refused|\bnone\b|\bpast\b"
    r"|不能|不可(?!或缺)|无法|不支持|不符合|不行|不允许|不予|不再|不会|没有|还没|没法|尚未|未(?!来|必)"
    r"|已过|超过|超出|过期|遗憾|晚了|来不及|不满足",
    re.IGNORECASE,
)
POSITIVE = re.compile(
    r"\byes\b|\bcan\b(?!not)|\bmay\b(?! not)|\beligible|able to|qualif|allowed|possible|\bsure\b"
    r"|of course|certainly|in time|is still|within|需要|可以|(?<!不)能(?!否)|支持|符合|是的|有的|允许"
    r"|没问题|好的|当然|接受|提供",
    re.IGNORECASE,
)

MISSING = re.compile(
    r"(?:can(?:not|['’]t)|couldn['’]t|could not|unable to|did(?:n['’]t| not)|do(?:n['’]t| not))"
    r" (?:\w+ ){0,3}(?:find|locate|see|have|show|access)|not (?:be )?found|no (?:such )?order"
    r"|does(?:n['’]t| not) exist|no record|(?:isn['’]t|is not|not) (?:in|on|under|linked|one of)"
    r"|找不到|没有?找到|未找到|未能找到|查不到|没有?查到|未查到|查询不到|查无|不存在|没有(?:这个|这笔|该|此|相关)?订单"
    r"|没有.{0,12}的?订单|无法.{0,4}(?:找到|查到|查询|看到|查看)|不在(?:您|你)|不属于|看不到",
    re.IGNORECASE,
)
HANDOFF_OFFER = re.compile(
    r"\bagent|\bhuman\b|real person|\bperson\b|colleague|team|specialist|representative|staff"
    r"|someone|somebody|hand (?:you|this) over|人工|客服|专员|同事|工作人员|转接|专人",
    re.IGNORECASE,
)
BY_CLICK = re.compile(
    r"confirm|click|\btap\b|press|button|确认|点击|按钮|点按|点一下", re.IGNORECASE
)
CANCELLATION_DONE = re.compile(
    r"(?<!request )(?<!proposal )(?<!cancellation )(?:has|have|had) (?:now |already |just )?been"
    r" (?:successfully )?cancell?ed|is (?:now|already) cancell?ed|successfully cancell?ed"
    r"|I(?:['’]ve| have) (?:now |just |already )?cancell?ed (?!the (?:request|proposal|cancel))"
    r"|取消成功|(?:已|已经)(?:为您|帮您|替您|给您|成功|经)?取消(?!申请|请求|提议|后|前|操作|该申请|了?(?:取消|申请))",
    re.IGNORECASE,
)
QUESTION = re.compile(
    r"[?？]|\b(?:please|kindly) (?:tell|give|send|share|provide|let|choose|pick|enter)"
    r"|let me know|could you|which order|请(?:问|告诉|提供|说明|选择|输入|发|描述)|哪(?:个|一|笔|单)|麻烦(?:您)?(?:提供|告诉)",
    re.IGNORECASE,
)
IN_STOCK = re.compile(
    r"in stock|available|\bhave\b|\bleft\b|pieces|units|ready to ship|有货|有现货|现货|库存|还有|在售|可以买|可购买",
    re.IGNORECASE,
)
OUT_OF_STOCK = re.compile(
    r"sold out|out of stock|not in stock|unavailable|not (?:currently )?available|restock|back in stock"
    r"|no stock|缺货|无货|没货|没有货|没有库存|无库存|售罄|卖完|补货|到货|断货",
    re.IGNORECASE,
)
NOTHING_SOLD_OUT = re.compile(
    r"(?:none|not|no)\b[^.]{0,40}(?:sold out|out of stock)|(?:没有|并未|都没|均未)[^。]{0,8}(?:缺货|售罄|卖完|断货)",
    re.IGNORECASE,
)
NO_DATE_KNOWN = re.compile(
    r"no (?:delivery )?(?:date|estimate)|cannot (?:say|give|estimate|tell)|can['’]t (?:say|give|tell|estimate)"
    r"|not (?:yet )?known|unknown|没有.{0,6}(?:日期|时间|预计)|无法.{0,8}(?:预计|估计|确定|给出|判断)|暂无|不确定|未知",
    re.IGNORECASE,
)
TODAY = re.compile(r"\btoday\b|\btonight\b|今天|今日|今晚", re.IGNORECASE)


def any_word(pattern: str, text: str) -> bool:
    """Whether one of the words of a vocabulary entry stands in a text."""
    return re.search(pattern, text, re.IGNORECASE) is not None


_OPENS_WITH_YES = re.compile(
    r"\W*(?:yes|sure|of course|certainly|可以|能|好的|没问题)", re.IGNORECASE
)


def says_no(text: str) -> bool:
    """Whether a text refuses somewhere and does not open with a yes."""
    return NEGATIVE.search(text) is not None and _OPENS_WITH_YES.match(text) is None


def says_yes(text: str) -> bool:
    """Whether a text grants something before it refuses anything."""
    no, yes = NEGATIVE.search(text), POSITIVE.search(text)
    return yes is not None and (no is None or yes.start() < no.start())
