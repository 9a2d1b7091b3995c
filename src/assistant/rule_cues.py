"""Words that ask for a rule of the shop, whatever else a message sounds like."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from typing import NamedTuple

from assistant.asking.countries import names_country
from assistant.cues import speaks_of_sending
from assistant.listening import SAYS_LITTLE
from assistant.matters import LABELS
from assistant.questions import asks
from assistant.return_cues import asks_of_the_new_one, asks_to_post_back, asks_to_refuse
from assistant.saying import says

OPEN_TO_CUES = SAYS_LITTLE | {"orders", "policy", "product", "order.where", "order.when"} | {
    "order.contents", "order.payment", "order.refund", "missing", "may.address", "do.address",
}  # fmt: skip
"""Labels that plain words overrule."""

_ANY = frozenset(LABELS)
_OF_WRONG_GOODS = frozenset({"damaged", "may.return", "do.return", "may.exchange", "do.exchange"})

_COMPENSATION = re.compile(
    r"\bwhat (?:do|will|would|can|should) (?:i|we) get\b(?=[^.?!]*\b(?:late|lost|delay\w*|wait)\b)|"
    r"\b(?:compensat\w+|voucher|(?:get|receive) (?:anything|something|a (?:credit"
    r"|discount)))\b"
    r"|\bfor (?:the|all (?:this|the)|my|this) (?:long )?(?:wait(?:ing)?|delay|trouble|hassle)\b"
    r"[^.!]{0,40}\bget\b|\bget\b[^.!]{0,40}\bfor (?:the|all (?:this|the)|my|this) (?:long )?"
    r"(?:wait(?:ing)?|delay|trouble|hassle)\b|\bmake (?:it|this|that) up to me\b"
    r"|\bget (?:my |the )?(?:\D?\d+[.,]\d\d|postage|(?:shipping|delivery)(?: fee| cost| money)?)"
    r" (?:back|refunded)\b"
    r"|有(?:什么|啥|个|没有?)(?:说法|表示)|给个说法|没(?:点|个)(?:说法|表示)"
    r"|补偿|賠償|赔偿|赔(?:我|给我)?[点个些]|赔我?什么|赔不赔|[会给能该得]赔|赔[吗嘛么]|赔多少"
    r"|给点什么|代金券|意思意思|(?:给|有)?(?:点|个|些)(?:说法|表示|安慰)|表示(?:一下|表示|点)",
    re.IGNORECASE,
)
_CARD_BALANCE = re.compile(
    r"\bgift ?-?cards?\b[^.?!]{0,30}\b(?:balance|left|remain\w*|worth)\b"
    r"|\b(?:balance|left|remain\w*)\b[^.?!]{0,30}\bgift ?-?cards?\b"
    r"|(?:礼品卡|禮品卡|购物卡|储值卡)[^，。？！]{0,6}(?:余额|餘額|还?剩|多少[钱錢])",
    re.IGNORECASE,
)
_WARRANTY = re.compile(r"\bwarrant|\bguarantee|[保質质]修|质保|質保", re.IGNORECASE)
_PAYMENT_FAILED = re.compile(
    r"\b(?:pay(?:ing|ment)?|paid|card|checkout|charge)\b[^.?!]{0,60}"
    r"(?:\b(?:declined|refused|rejected|failed|fails|failing|error)\b|n['’]t (?:go through|work)"
    r"|not (?:go through|work|going through))"
    r"|(?:付款|支付|付钱|扣款|刷卡)[^，。？！]{0,8}(?:失败|不了|不成功|报错|出错|没成功|被拒)",
    re.IGNORECASE,
)
_PRICE_FELL = re.compile(
    r"\bprice (?:has |just |have )?(?:drop|fell|adjust|protect|gone? down|went down)"
    r"|\b(?:yours|it|they|the price|prices?) (?:go|gone|went|come|came) down\b"
    r"|\b(?:cheaper|on sale|reduced) (?:now|today)\b|\bnow (?:it'?s )?(?:cheaper|on sale)\b"
    r"|降[了]?价|[退补](?:我|给我|个|点|一下|还)*差价|差价[^，。？！]{0,3}[退补]|价保|保价|(?:今天|现在|又)便宜"
    r"|(?:再|又|要是|如果|万一|等|明天|活动|打折|大促)[^，。？！]{0,8}降(?:了|下来)|(?:搞|做|有)活动[^。？！]*(?:差价|便宜)",
    re.IGNORECASE,
)
_CHEAPER_ELSEWHERE = re.compile(
    r"\bprice[- ]?match|\b(?:match|beat) (?:that|the|their) price\b"
    r"|\b(?:cheaper|less) (?:elsewhere|somewhere else|at another)"
    r"|\b(?:another|other|different) (?:shop|store|site|place|seller)\b.*"
    r"\b(?:match|beat|meet)\b"
    r"|\b(?:can|could|will|would|do) you (?:guys )?(?:match|beat|meet) (?:it|that|this|them)\b"
    r"|(?:别家|别人家|别的(?:店|平台|地方|网站)|其他(?:店|平台|地方|网站)|隔壁|拼多多|淘宝|京东|亚马逊|超市|商场|外面|网上)"
    r"[^，。？]{0,12}(?:便宜|才\S{0,3}[\d一二三四五六七八九十百]|只[要卖]|低)",
    re.IGNORECASE,
)
_HAND_OVER = re.compile(
    r"(?=.*\b(?:can|could|may|might|would|will|should|must|need|have to|got to"
    r"|is (?:that|this)|what (?:if|happens)|if)\b).*"
    r"(?:\bneighbou?rs?\b|\bsafe place\b|\bporch\b|\bdoorstep\b|\bsign for (?:it|them|that)\b"
    r"|\b(?:show|bring|need|have) (?:my |an |any |some )?id\b|\btell the (?:driver|courier)\b"
    r"|\bsignature\b|\b(?:hold|keep) (?:it|them) (?:at|for)\b"
    r"|\b(?:leave|left|put) (?:it|them) (?:at|by|in|behind|outside|with)\b"
    r"|\b(?:be|i['’]?m|am|are|is|stay|was) (?:not |out|away)?(?:at home|home|in when|out at work)\b"
    r"|\b(?:nobody|no ?one)(?:['’]s| is)? (?:at )?(?:home|in)\b)"
    r"|.*\b(?:pick|collect)\w* (?:it|them|that|this|the parcel)(?: up)?\b[^.?!]*\b(?:shop|store"
    r"|point|locker|station|depot|post office|near|close|myself)\b"
    r"|(?!.*(?:什么时候|几点|哪天|谁|丢|不见|[没沒](?:有)?[收看找]))"
    r".*(?:放(?:在|到)?[^，。]{0,4}(?:门口|柜|丰巢|驿站|物业|门卫|保安|前台)|家里?没人|不在家|改[天日期]再?[派配]?送)",
    re.IGNORECASE | re.DOTALL,
)
_HURRY = re.compile(
    r"\b(?:can|could|would|is there|any (?:way|chance)|possible)\b.*\b(?:rush|hurry|expedite|faster"
    r"|quicker|speed (?:\w+ )?up|(?:to|by|with|for) express|next[- ]day)\b|加急",
    re.IGNORECASE | re.DOTALL,
)
_FASTER = r"加急|特快|次日达|当日达|优先(?:发|配|派|送)|插队|(?:快|早)[点些](?:发|送|到|寄)"
_EXPRESS_TOO = re.compile(
    rf"(?:改|换|升|转|加钱|加价|补|多[付给])[^，。？！]{{0,8}}(?:{_FASTER})"
    rf"|(?:{_FASTER}|改快递|换快递)[^，。？！]{{0,4}}[\s，,]*(?:[吗嘛不吧]|行|成|可以|能不能|我?[补加付]|要[补加]|急)"
    rf"|(?:能|可以|想|要)[^，。？！]{{0,6}}(?:加急|特快|次日达|当日达|优先|插队)|普通[^，。？！]{{0,4}}(?:加急|特快)"
    r"|\b(?:upgrade|switch|change|make|move|bump)\b[^.?!]{0,30}\b(?:express|next[- ]day|faster"
    r" (?:shipping|delivery))\b|\b(?:pay|add)\b[^.?!]{0,24}\bexpress\b",
    re.IGNORECASE,
)
_ALREADY_EXPRESS = re.compile(
    r"[没未]到|晚|迟|退|白花|花了|买的加急|选的加急|\b(?:late|refund\w*|paid|back)\b", re.IGNORECASE
)
_POINTS = re.compile(r"\bpoints\b(?! out)|积分", re.IGNORECASE)
asks_why_postage = says(
    r"\bwhy\b[^?]*\b(?:charg\w+|pay|paid|fees?|costs?|add(?:ed)?)\b[^?]*"
    r"\b(?:shipping|postage|delivery)\b|\bwhy\b[^?]*\b(?:shipping|postage|delivery) (?:fee|cost"
    r"|charge)|\bwhy(?:['’]s| is) (?:the )?(?:shipping|postage|delivery) (?:so (?:high|much|dear)"
    r"|\D?\d)|\b(?:shipping|postage|delivery)\b[^.?!]*\band why\b"
    r"|\bhow come\b[^.?!]*\b(?:shipping|postage|delivery)\b"
)
"""Whether a text asks why shipping was charged."""

_POSTAGE_FREE = re.compile(r"包邮|免邮|免运费|\bfree (?:shipping|delivery)\b", re.IGNORECASE)
_TIERS = re.compile(
    r"会员|(?:黄金|铂金|白银)(?!色)|\b(?:gold|platinum|silver) (?:member|tier|status)"
)
_PARTS = re.compile(
    r"单独?(?:买|卖|配)|(?:买|配|卖|换)个?新?的?(?:配件|零件|密封圈|垫圈|滤网|盖子|底座)|(?:配件|零件|密封圈)[^，。？！]{0,6}[买卖配]"
    r"|\bspare (?:part|lid|seal)s?\b|\breplacement (?:part|lid|seal)s?\b",
    re.IGNORECASE,
)
_INVOICE = re.compile(
    r"\b(?:vat|tax) invoice\b|\binvoices?\b[^.?!]{0,30}\b(?:company|vat|tax)\b"
    r"|[普专]票|[开開要补補].{0,6}(?:发票|發票)|(?:发票|發票)[^，。？！]{0,6}[开開要抬]|抬头|税号|账单|收据|小票"
)
_LABEL = re.compile(r"\b(?:return )?labels?\b|\bqr code\b|面单|退货单", re.IGNORECASE)
_SHIPPING_BACK = re.compile(
    r"\b(?:shipping|postage|delivery)(?: (?:fee|costs?|charge|money))?\b[^.?!]{0,20}"
    r"\b(?:back|refunded|reimbursed)\b",
    re.IGNORECASE,
)
_MUST_SEND_BACK = re.compile(
    r"\b(?:do|must|should|shall|will|would) (?:i|we) (?:(?:have|need) to |also |first |really )*"
    r"(?:send|return|ship|post|mail|give|bring|hand)\b[^.?!]{0,30}\b(?:back|return(?:ed)?|first)\b"
    r"|\b(?:can|may|do|shall|could) (?:i|we) (?:just |get to )?(?:throw|bin|chuck|keep|dispose)\b"
    r"|(?:需要|要不要|用不用|必须|要)(?:先|把)?[^，。？]{0,8}(?:寄回|退回|寄还)(?:来|去)?(?:吗|嘛|么|不)",
    re.IGNORECASE,
)
_BY_PHONE = re.compile(
    r"\b(?:phone|telephone|hotline)(?: number)?\b|\b(?:number|line)\b[^.?!]{0,24}\b(?:ring|call"
    r"|dial|phone)\b|\b(?:call|ring|phone) (?:you|someone|your)\b"
    r"|\b(?:opening|office|business|working|service) hours\b|\bwhat (?:hours|times?) are you\b"
    r"|电话|電話|热线|熱線|几点(?:有人|上班|下班|开始|到几点)|(?:营业|工作|上班|服务|客服)时间",
    re.IGNORECASE,
)
_OF_MINE = re.compile(
    r"\b(?:my|me|change|wrong|courier|carrier|driver)\b|我的|快递|骑手|司机|改|换|打给我|给我打"
)


_COURIER = (
    r"(?:driver|courier|carrier|post(?:man|ie|woman)|delivery (?:guy|man|woman|person|driver)"
    r"|dhl|ups|usps|fedex|dpd|gls|hermes|evri|royal mail|sf express|yamato)"
)
tells_the_courier = says(
    r"^(?!.*\b(?:where|lost|missing|returns?|trace|investigat\w+|stuck|complain\w*|rude|broke|damag\w*)\b)"
    r"(?!.*\b(?:pick(?:ing)? up|collect|fetch|move|haul|transport) (?:an?|some|my|our)"
    r" (?!(?:\w+ )?(?:returns?|parcels?|packages?|orders?|box(?:es)?)\b))"
    rf".*(?:\b(?:tell|ask|let|have|get|inform|instruct|remind) (?:\w+ ){{0,2}}{_COURIER}\b"
    rf"|\b(?:can|could|would|will|should|may) (?:the )?{_COURIER}\b)"
    r"|^(?!.*(?:[在到]哪|丢|[没未]收到|投诉|态度|[坏碎]了)).*(?:让|叫|请|告诉|通知)(?:一下)?"
    r"(?:他们|小哥|快递员?|师傅|骑手|[派配]送员|顺丰|dhl|ups|承运商)[^，。？！]{0,10}(?:送|改|转|存|晚|早)"
)
"""Whether a text wants something of whoever brings the parcel."""

asks_another_day = says(
    r"\b(?:can|could|may|possible|way|would|like|choose|pick|rather)\b[^.?!]{0,40}"
    r"\b(?:deliver\w*|bring|brought|come|dropped)\b[^.?!]{0,24}"
    r"\b(?:on (?:an?(?:other)? )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:an?other|a different"
    r"|some other) (?:day|time)|later (?:in|on|that)|in the (?:morning|evening|afternoon)"
    r"|after (?:\d|five|six|seven|work)|at the weekend)\b"
)
"""Whether a text asks for a parcel to be brought at another time."""


def _asks_of_a_country(text: str) -> bool:
    """Whether a text speaks of sending to a country by its name."""
    return speaks_of_sending(text) and names_country(text)


asks_before_buying = says(
    r"(?=.*\b(?:wh?en|how (?:long|late|soon|fast|quick(?:ly)?)|arriv\w+|(?:be|get|is|it['’]s) here"
    r"|in time|(?:by|before|for|till|until) (?:the )?(?:\d|christmas|xmas|easter|thanksgiving"
    r"|new year|valentine|(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|the weekend))\b)"
    r".*(?:\b(?:if|when|once|before|should) (?:i|we) (?:were to )?(?:order|buy|purchase)\b"
    r"|\b(?:must|should|can|could|do|would) (?:i|we)(?: still| have to| need to)* (?:order|buy)\b"
    r"|\b(?:have|need|got) to (?:order|buy|place (?:it|an order|my order))\b"
    r"|\b(?:last|latest) (?:day|date|time|moment)? ?(?:to|for|i can) (?:order\w*|buy\w*)\b"
    r"|\bto order (?:it |one |something )?(?:by|before|in time)\b)"
    r"|(?:新下的|重新[下拍买订](?:的|单)?|再[下拍买订](?:一?[个单])?的?|(?:现在|马上|这会儿|要是|如果)[^，。？！]{0,3}(?:下单|[拍买订]))"
    r"(?!的?那)[^，。？！]{0,8}(?:什么时候|啥时候|几时|多久|几天|今天|明天|几号|哪天|能|会|可以)[^，。？！]{0,6}[发到送寄收]"
)
"""Whether a text asks of goods that are yet to be ordered: "when do I have to order"."""

asks_when_the_window_starts = says(
    r"\b(?:\d+|seven|fourteen|thirty)[- ]days?\b[^.?!]{0,24}\b(?:starts?|begins?|count\w*|run)\b"
    r"|\b(?:return|exchange) (?:window|period|time|days)\b[^.?!]{0,24}\b(?:starts?|begins?|count\w*"
    r"|runs? from)\b|从哪天(?:开始)?[算起]"
)
"""Whether a text asks from which day the days for a return are counted."""

_CODES = re.compile(
    r"\b(?:discount|promo(?:tion(?:al)?)?|voucher|coupon) ?codes?\b|\bcoupons?\b"
    r"|优惠券|折扣码|优惠码",
    re.IGNORECASE,
)
_OF_EXPRESS = frozenset(
    {"may.items", "do.items", "may.exchange", "do.exchange", "may.refund", "do.refund"}
)
_SWAPS = frozenset({"may.exchange", "do.exchange", "may.items", "do.items"})
_OWED = re.compile(
    r"(?:总|也|怎么|都|至少|应该|必须|是不是)[^，。？！]{0,4}(?:赔|补偿|意思|表示|说法)"
)
"""Money for the trouble, demanded rather than asked after."""


speaks_of_a_gift = says(
    r"礼[品物]?(?:包装|盒|袋)|包装成礼|贺卡|[别不]要?[写放显带印][^，。？！]{0,3}价|不显示价|价格[^，。？！]{0,4}(?:别|不)[写放显印]"
    r"|\b(?:prices?|receipt|bill|invoice|slip)\b[^.!]{0,40}\b(?:in(?:side)?) (?:it|there"
    r"|the (?:box|parcel|package))\b(?=.*\b(?:gift|present|birthday|surprise)\b)"
    r"|\b(?:gift|present|birthday|surprise)\b.*\b(?:prices?|receipt|bill|invoice|slip)\b"
    r"[^.?!]{0,24}\b(?:in(?:side)?|show\w*|see)\b"
    r"|\bgift[- ](?:wrap\w*|box|message|receipt)|\bgreeting card\b"
)
"""Whether a text speaks of goods as a present: wrapped, or without their price."""


class _Cue(NamedTuple):
    """``over`` which labels it wins; ``told``: a statement counts, too; ``sure``: so do labels
    that are all but certain."""

    words: Callable[[str], object]
    over: Set[str] = OPEN_TO_CUES
    told: bool = False
    sure: bool = True


def asks_what_one_gets(text: str) -> bool:
    """Whether a text asks what the shop gives for its own fault."""
    return _COMPENSATION.search(text) is not None


def finds_it_cheaper(text: str) -> bool:
    """Whether a text asks for the price of another shop."""
    return _CHEAPER_ELSEWHERE.search(text) is not None


def speaks_of_a_lower_price(text: str) -> bool:
    """Whether a text is about a price that fell after the purchase."""
    return _PRICE_FELL.search(text) is not None


def wants_express_too(text: str) -> bool:
    """Whether a text asks for faster shipping of what was ordered without it."""
    return _EXPRESS_TOO.search(text) is not None and not _ALREADY_EXPRESS.search(text)


def asks_who_takes_it_in(text: str) -> bool:
    """Whether a text is about a parcel for which nobody is at home."""
    return _HAND_OVER.match(text) is not None


def asks_how_to_call(text: str) -> bool:
    """Whether a text asks for the shop's number or hours, rather than for a person now."""
    return _BY_PHONE.search(text) is not None and not _OF_MINE.search(text.lower())


