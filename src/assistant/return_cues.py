"""Words said around a return, an exchange or a report, beside those that ask for one."""

from __future__ import annotations

import re

from assistant.questions import asks
from assistant.saying import says

_WORN = re.compile(
    r"\b(?:worn|washed|unwrapped|opened|used it|tried it on|tags? (?:is|are|came|cut)"
    r"|(?:took|taken) (?:it|them|one)? ?out(?: of (?:the|its|their) \w+)?|broke the seal"
    r"|(?:threw|thrown|no|lost) [^.?!]{0,16}\b(?:box|packaging|wrapping))\b"
    r"|用(?:过|了[一几两])|[拆开]了(?:包装|封|外?盒|箱)|拆[开封]了?|拆过|开封|(?:封条|塑封|封口|膜)[^，。？！]{0,3}[撕拆剪破]|撕[了开掉]|吊牌|洗过|[穿试背]过|下过水"
    r"|(?:包装|外?盒|箱|袋)子?[^，。？！]{0,6}(?:扔|丢|没了|不在|破|撕|坏)|没有?(?:原?包装|盒子|外盒)",
    re.IGNORECASE,
)
_NOT_WORN = re.compile(
    r"[没沒未](?:有)?(?:怎么)?[拆开用穿洗动试背点碰撕剪喝吃]"
    r"|\b(?:un|never |not )(?:used|worn|opened)\b"
)
_AND_THAT = re.compile(
    r"^(?:那么?|还有|好吧|哦|行吧|[\s,，])*(?P<goods>[^，。？！,?!\s]{1,12}?)"
    r"(?:呢|咧|(?:总|也|应该)?(?:能|可以|行|成)(?:了)?[吧吗嘛不]|(?:能不能|可不可以|行不行|也一样吗))"
    r"(?=$|[\s,，。？?！!呀啊])"
)
_ONE_MORE = re.compile(
    r"(?:(?:and|but|so|ok|okay|oh|ugh|wow|right|fine|hm+|well|what about|how about|why not)"
    r"[\s,.]+)*"
    r"(?:the|my|that|those)(?: \w+){1,5}(?:\?|[,.](?= ?(?:i|it|they|we|took|never|still|not)\b)"
    r"(?! ?(?:i|we) (?:want|need|wish|would|['’]d|like)))",
    re.IGNORECASE,
)
"""What is asked about like the item before, whatever is told of it: "and the pillow? It's open."
"""
_BOUGHT = re.compile(
    r"^(?:就?是|我)?[^，。？！,?!]{0,12}(?:买|下单|收到|签收|到货|拍|订)的[吧呀啊哦呢了]?[\s。.!！]*$"
)
_WAITED = re.compile(
    r"^(?:这?都|已经|等了|过了|可是?)[^，。？！]{0,8}(?:天|星期|礼拜|周|个月)了?[\s。.!！]*$"
    r"|^\W*(?:(?:but|and|so|well|ok|no|hey|ugh|wow)[\s,]+)*(?:(?:that(?:['’]?s| is)|it(?:['’]?s"
    r"| has|['’]?s been| has been)|been|i(?:['’]ve| have)(?: been)? wait\w*)(?: \w+){0,4} )?"
    r"(?:\d+|an?|two|three|four|five|six|seven|eight|nine|ten|several|some) (?:\w+ )?"
    r"(?:days?|weeks?|months?)\b(?: (?:now|already|ago|and|still|nothing|waiting|passed)\b)*"
    r"(?:[\s.!,]+\w+)?\W*$",
    re.IGNORECASE,
)
_NOT_WANTED = re.compile(
    r"(?<!要)(?:不想要|不要|不想留|不打算要)(?:了|啦)|(?:用不上|不合适|不喜欢|不好看)了?[\s。!！]*$"
    r"|\btoo (?!late|long|slow|much|many|soon|bad|expensive|good)\w+ (?:for|on) (?:me|us|my|our)\b"
    r"|\b(?:don['’]?t|doesn['’]?t|didn['’]?t|do not|does not) (?:really |quite )?(?:like|suit|fit"
    r"|match|go with)\b|\bnot (?:really )?(?:what i (?:expected|wanted|imagined|hoped)"
    r"|my (?:style|taste|thing))\b|\b(?:no|not much) use for\b|\bnot happy with (?:it|the|them)\b"
    r"|太[丑土大小暗亮深浅薄厚硬软重沉]了?(?=$|[\s,，。!！])|差太多|差[别距]?太大|色差|失望"
    r"|(?:声音|噪音|动静|味道?|气味|味儿)[^，。？！]{0,3}(?:[好太真很这有][么点]?(?:大|响|吵|重|冲|难|刺)|刺鼻|难闻)",
    re.IGNORECASE,
)
_ONCE_HERE = re.compile(
    r"(?:到了?|收到|拿到|到手|到货|签收)(?:了)?(?:以?之?后)?[^，。？！]{0,6}(?:不|再|发现|要是|如果)"
    r"|\b(?:once|when|after) (?:it|they|this|that) (?:\w+ )?(?:arrives?|comes?|gets? here)\b"
)
_PHOTOS = re.compile(
    r"照片|图片|视频|拍[好了照完]|截图|\bphotos?\b|\bpictures?\b|\bvideo\b", re.IGNORECASE
)
_HOW = re.compile(r"怎么|咋|哪|如何|\bhow\b|\bwhere\b", re.IGNORECASE)


