"""When a conversation goes to a person, by rules over the customer's words and what came before.

Words are read a sentence at a time. What is asked as a possibility ("could it catch fire?") is a
question to answer, and what is told of somebody else's trade ("I am a lawyer") is no threat.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from orderdb.mood import Mood, mood, mood_of
from orderdb.statuses import ReasonCode

FAILED_TURNS = 3
"""So many turns in a row that came to nothing bring a person."""


@dataclass(frozen=True)
class Before:
    """What came before a message: the customer's words, oldest first, and how turns went.

    ``refused``: the last answer said no by a rule. ``failed``: turns in a row that came to nothing.
    """

    said: Sequence[str] = ()
    refused: bool = False
    failed: int = 0


def reason_for(message: str, before: Before | None = None) -> ReasonCode | None:
    """Why this message is for a person; None when the assistant should answer it."""
    before = before or Before()
    sentences = [one for one in _SENTENCE.findall(message) if one.strip()]
    for code, demanded in _BY_WORDS:
        if any(_means(demanded, sentence) for sentence in sentences):
            return code
    if before.refused and _only_insists(sentences):
        return ReasonCode.LIMIT
    if before.failed >= FAILED_TURNS:
        return ReasonCode.FAILED_TURNS
    if _still_angry(message, before.said):
        return ReasonCode.MOOD
    return None


def reason_given(message: str) -> ReasonCode:
    """Why a person was called where somebody else decided to: a model, or a reading."""
    by_words = reason_for(message)
    if by_words is not None:
        return by_words
    if mood_of(message) is not Mood.CALM:
        return ReasonCode.COMPLAINT
    agreed = len(message.split()) <= _SHORT and len(message) <= _SHORT_CHARACTERS
    return ReasonCode.WISH if agreed or _A_PERSON.search(message) else ReasonCode.UNSUPPORTED


def _only_insists(sentences: Sequence[str]) -> bool:
    """Whether somebody wants it all the same; who asks something, too, is answered first."""
    asked = [one for one in sentences if not _INSISTS.search(one) and _ASKS.search(one)]
    return len(sentences) > 0 and not asked and any(_INSISTS.search(one) for one in sentences)


def misunderstood(message: str) -> bool:
    """Whether a message says that the last answer was beside the point."""
    return _BESIDE_THE_POINT.search(message) is not None


def _still_angry(message: str, said: Sequence[str]) -> bool:
    """An angry customer is answered once; whoever is no calmer afterwards gets a person."""
    if not said or mood_of(message) is Mood.CALM or mood_of(said[-1]) is Mood.CALM:
        return False
    return mood([*said, message]) is Mood.ANGRY


@dataclass(frozen=True)
class _Demand:
    """Words that mean it, unless the sentence also holds words that say otherwise."""

    meant: re.Pattern[str]
    unless: re.Pattern[str]


def _means(demand: _Demand, sentence: str) -> bool:
    return bool(demand.meant.search(sentence)) and not demand.unless.search(sentence)


def _words(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.IGNORECASE)


_SHORT, _SHORT_CHARACTERS = 3, 16
_SENTENCE = re.compile(r"[^.!?。！？；;\n]+[.!?。！？；;]*")
_PERSON = (
    r"(?:human|person|people|(?:customer )?(?:service )?agent|representative|rep|someone|somebody"
    r"|manager|supervisor|member of staff|staff|employee|operator|advisor|adviser)"
)
_POSSIBLE = (
    r"^\W*(?:(?:but|and|so|hi|hello|also) )?(?:can|could|might|may|will|would|does|do|is|are"
    r"|what if|if|in case) (?!you\b|i (?:speak|talk|chat)\b)[^?]*\?|\b(?:just in case|prevent"
    r"|protect(?:s|ion)? (?:from|against))\b",
    r"(?:会不会|會不會|是否|有没有可能|有沒有可能|万一|萬一|如果|防止?|怕|担心|擔心|容易|不会|不會).{0,8}"
    r"(?:起火|着火|著火|冒烟|冒煙|爆炸|触电|觸電|漏电|漏電|鼓包|漏液|受伤|受傷|烫伤|燙傷|过敏|過敏|中毒)",
)

_SAFETY = _Demand(
    _words(
        r"\b(?:caught|catches|started|set|is on|was on|went up in|burst into) (?:a )?"
        r"(?:fire|flames?)\b|\b(?:it|battery|charger|kettle|phone|device|lamp|plug|adapter|heater|screen|glass|bulb)"
        r" (?:just |has |suddenly )?(?:exploded|blew up|melted|sparked|burst)\b",
        r"\b(?:is|was|started|began|keeps?) (?:smok|spark)ing\b|\bsmoke (?:came|comes|is coming|was"
        r" coming|pour\w+) (?:out|from)\b|\b(?:electric(?:al)? shock|electrocuted|shocked me)\b",
        r"\bbattery (?:\w+ ){0,2}(?:swollen|swelled|bulging|leak(?:ed|ing)|overheat\w*)\b"
        r"|\b(?:swollen|bulging|leaking) battery\b",
        r"\b(?:burn(?:t|ed)|injured|hurt|poisoned|cut) (?:me|(?:my|him|her|them)sel(?:f|ves)|him"
        r"|(?:my|his|her|our|their) (?:\w+ )?(?:hands?|arms?|fingers?|face|legs?|eyes?|skin|foot"
        r"|feet|son|daughter|child(?:ren)?|kids?|baby|wife|husband|mother|father|cat|dog))\b"
        r"|\b(?:i|he|she|we|they|(?:my|our) \w+) (?:\w+ )?(?:was|were|got|is|has been|been) "
        r"(?:badly )?(?:hurt|injured|burn(?:t|ed)|poisoned|electrocuted)\b",
        r"\ballergic reaction\b|\b(?:went|taken|rushed|ended up|admitted|had to go) (?:\w+ )?"
        r"(?:in|to) (?:the )?(?:hospital|emergency room|er|a&e)\b"
        r"|\bswallowed (?:a|the|one|it|part)\b",
        r"\b(?:kill myself|end my life|suicid\w+|harm myself)\b",
        r"起火|着火了?|著火|冒(?:了|出)?(?:黑|白)?[烟煙]|爆炸(?!盐|鹽|糖|蛋)|触电|觸電|漏电|漏電"
        r"|电池.{0,3}(?:鼓包|鼓起|膨胀|漏液)|電池.{0,3}(?:鼓包|膨脹|漏液)",
        r"(?:烫|燙|烧|燒|割|划|砸)[伤傷]|受[伤傷]了?|过敏(?:了|反应)|過敏(?:了|反應)|中毒|送医|送醫"
        r"|(?:去|进|進|住)了?(?:医院|醫院)|住院|误吞|誤吞|吞(?:下|进)去?了?|自[杀殺]|不想活",
    ),
    _words(
        *_POSSIBLE,
        r"\b(?:allergic reactions? to .* (?:list|ingredients)|hurt my (?:feelings|wallet|eyes))\b",
    ),
)
_LAWYER = r"(?:lawyers?|attorneys?|solicitors?|legal team|barristers?)"
_LEGAL = _Demand(
    _words(
        rf"\b(?:my|our) {_LAWYER} (?:will|is|has|have|says?|said|told|shall|wants?|advis\w+)\b"
        rf"|\b(?:talk|speak|contact|consult|hire|get|call|instruct|involve|hear from|go|turn|see)"
        rf"(?:ing)? (?:to |with )?(?:my|a|our|an) {_LAWYER}\b",
        r"\b(?:sue|suing) (?:you|your|them|this|the (?:shop|company|store|seller)|for)\b"
        r"|\b(?:take|taking|bring(?:ing)?|see|seeing|go|going) (?:you |this |it |them )?"
        r"(?:guys )?(?:to|in) (?:small claims )?court\b",
        r"\blegal (?:action|proceedings|steps|route)\b|\bsmall claims\b|\blawsuit\b",
        r"\b(?:report|complain|complaint|go|going|write|writing|escalat\w+|file|filing|contact"
        r"|inform)\b.{0,40}\b(?:consumer (?:protection|rights|affairs|office|agency|advice)"
        r"|trading standards|ombudsman|bbb|ftc|better business bureau|attorney general"
        r"|the police|data protection (?:authority|agency))\b",
        r"\b(?:file|start|raise|open|do|issue|request)\w* a chargeback\b"
        r"|\bcharge (?:this|it) back\b"
        r"|\bdispute (?:the|this|that|it|my)\b.{0,20}\b(?:charge|payment|bank|card)\b",
        r"(?:找|请|請|联系|聯繫|咨询|諮詢|让|讓|叫)(?:了|我的?|我们的?|我們的?|个|個)*(?:律师|律師)"
        r"(?!.{0,6}(?:收|送|寄))|(?:律师|律師)(?:函|信|会|會|已)",
        r"(?:要|会|會|准备|準備|直接)?(?:起诉|起訴)(?:你|贵|貴|商家|店|卖家|賣家)?|(?<![转轉广廣报報通"
        r"警劝勸])告(?:你们|你們|你(?!诉|訴)|商家|店家|平台|上法)|(?:上|去|到|向)(?:了)?(?:法院|法庭)"
        r"(?!路|附近|对面|旁)",
        r"法律(?:途径|途徑|手段|程序|责任|責任|武器)|打官司|走法律|诉讼|訴訟|仲裁|报警|報警",
        r"(?:打|拨打|投诉到?|举报到?|找|向|去).{0,3}(?:12315|消协|消費者?協會|消费者协会|消保官|消基會"
        r"|工商|市场监[督管]|市监)|(?:12315|消协).{0,2}(?:投诉|举报|见)",
    ),
    _words(
        r"\b(?:gift|present|shoes|birthday|tennis|food court|court shoes)\b",
        r"^\W*(?:what|which) (?:are|is) (?:my|the) (?:consumer|legal|statutory) rights?\b",
        r"(?:送给|送給|礼物|禮物|收货地址|收件|寄到|送到|地址)",
    ),
)
_WISH = _Demand(
    _words(
        rf"\b(?:speak|talk|chat)(?:ing)? (?:directly )?(?:to|with) (?:a |an |any|some |the |your )?"
        rf"(?:real |live |actual |human )?{_PERSON}\b",
        rf"\b(?:get|give|connect|transfer|put|pass|hand|forward|redirect|escalate)(?: me| this| us)"
        rf"\b.{{0,24}}\b{_PERSON}\b",
        rf"\b(?:i |we )?(?:want|need|would like|'d like|prefer|demand)s? (?:to have )?"
        rf"(?:a |an |some |your )?(?:real |live |actual |human )(?:human |{_PERSON})?\b"
        rf"|\b(?:want|need|would like|'d like|demand) (?:a |an |your )"
        rf"(?:human|agent|representative|manager|supervisor)\b",
        r"^\W*(?:(?:a |real |live )?(?:human|agent|representative|operator)(?: please)?)\W*$"
        r"|\b(?:human|live|real) (?:agent|support|representative|operator)(?:,? please|\W*$)",
        r"(?:转|轉|转接|轉接|换|換|找|要|接|叫|需要|联系|聯繫|安排)(?:到|个|個|一个|一個|一下|给|給)?"
        r"(?:人工(?!智|费|費|草|皮)|真人|活人|客服(?:人员|人員|专员|專員)|你们?(?:的)?(?:经理|主管|领导)"
        r"|你們?(?:的)?(?:經理|主管)|经理|經理|主管)",
        r"^\W*(?:人工|真人|转人工|轉人工|人工客服|人工服务|人工服務)\W*$"
        r"|(?:和|跟|与|與)(?:真人|人工|客服|你们经理)(?:说|聊|谈|說|談|沟通|溝通|对话)",
    ),
    _words(
        r"\b(?:(?:don'?t|do not|not) (?:want|need|wish|have|like)|no need|without|rather than"
        rf"|instead of) (?:\w+ ){{0,4}}{_PERSON}\b"
        r"|\b(?:delivery|carrier|courier|post) (?:agent|person|driver)\b",
        r"(?:不|别|別|勿|无需|無需|不用|不想|不必)(?:再|要|用|需要|想|必)*(?:转|轉|找|接|叫|联系)?.{0,2}"
        r"(?:人工|真人|客服)|人工(?:客服)?(?:的)?(?:几点|幾點|什么时候|什麼時候|电话|電話|工作时间|上班|在线时间)",
        r"\b(?:hours|opening times|available|phone number)\b.*\?",
    ),
)
_CREDIT = _Demand(
    _words(
        r"\b(?:want|demand|expect|deserve|insist on|would like|'d like|need) (?:\w+ ){0,4}"
        r"(?:compensation|goodwill|a (?:gesture|voucher|credit|discount for))\b"
        r"|\bcompensate (?:me|us)\b|\bmake an exception\b",
        r"(?:要求|我要|必须|必須|给我|給我|得)(?:你们|你們)?(?:给|給|做|一?个)?(?:赔偿|賠償|补偿|補償)"
        r"|[赔賠]我(?!们?多少)|(?:补|補)[偿償]我|破例|通融",
    ),
    _words(
        r"^\W*(?:what|how much|which|when|is there|are there|do (?:i|you)|how)\b",
        r"(?:吗|嗎|么|多少|怎么|怎麼|如何)[?？。]?\s*$",
    ),
)
_BEYOND_TOOLS = _Demand(
    _words(
        r"\b(?:delete|close|deactivate|erase) (?:my|our) (?:account|profile|(?:personal )?data)\b"
        r"|\b(?:change|update|correct) my (?:e-?mail|phone|mobile|telephone|login|password|surname"
        r"|last name|name)\b|\b(?:call|phone|ring) me (?:back|on|at|today|tomorrow|now)\b"
        r"|\bgive me a call\b|\b(?:bulk|wholesale) (?:order|purchase|enquiry|inquiry)\b",
        r"(?:注销|註銷|删除|刪除|关闭|關閉)(?:我的|我)?(?:账号|账户|帳號|帳戶|个人信息|個人資料)"
        r"|(?:改|修改|更换|更換|变更)(?:一下)?(?:我的|绑定的?)?(?:邮箱|郵箱|手机号|手機號|电话号码|登录密码)"
        r"|(?:给我|給我)?回(?:个|個)?(?:电话|電話)|打(?:个)?电话给我|给我打(?:个)?电话|大宗采购|批量采购",
    ),
    _words(
        r"^\W*(?:how|where|can i|could i|is it possible|what|do i|should i)\b",
        r"(?:怎么|怎麼|如何|哪里|哪裡|在哪|可以自己|能自己|吗[?？]?$)",
    ),
)
_BY_WORDS: tuple[tuple[ReasonCode, _Demand], ...] = (
    (ReasonCode.SAFETY, _SAFETY),
    (ReasonCode.LEGAL, _LEGAL),
    (ReasonCode.WISH, _WISH),
    (ReasonCode.LIMIT, _CREDIT),
    (ReasonCode.UNSUPPORTED, _BEYOND_TOOLS),
)
_INSISTS = _words(
    r"\b(?:exception|anyway|not (?:acceptable|fair|good enough)|unfair|unacceptable|come on|waive"
    r"|bend the rules|(?:i |we )still (?:want|need|insist)|i insist|do something|there must be"
    r"|why (?:not(?! (?:the|my|this|that|those|these|an?) \w)|can'?t (?:you|i))"
    r"|can'?t you (?:just|please)|make it (?:happen|work))\b",
    r"破例|通融|例外|想想?[办辦]法|不接受|不公平|凭什么|憑什麼|[还還]是要|必须[给要]|必須[給要]|坚持要|堅持要"
    r"|为什么不(?:行|能|可以)|為什麼不(?:行|能|可以)|就不能|不合理",
)
_ASKS = _words(
    r"^\W*(?:when|what|which|where|how (?:long|many|much|soon)|until)\b|\?\s*$",
    r"(?:哪|几[天号点]|幾[天號點]|多久|多少|什么时候|什麼時候|截止)|[?？]\s*$",
)
_A_PERSON = _words(rf"\b{_PERSON}\b", r"人工|真人|客服|经理|經理|主管|有人")
_BESIDE_THE_POINT = _words(
    r"\b(?:(?:that'?s|that is|this is|it'?s) not (?:what i (?:asked|meant|said|want(?:ed)?)|my "
    r"question|an answer|answering)|you (?:don'?t|do not|didn'?t|did not) (?:understand|get it"
    r"|answer|listen|read)|you'?re not (?:listening|answering|understanding)|i already (?:told|said"
    r"|gave)|wrong answer|not helpful|that does(?:n'?t| not) help|i (?:didn'?t|did not) ask"
    r"|makes no sense)\b",
    r"答非所[问問]|没听懂|沒聽懂|[没沒](?:明白|理解|看懂)|不是(?:我)?(?:问|問|说|說|要)的?(?:这|這)|我[问問]的(?:不)?是"
    r"|没(?:有)?回答|沒(?:有)?回答|牛头不对马嘴|听不懂(?:人话|吗)|(?:刚|剛|已经|已經)(?:才)?(?:说|說|讲)[过過了]|没用",
)