_CUES = (
    _Cue(_WARRANTY.search, _ANY - {"handoff", "product", "order.when", "order.where"}),
    _Cue(asks_who_takes_it_in, (OPEN_TO_CUES | {"may.address"}) - {"missing"}, told=True),
    _Cue(asks_why_postage),
    _Cue(tells_the_courier, _ANY - {"damaged", "missing", "order.where"}, told=True),
    _Cue(asks_another_day, OPEN_TO_CUES | {"other"}),
    _Cue(asks_before_buying, OPEN_TO_CUES - {"product"}, told=True),
    _Cue(asks_when_the_window_starts, OPEN_TO_CUES | {"may.return"}, told=True),
    _Cue(_CODES.search, OPEN_TO_CUES | {"may.payment", "do.payment", "may.items"}),
    _Cue(wants_express_too, OPEN_TO_CUES | _OF_EXPRESS, told=True),
    _Cue(_HURRY.search),
    _Cue(speaks_of_a_gift, OPEN_TO_CUES | {"may.items", "do.items"}, told=True),
    _Cue(_POINTS.search),
    _Cue(speaks_of_a_lower_price, _ANY, told=True),
    _Cue(finds_it_cheaper, OPEN_TO_CUES | _SWAPS, told=True),
    _Cue(_PAYMENT_FAILED.search, _ANY, told=True, sure=False),
    _Cue(_CARD_BALANCE.search, _ANY, told=True),
    _Cue(asks_what_one_gets, OPEN_TO_CUES | {"may.refund"}),
    _Cue(_OWED.search, OPEN_TO_CUES, told=True),
    _Cue(_POSTAGE_FREE.search, OPEN_TO_CUES | {"may.refund", "may.return"}),
    _Cue(_TIERS.search, frozenset({"orders", "product", "order.contents", "order.payment"})),
    _Cue(_PARTS.search, (OPEN_TO_CUES | {"damaged", "may.items"}) - {"missing"}),
    _Cue(_asks_of_a_country, frozenset({"product", "other", "policy"}), told=True),
    _Cue(_INVOICE.search, OPEN_TO_CUES | {"may.payment", "may.items"}, told=True),
    _Cue(_LABEL.search),
    _Cue(_SHIPPING_BACK.search, (OPEN_TO_CUES - {"order.refund"}) | {"may.refund"}),
    _Cue(_MUST_SEND_BACK.search, OPEN_TO_CUES | _OF_WRONG_GOODS),
    _Cue(asks_to_post_back, _ANY - {"handoff", "order.where", "order.when"}),
    _Cue(asks_of_the_new_one, frozenset({"may.exchange", "policy"})),
    _Cue(asks_to_refuse, _ANY - {"handoff"}),
    _Cue(asks_how_to_call, OPEN_TO_CUES | {"handoff"}),
)


_DO_I = re.compile(r"\b(?:do|will|would|can|could|should) i (?:get|have|need)\b", re.IGNORECASE)


def asks_a_rule(text: str, label: str, *, sure: bool) -> bool:
    """Whether only a rule answers a text that was taken for ``label``; ``sure``: all but surely."""
    question = asks(text) or _DO_I.search(text)
    return any(
        label in cue.over
        and bool(question or cue.told)
        and (cue.sure or not sure)
        and cue.words(text)
        for cue in _CUES
    )