def tells_of_wear(text: str) -> bool:
    """Whether a text speaks of goods as opened, used, or without their packaging."""
    return _WORN.search(text) is not None and _NOT_WORN.search(text) is None


def asks_the_same(text: str) -> bool:
    """Whether a short text asks for something else what was asked before: "那围裙呢"."""
    return _AND_THAT.search(text) is not None or _ONE_MORE.match(text) is not None


def tells_when_bought(text: str) -> bool:
    """Whether a text says no more than when or where something was bought."""
    return _BOUGHT.search(text) is not None


def tells_of_waiting(text: str) -> bool:
    """Whether a text says no more than how long it has been."""
    return _WAITED.search(text) is not None


def wants_no_longer(text: str) -> bool:
    """Whether a text says that goods are not wanted any more."""
    return _NOT_WANTED.search(text) is not None


def speaks_of_later(text: str) -> bool:
    """Whether a text asks what holds once goods have come: "到了不喜欢可以退吗"."""
    return _ONCE_HERE.search(text) is not None


asks_to_post_back = says(
    r"(?<!怎么)(?:要|用|需要|得|必须|非得)[^，。？！]{0,6}寄(?:回|过|给|还)?[^，。？！]{0,4}(?:吗|嘛|么|不|没)"
    r"|寄不寄回|\b(?:do|must|should|have) i (?:\w+ ){0,3}(?:to )?(?:send|post|ship)"
    r" (?:\w+ ){1,5}back\b"
)
"""Whether a text asks if something has to be sent back."""


asks_to_refuse = says(r"拒收|拒签|\brefus\w+ (?:\w+ )?(?:parcel|package|delivery|it)\b")
"""Whether a text asks about refusing a parcel."""


def speaks_of_photos(text: str) -> bool:
    """Whether a text says that photos are there, or asks how to hand them over."""
    return _PHOTOS.search(text) is not None and (bool(_HOW.search(text)) or not asks(text))


def tells_of_no_wear(text: str) -> bool:
    """Whether a text says that goods were not opened or used."""
    return _NOT_WORN.search(text) is not None


_HOW_BACK = re.compile(
    r"怎么寄|咋寄|如何寄|寄[到给]?(?:哪|谁|什么)|寄件"
    r"|上门[^，。？！]{0,2}[取收拿揽]|揽[收件]|(?:来|到)(?:我)?家里?[^，。？！]{0,3}[取收拿]"
    r"|(?:有人|快递员?|顺丰|你们|派人)[^，。？！]{0,6}来[^，。？！]{0,3}[取收拿]|预约[^，。？！]{0,6}[取收揽]"
    r"|\bhow (?:do|should|can) i (?:send|post|ship)\b"
    r"|\b(?:pick(?:ed)? (?:it|them|this|that|the (?:parcel|box|return)) ?up"
    r"|collect(?:ed)? (?:it|them)|pick(?:ed)? up (?:from|at) (?:my|home|our)"
    r"|come (?:and|to) (?:get|collect|fetch|pick))\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^(?:(?:好|行|嗯|对|那|就|可以|的|吧|还是|[\s,，])*)(?:[退换]|退货|换货)(?:掉|它|这个)?(?:了|吧|呗)*"
    r"[\s。!！]*$"
)
_CLAUSE = re.compile(r"[,，。!！;；]\s*|(?<=[\u3400-\u9fff])\s+")
_FINE = re.compile(r"没事|没问题|没坏|没毛病|不用动|先留着")


asks_of_the_new_one = says(
    r"(?:新的|新货|换的|换货)[^，。？！]{0,6}(?:什么时候|啥时候|几天|多久|何时|先)|再换[^，。？！]{0,3}次|换几次"
    r"|\bnew one\b[^.?!]{0,24}\b(?:sent|ship\w*|come|arrive)\b"
    r"|\bwhen\b[^.?!]{0,24}\bnew one\b"
)
"""Whether a text asks when what comes in exchange is sent, or how often one may exchange."""


def asks_how_to_post(text: str) -> bool:
    """Whether a text asks how, or to where, something is sent back, or whether it is fetched."""
    return _HOW_BACK.search(text) is not None


speaks_of_membership = says(r"会员|[金银白]卡|铂金|\bmember\w*\b|\b(?:gold|platinum)\b")
"""Whether a text speaks of what members have."""


def says_it_again(text: str, label: str) -> bool:
    """Whether a text is no more than the bare word for the change that ``label`` is: "换"."""
    verb = {"do.return": "退", "do.exchange": "换", "do.items": "换"}.get(label)
    return verb is not None and any(
        verb in one and _BARE.search(one) for one in _CLAUSE.split(text)
    )


def leaves_the_rest(text: str) -> bool:
    """Whether a text says that something else is as it should be."""
    return _FINE.search(text) is not None
