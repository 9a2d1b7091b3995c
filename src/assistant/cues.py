"""Words that leave no doubt what is asked of an order, whatever stands around them."""

from __future__ import annotations

import re

from assistant.saying import says

_CUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "order.where",
        re.compile(
            r"\btracking (?:number|no\b|code|link|id)|\btrack(?:ing)? (?:it|them)\b"
            r"|\bwho(?:['’]s|['’]ll| is| will)? (?:\w+ )?(?:bring|deliver|carr[yi]|dropp?"
            r"|hand)\w*\b"
            r"|\b(?:who|which (?:carrier|courier|company|service)|what (?:carrier|courier))\b"
            r"[^?]{0,20}\b(?:brings?|bringing|deliver(?:s|ing)|carries|carrier|courier|ships?"
            r"|has it)\b"
            r"|\b(?:last|latest) scan|\blast scanned\b"
            r"|(?:运|快递|物流|跟踪)单?号|(?:^|[，,])单号|哪家(?:快递|物流)|什么快递|哪个快递"
            r"|谁(?:来)?送"
            r"|(?:签收|送到|发货?|寄出?|出库|发走)了(?:没有?|吗|嘛|不)"
            r"|(?:发|寄|到)没(?:发|寄|到)|还没(?:有)?(?:发货?|寄出?|到|送到?)[吧呢](?:\W|$)"
            r"|\b(?:has|have|is|did) (?:it|they|that|this)(?: one)? (?:been |already |actually )*"
            r"(?:arrived?|delivered|shipped?|left|sent out|dispatched)\b"
            r"|卡在(?!里|包)|卡住|一动不动|[没不]动弹"
            r"|扫描.{0,6}(?:哪|地点)|(?:哪|地点).{0,6}扫描"
            r"|\b(?:which|what) address\b[^?]{0,30}\b(?:go(?:ing|es)?|sent|ship\w*|deliver\w*)\b"
            r"|\bwhere (?:is|was|did|are|were) (?:you |it |this |that |they )?(?:being )?"
            r"(?:sent|ship(?:ped)?|send|deliver(?:ed|ing)?)(?: it| them)? to\b"
            r"|[寄送发發]到(?:了)?(?:哪|什么地[址方])",
            re.IGNORECASE,
        ),
    ),
    (
        "order.refund",
        re.compile(
            r"\b(?:wh?en|how (?:long|soon|many days)|what day)\b[^.?!]*\b(?:mone?y|refund(?:ed)?)\b"
            r"(?! (?:(?:is|was|be|gets?) )?(?:taken|charged|debited|booked)\b)"
            r"|\bwhich (?:card|account)\b[^?]{0,30}\b(?:go(?:es|ing)?|refund\w*|money|land)\b"
            r"|\bhow (?:do|will|would) (?:i|we) (?:get|receive|have) (?:my|the|our)"
            r" (?:mone?y|refund)"
            r"|\b(?:mone?y|refund)\b[^.?!]*\b(?:arrive|take|back|show up|how long|when)\b[^.!]*\?"
            r"|(?:(?<![扣付])钱|退款).{0,6}(?:多久|几天|幾天|什么时候|何时|几个?工作日|哪天).{0,6}"
            r"|(?:多久|几天|什么时候)"
            r".{0,4}(?:退款|退钱|到[账帐]|返还)|退款.{0,6}到[账帐]",
            re.IGNORECASE,
        ),
    ),
    (
        "order.payment",
        re.compile(
            r"\b(?:did|have|was) i (?:\w+ )?(?:pay|paid|charged?|spend|spent)\b|\bdid i pay\b"
            r"|\bset me back\b|\bwhat did (?:it|that|this|those|these|they) come to\b"
            r"|^(?:and )?(?:what(?:'s| is| was) )?(?:the|my|its) (?:grand |whole |new )?total\b"
            r"|\b(?:in total|altogether)\b"
            r"|\b(?:what|how much) (?:was|were) [^?]{0,30}\b(?:by itself|on its own|alone"
            r"|separately)\b"
            r"|^(?:and )?(?:the )?(?:shipping|postage|delivery(?: fee)?) (?:on|for) (?:that|this"
            r"|it)\b"
            r"|\bdid (?:it|that|this|the \w+(?: \w+)?) cost\b|\bhow did i pay\b"
            r"|^(?:那)?(?:一共|总共)?(?:是)?多少钱[呢啊呀]?\W*$"
            r"|^how much(?: (?:is|was) (?:it|that))?\W*$"
            r"|(?:一共|总共|總共|合计).{0,4}(?:花|付|多少)|花了?多少|付了多少|单[个個件条條只]多少|怎么付的|用(?:什么|啥)付的",
            re.IGNORECASE,
        ),
    ),
    (
        "order.contents",
        re.compile(
            r"\bwhat(?:'s| is| was| were)(?: still)? (?:in|inside|missing from) (?:it|that|this"
            r"|the|my|there)\b"
            r"|\bwhat(?: else)?(?: is|'s)? still (?:missing|to come|outstanding)\b"
            r"|\b(?:which|what) (?:colou?r|size|variant|model)\b|\bwhat (?:did i (?:buy|order)"
            r"|was that)\b"
            r"|[里裡]面?(?:都)?[是有](?:什么|什麼|啥)|(?:买|買|订|訂)的(?:是)?(?:什么|什麼|啥)"
            r"|什么颜色|什麼顏色|哪个颜色"
            r"|[还還]?[差缺少](?:了)?(?:什么|什麼|啥|哪)",
            re.IGNORECASE,
        ),
    ),
    (
        "order.when",
        re.compile(
            r"\b(?:wh?en|what day|which day|how soon)\b[^.?!]*\b(?:arrive|get here|turn up|come"
            r"|deliver(?:ed)?"
            r"|be here|get it|have it|reach me)\b|^(?:and )?(?:roughly |about )?wh?en(?: roughly"
            r"| about)?\W*$"
            r"|^(?:and )?roughly (?:what|which) day"
            r"|\bwhich (?:one |order |parcel |of \w+(?: \w+)? )?(?:will |is |is going to )?"
            r"(?:comes?|coming|arriv\w+|gets? here|be here|due|delivered) (?:\w+ )?"
            r"(?:first|sooner|earlier|next)\b|[谁誰哪][个個单單笔筆件]?(?:会|會)?先[到送]|哪天(?:能)?[到送签收]|几号(?:能)?到"
            r"|什么时候(?:能)?(?:到|送|拿到|收到)"
            r"|(?:今[天晚儿]|明[天早儿]|上午|下午|周末)[^，。？！]{0,4}(?:发|寄|出库)[^票，。？！]{0,3}[吗嘛么不没]",
            re.IGNORECASE,
        ),
    ),
)


asks_what_came_back = says(
    r"\b(?:did|have|has|was|were|is|does)\b[^.?!]{0,30}\b(?:get|got|back|refund\w*|return\w*"
    r"|includ\w+|too|as well)\b|退[了没]|也退"
)
"""Whether a text about money asks for what was given back, rather than what was paid."""


speaks_of_a_remedy = says(
    r"\b(?:new one|replac\w+|resen[dt]|refund\w*|my money|money back|another one)\b"
    r"|换新|补发|退款|重发"
)
"""Whether a text says what is to be done about goods, not what is wrong with them."""


_TOO_MANY = re.compile(
    r"\btoo many\b|(?:买|買|订|訂|拍|下|点)多了|多(?:买|買|订|訂|拍|下|点)了", re.IGNORECASE
)
_CAME = re.compile(
    r"\b(?:got|receiv\w+|arriv\w+|came|deliver\w+|sent|shipped|unpacked|in the (?:box|parcel))\b"
    r"|收到|到货|寄|发|送|箱|包裹里"
)


def ordered_too_many(text: str) -> bool:
    """Whether a text says that more was ordered than is wanted, not that more came."""
    return _TOO_MANY.search(text) is not None and not _CAME.search(text.lower())


_ACTIONS = (
    ("cancel", r"cancel\w*", "取消|撤销"),
    ("exchange", r"exchang\w*|swap\w*", "[更调]?换"),
    ("return", r"return\w*|sen[dt] back|refund\w*", "退"),
)
_WHICH_CAN = tuple(
    (
        action,
        re.compile(
            rf"\b(?:which|what)\b[^.?!]{{0,40}}\b(?:can|could|may|still)\b[^.?!]{{0,30}}\b(?:{en})\b"
            rf"|哪[^，。？！]{{0,8}}(?:可以?|能)[^，。？！]{{0,4}}(?:{zh})"
            rf"|(?:可以?|能)[^，。？！]{{0,3}}(?:{zh})[^，。？！]{{0,4}}哪",
            re.IGNORECASE,
        ),
    )
    for action, en, zh in _ACTIONS
)
_OF_ORDERS = re.compile(
    r"\borders?\b|\bones?\b|\bof (?:those|these|them|my)\b|订单|訂單|[单單笔筆]", re.IGNORECASE
)


def asks_which_can(text: str) -> str | None:
    """What a text asks of all orders at once: "which of my orders can I still cancel"."""
    if not _OF_ORDERS.search(text):
        return None
    return next((action for action, words in _WHICH_CAN if words.search(text)), None)


points_back = says(
    r"\b(?:it|its|this|that|them|those|these|one|ones)\b|它|[这這那][个個款种種件双雙]|[刚剛]才"
    r"|[该該]|[前上]面"
)
"""Whether a text speaks of something that it does not name: "how much is it"."""


asks_what_is_sold = says(
    r"\b(?:do|does|did|can) (?:you|u|they) (?:guys )?(?:\w+ )?(?:sell|have(?! to\b)|stock|carry"
    r"|offer|do(?! (?:it|that|this|them|anything|something)\b))\b"
    r"|\blooking for\b|\bany \w+ for sale\b|[有卖賣][没沒不][有卖賣]|想[买買]"
)
"""Whether a text asks what the shop has: "do you sell lids"."""


def asks_how_much_longer(text: str) -> bool:
    """Whether a text asks how long something still takes."""
    return _LONGER.search(text) is not None


_LONGER = re.compile(
    r"\bhow much longer\b|^\W*(?:那|大概|到底)*[还還]?[要得](?:再)?等?(?:多久|几天|多少天|多长时间)"
    r"(?:才?能?(?:到|收到|送到))?[呢啊呀]?\W*$"
)


asks_what_if = says(
    r"^\W*(?:(?:and|so|but|ok|then|well),? )*(?:what (?:if|happens (?:if|when|once)"
    r"|(?:do|should|can|must) (?:i|we) do (?:if|when|once))|(?:and )?if)\b"
    r"|^\W*(?:那么?|可)?(?:它|他)?(?:要是|万一|萬一|如果|假如|要真)"
    r"|^\W*(?:那么?|可)?(?:要是?)?真(?:的)?(?:是)?[^，。？！\s]{1,4}了(?:的话)?(?=.*(?:还是|怎么|咋|会))"
)
"""Whether a text asks what follows from something that may come to pass."""


asks_what_to_do = says(
    r"\bwhat (?:else )?(?:do|should|must|can|could) i (?:have to |need to |got to )?(?:still )?do\b"
    r"(?! (?:if|when|with))|\bwhat are my options\b|\b(?:any|is there) (?:other|another) way\b"
    r"|(?:我)?(?:该|要|应该)?怎么办(?=\W|$)|(?:别的|其他|什么|啥)办法|没办法了[吗么]"
)
"""Whether a text asks what the next step is."""


asks_why = says(
    r"^\W*(?:but |and |so )?(?:(?:can|could|do) you (?:tell me |know |say )?)?"
    r"(?:why|how come|what happened|what(?:'s| is) (?:wrong|the reason"
    r"|going on))"
    r"\b.{0,24}$|^\W*(?:那)?(?:为什么|為什麼|为啥|為啥|怎么回事|什么情况|什么原因)\W*$"
)
"""Whether a short text asks no more than why."""


_OBEY = re.compile(
    r"(?:.*\b)?(?:ignore|disregard|forget|override|bypass) (?:\w+ ){0,3}(?:instructions?|rules"
    r"|prompts?|guidelines|programming|restrictions)\b"
    r"|(?=.*\b(?:note|memo|comment|document|instructions?|prompt|system|developer|policy)\b)"
    r"(?=.*\b(?:says?|states?|reads?|instructs?|written)\b)"
    r"(?=.*(?:\bassistant\b|\bai\b|\bdo as\b|\bfollow\b|\bobey\b|\bcomply\b|\bact on\b))"
    r"|.*(?:忽略|无视|忘掉|忘记)[^，。]{0,8}(?:规则|指令|提示词|设定|限制|要求|规定)"
    r"|(?=.*(?:备注|便签|留言|系统|提示|指令|文档|管理员|开发))(?=.*(?:写|说|要求|指示))"
    r"(?=.*(?:照[^，。]{0,4}[办做]|按[^，。]{0,6}[办做]|执行|助手))",
    re.IGNORECASE | re.DOTALL,
)


asks_who_answers = says(
    r"\b(?:(?:(?:are|r) (?:you|u|this)|is (?:this|that|it)) (?:even |really |actually |just )*"
    r"|am i (?:talking|speaking|chatting) (?:to|with) )(?:an? )?(?:real )?"
    r"(?:person|human|bot|robot|machine|ai)\b"
    r"|[你您]是(?:真?人|机器人?|ai|人工智能|人工)|是真?人还是机器"
    r"|^[喂你您好哈喽\s,，]*有(?:没有人|人[没吗嘛不])[在啊呀吗吧\s?？。]*$"
)
"""Whether a text asks if a person or a program answers, or anybody at all."""


asks_to_be_told = says(r"\b(?:tell|show|give|remind) (?:me|us)\b|告诉|说一?下|讲一?下")
"""Whether a text asks to be told something, without being a question."""


names_means = says(
    r"\b(?:card|account|pay ?pal|ali ?pay|we ?chat|visa|mastercard|amex|bank|gift ?-?card|voucher"
    r"|(?:store )?credit)\b|卡|支付宝|支付寶|微信|账户|账号|帐户|银行"
)
"""Whether a text names something that money can be paid with or to."""


pays_with = says(
    r"\b(?:gift ?-?card|voucher|pay ?pal|ali ?pay|we ?chat|visa|mastercard|amex|bank transfer)\b"
    r"[^.!]{0,60}\b(?:cover|enough|use|pay|settle|put)\b"
    r"|\b(?:use|pay|cover|settle|put)\b[^.!]{0,40}\b(?:gift ?-?card|voucher|pay ?pal|ali ?pay"
    r"|we ?chat|visa|mastercard|amex|bank transfer)\b"
    r"|(?:礼品卡|购物卡|储值卡|支付宝|微信|银行卡|信用卡|paypal)[^，。]{0,10}(?:够|付|抵|用|支付)"
)
"""Whether a text names a way of paying, and that it is to pay."""


_OF_MONEY_BACK = re.compile(
    r"(?=.*(?:多久|几天|多少天|什么时候|啥时候|哪天|几时|几个?工作日|哪))(?=.*(?:退款|退回|退的(?!话)|钱|到[账帐])).*|"
    r".*(?:几[号天]|几时|什么时候|啥时候|多久|哪天)[^，。？！]{0,6}(?:到|回|退)[^，。？！]{0,4}(?:支付宝|微信|银行|零钱|卡|[账帐]).*|"
    r".*退[到回][^，。？！]{0,10}(?:还是|原)[^，。？！]*|"
    r"(?=.*\b(?:wh?en|how (?:long|soon|fast|quick(?:ly)?)|where|which|will|does|do)\b)"
    r".*\b(?:money|refund(?:ed)?|my (?:\w+ )?(?:card|account|bank|statement|paypal)"
    r"|the (?:same )?(?:card|account))\b|^\W*(?:and )?(?:when|how long)\W*$"
    r"|^\W*(?:and |so |ok )?how long (?:will|does|would) (?:it|that|this)(?: \w+){0,2} take\W*$",
    re.IGNORECASE | re.DOTALL,
)


def asks_of_the_money_back(text: str) -> bool:
    """Whether a text asks when or where money comes back."""
    return _OF_MONEY_BACK.match(text) is not None


asks_to_go_elsewhere = says(
    r"\b(?:can|could|may|might|would|will|should|is it possible for|any chance) (?:you |we )?"
    r"(?:it|they|that|this|(?:the|my) (?:parcel|order|package|delivery)|(?:please )?(?:send|ship"
    r"|deliver|redirect|bring|post) (?:it|them|that|this))\b[^.?!]{0,30}"
    r"\b(?:there|elsewhere|somewhere else|to (?:my|our|her|his|their|another|a different|the new"
    r"|a friend['’]?s?)\b)(?!.*\b(?:by|before|when|today|tomorrow)\b)"
    r"|(?:能|可以|可否|方便|麻烦|帮我?)[^，。？！]{0,8}(?<![退换])(?:送|寄|发|改|派|转)[送寄发派成到去往给至]*"
    r"(?:我|我们|他|她)?(?:的)?(?:公司|单位|学校|宿舍|工作室|办公室|新家|新地址|老家|爸妈|父母|男?女?朋友|同事"
    r"|别的地[方址]|另一?个?地[方址]|其他地[方址])(?!.*(?:邻居|代收|放|发票|抬头))"
)
"""Whether a text asks for a parcel to go to another place than it was to."""


asks_to_send_together = says(
    r"\b(?:combine|merge|consolidate|bundle|join)\b[^.?!]{0,40}\b(?:orders?|parcels?|shipments?"
    r"|deliver\w+|packages?|them|both)\b"
    r"|\b(?:send|ship|put|deliver|pack|get|come|arrive)\b[^.?!]{0,40}(?:\btogether\b"
    r"|\bin (?:the same|one|a single) (?:box|parcel|package|shipment|delivery)\b)"
    r"|合并|合併|一起[发發寄]|合[发發]"
)
"""Whether a text asks for orders or items to travel as one."""


tells_of_a_fault = says(
    r"\b(?:makes?|making|gives? off|giving off) (?:\w+ ){0,3}(?:noise|sound|smell)s?\b"
    r"|\b(?:flickers?|leaks?|leaking|rattles?|buzzes|sparks|wobbles|stinks|drips)\b"
    r"|\b(?:makes?|making|loses?|losing) (?:\w+ ){0,2}(?:water|smoke|puddles?)\b"
    r"|\bwater (?:\w+ ){0,2}(?:comes?|coming|runs?|running|everywhere)\b"
    r"|\b(?:stopped|won['’]?t|doesn['’]?t|isn['’]?t|not|never) (?:even |really )?(?:work\w*"
    r"|turn(?:ing)? on|heat\w*|clos\w+|charg\w+|start\w*|switch\w* on)\b"
)
"""Whether a text tells of goods that do not do what they should."""


tells_of_damage = says(
    r"\b(?:broken|smashed|shattered|cracked|in (?:pieces|bits|shards))\b"
    r"|碎[了成得一]|[摔打压]碎|粉碎|裂[了成开]|[摔压]坏"
)
"""Whether a text tells of goods in pieces."""


asks_what_is_owed = says(
    r"\b(?:anything|something|any (?:\w+ )?orders?|which (?:of \w+|ones?|orders?))\b[^.?!]{0,40}"
    r"\b(?:unpaid|(?:left|still) to pay|(?:need|have|got) to pay|owe)\b(?!.*\b(?:customs|duty|tax"
    r"|shipping|return|extra|more)\b)|\bdo i (?:still )?owe (?:you )?(?:anything|money)\b"
)
"""Whether a text asks if any order is still to be paid: "is there anything I have to pay"."""


speaks_for_another = says(
    r"\bpermission\b|\basked me\b|\bon (?:his|her|their|\w+['’]s) behalf\b|\bauthori[sz]ed\b"
    r"|\b(?:he|she|they)(?:['’]s| is| are|['’]re| has| have|['’]ve)? (?:fine|ok(?:ay)?|said|told"
    r"|allow\w*|knows?|agree[sd]?)\b|\bi['’]?m (?:his|her|their)\b"
    r"|\bmy (?:wife|husband|brother|sister|mum|mom|mother|dad|father|son|daughter|friend|partner"
    r"|flatmate|neighbour|boss|colleague)\b"
)
"""Whether a text claims somebody else's leave: "he gave me permission"."""


def tells_to_obey(text: str) -> bool:
    """Whether a text hands on orders that something else holds: "do as the note says"."""
    return _OBEY.match(text) is not None


wants_cancelled = says(
    r"^(?:(?:then|ok|okay|so|well|in that case|just)[\s,]+)*cancel(?: it| that| the order)?"
    r"(?: then)?[\s.!]*$|^[那就行好吧算了直接\s,，]*(?:不(?:想要|想|用|要)了[吧啦就直接\s,，]*)?"
    r"(?:取消|撤销|撤了)[吧了掉它算这单\s。!]*$"
)
"""Whether a text says no more than to cancel."""


waits_no_longer = says(
    r"(?:不想?再?等|等不[及了下])了(?!.*[吗么嘛?？])"
    r"|\b(?:done|finished|fed up|sick of|tired of|had enough of) (?:with )?waiting\b"
    r"|\b(?:won['’]?t|not going to|can['’]?t) wait (?:any ?more|any longer)\b"
)
"""Whether a text says that something is not waited for any longer."""


asks_why_less = says(
    r"\bwhy\b[^?]*\b(?:less|only|not (?:the )?(?:full|all|whole))\b"
    r"|(?:为什么|为啥|咋|怎么)[^，。？]{0,4}(?:只|才|少)|退[^，。？]{0,3}这么(?:点|少)|少退|少了"
    r"|\b(?:deduct|take|keep|charge)\b[^.?!]{0,30}\b(?:postage|shipping|label|return)\b"
    r"|(?:运费|邮费)[^，。？]{0,3}扣|扣[^，。？]{0,3}(?:运费|邮费)"
)
"""Whether a text asks why not all of the money comes back, or whether something is kept."""


asks_time_left = says(
    r"\bstill (?:be )?(?:with)?in (?:the |my )?(?:return |exchange )?(?:time|window|period"
    r"|deadline)\b|\bhow (?:many days|long|much time)\b[^.?!]{0,30}\bleft\b|\btoo late for\b"
    r"|\bhow (?:long|many days|much time) (?:do|have) (?:i|we)(?: still)?(?: have| got)\b"
    r"(?! to (?:pay|cancel|wait))"
    r"|\bdoes (?:it|that|this) still count\b|\b(?:deadline|last day|cut-?off)(?: \w+)? for\b"
)
"""Whether a text asks if there is still time for it."""


tells_of_another = says(
    r"\b(?:ordered|asked for|chose|picked|bought|wanted)\b[^.?!]{0,40}"
    r"\b(?:sent|got|received|came|gave)(?: me| us)? (?:an?|the) "
    r"(?!single|half|broken|cracked|damaged|chipped|faulty|used|dirty)\w+ (?:one|instead)\b"
)
"""Whether a text says that something else came: "I ordered brass and you sent a black one"."""


would_rather_have_money = says(
    r"\b(?:refund|money)\b[^.?!]{0,12}\binstead\b|\bmake (?:it|that) a refund\b"
    r"|\brather (?:have |take |get )?(?:a |the |my )?(?:refund|money)\b"
)
"""Whether a text asks for money in place of what was prepared."""


_USED = re.compile(
    r"\b(?:i|we|he|she|they|my \w+)(?:['’]ve|['’]s| have| has| had)?"
    r"(?: (?:already|only|just|did|sort of|kind of))*"
    r" (?:wash(?:ed)?|worn|wore|used?|opened|unpacked|unwrapped|tried|plugged|cut|removed|took off"
    r"|threw|thrown|tossed|binned|lost|don['’]?t have|ripped|tore)\b",
    re.IGNORECASE,
)


def tells_of_use(text: str) -> bool:
    """Whether a short text tells what was done with goods: "I washed it once though"."""
    return _USED.search(text) is not None and len(text.split()) <= _MOST_TOLD


_MOST_TOLD = 9


asks_when_sent = says(
    r"(?:什么时候|几时|啥时候|何时|哪天|多久|今[天晚儿]|明[天早儿]|还[没不]|[怎咋]么?不|能不能|快点)"
    r"[^，。？！]{0,6}(?:发(?!票)|寄|出库|动静)|(?:发货?|寄出?|出库)(?:了没|没有?|了吗|不)"
    r"|\b(?:wh?en|how (?:soon|long)|today|yet|still|why)\b[^.?!]*\b(?:ship\w*|dispatch\w*|sen[dt]"
    r"|go(?:es)? out|leave|post(?:ed)?)\b"
)
"""Whether a text asks when an order leaves the shop, or why it has not."""


asks_for_an_answer = says(
    r"\b(?:hear (?:back|from you)|get back to me|(?:get|have) (?:an answer|a reply|a decision)"
    r"|be in touch)\b"
    r"|(?:多久|几天|多长时间|什么时候|啥时候|何时|几时|多快|哪天)[^，。？！]{0,8}"
    r"(?:答复|回复|回我|回音|结果|处理|查[清出完到好]|有?说法|消息|解决|审|核实|通过)"
    r"|(?:查[清出完到]|处理|核实|审核|有结果|出结果|给(?:个)?答复|回复|解决)[^，。？！]{0,6}"
    r"(?:多久|几天|多长时间|什么时候|啥时候|哪天)"
)
"""Whether a text asks when the shop will answer."""


_SIGNED = (
    r"签收|妥投|送[达到]了?|已送|(?:放|搁)[在到]?[^，。]{0,4}(?:门口|柜|丰巢|驿站|前台|保安|物业|门卫)"
    r"|\b(?:marked|shows?|says?|said|listed|status|tracking|app|apparently|supposedly|allegedly"
    r"|claims?)\b[^.?!]*\b(?:delivered|signed for|handed (?:over|in))\b"
)
_NOTHING_CAME = (
    r"[没沒未](?:有)?(?:人)?(?:收[到着过]|拿[到着]|见[到着过]|看[到见着]|找[到着]|接到|影|人来|来|给我|送|签)"
    r"|[没沒]有?(?=$|[\s，。！？,!?啊呀])|谁(?:签|拿|收|领)|不是我|不在家|出差|不见|找不[到着]|没影|没人"
    r"|\b(?:never|nothing|nobody|no ?one|nowhere|not here|who signed|zilch|nada|zip|nil|zero)\b"
    r"|\b(?:do(?:es)?|did|have|has|was|is)(?:n['’]?t| not)\b[^.?!]{0,24}"
    r"\b(?:receiv\w*|got(?:ten)?|get|seen?|there|here|arriv\w*|come|came|me|it|anything)\b"
)
_ONLY_SOME = says(
    r"里面|箱子?里|[包盒袋][裹子]?里|打开|拆|只[有到收来]|[少缺漏]|其中|另[一外]|还有|退|发票|取消"
    r"|\b(?:box|inside|in it|only|one of|missing|opened|the other|refund|return|invoice)\b"
)
_SIGNED_FOR_NOTHING = re.compile(
    rf"(?=.*(?:{_SIGNED}))(?=.*(?:{_NOTHING_CAME}))", re.IGNORECASE | re.DOTALL
)


def tells_nothing_came(text: str) -> bool:
    """Whether a text says that a parcel counts as delivered, and that it never came."""
    return _SIGNED_FOR_NOTHING.match(text) is not None and not _ONLY_SOME(text)


has_looked = says(
    r"(?:问|找|看|查)(?:过|了|遍)|都[没说不]|没人[拿代收签见]|[报登][一丢失个记]|上报|报上去|登记|核实|帮我(?:查|找|报)"
    r"|\b(?:asked|checked|looked|searched)\b|\breport (?:it|this|that)\b|\bfile (?:a|the)\b"
    r"|\b(?:nobody|no ?one|neither)\b"
)
"""Whether a text says that a parcel was looked for, or asks to go on with it."""


speaks_of_sending = says(
    r"[寄送发转改](?:送|寄|成|到|去|往|给|回|来)"
    r"|地址|\b(?:send|sent|ship\w*|deliver\w*|go|post\w*|forward\w*|redirect\w*) (?:\w+ ){0,4}to\b"
)
"""Whether a text speaks of where goods are sent."""


tells_card_is_gone = says(
    r"\b(?:card|account)\b[^.?!]{0,30}\b(?:blocked|expired|closed|cancell?ed|lost|stolen|frozen"
    r"|no longer|replaced|doesn['’]?t exist|(?:isn['’]?t|not) (?:valid|active))\b"
    r"|\b(?:no longer have|don['’]?t have|lost|closed|changed|new) (?:that|the|my)?"
    r" ?(?:\w+ )?(?:card|account)\b|[卡号户].{0,6}(?:过期|注销|挂失|丢|没了|不用了|换了)"
)
"""Whether a text says that what was paid with cannot take money back."""


_MATTERS = re.compile(
    r"\b(?:does|will|would|is|are|isn['’]?t|wouldn['’]?t|can|could) "
    r"(?:that|this|it|i|you)(?: \w+)? (?:(?:even |really |still )?(?:matter|count|be fine)"
    r"|(?:an? )?(?:problem|issue|deal[- ]?breaker)|make (?:any|a) difference|ok(?:ay)?|fine"
    r"|allowed)\b(?: \w+){0,3}\W*$"
    r"|(?:有|没)?(?:关系|影响|问题)(?:吗|嘛|么|不)\W*$|(?:要紧|碍事)(?:吗|嘛|么|不)\W*$",
    re.IGNORECASE,
)


def asks_whether_it_matters(text: str) -> bool:
    """Whether a text tells something and asks if it stands in the way."""
    return _MATTERS.search(text) is not None and len(text.split()) > _BARE


_BARE = 4


lets_go = says(
    r"\b(?:forget|scrap|drop|skip|never ?mind|leave|stop|cancel|no need for|don['’]?t need)"
    r"(?: about)? (?:the|that|my|this|any) "
    r"(?:return|exchange|refund|cancellation|swap|report|claim|replacement)\b"
    r"|\b(?:i['’]?ll|i will|we['’]?ll|i['’]?d rather|i think i['’]?ll|i['’]?m|going to) "
    r"(?:just |rather |probably )?keep(?:ing)? (?:it|them|everything|all of (?:it|them))\b"
    r"|\b(?:don['’]?t|no longer|not) (?:want to |going to |wanna )(?:return|exchange|send back"
    r"|swap)(?: it| them| that| this| anything)?(?: any ?more| after all| now)"
    r"|^(?:唉|哎|嗯|那|还是|[\s,，])*算了(?!.*(?:退|换|改|取消|[要想给]|直接|干脆|人工|投诉|等))"
    r"|(?:不动|不变|保持原样|维持原样|原样就[好行])了?吧?[\s。!！]*$"
)
"""Whether a change that was wanted is given up: "forget the return", "I'll keep it"."""


asks_until_when = says(
    r"\bhow long can i\b|\bhow late can i\b|\bcut-?off\b|"
    r"\b(?:return|exchange) (?:window|period|deadline)\b"
    r"|\b(?:until when|till when|(?:until|till|by) what (?:time|day)|by when|last day"
    r"|deadline|how long (?:do i have|have i got)"
    r"|(?:window|period|time) (?:end|close|run out|over)\w*|(?:did|does|when) .*\b(?:window"
    r"|period)\b)"
    r"|\b(?:run|ran) out\b|\bexpired?\b"
    r"|\bwhen\b[^.?!]{0,30}\b(?:send|post|return|hand|ship|drop)\b[^.?!]{0,20}\bby\b"
    r"|截止|最晚|最后一天|到哪天|期限|过期|到期|失效"
)


protests = says(
    r"[也都](?:不行|不能|不可以|不给|不让|不[退换收])|就不[行能给]"
    r"|\bnot even\b|\beven (?:if|though|when)\b"
)
"""Whether a text does not accept that something is refused."""


asks_whether_it_lapses = says(
    r"\b(?:be|get|gets|is|expire|lapse|cancel\w*) (?:cancell?ed )?(?:by itself|automatic\w*)"
    r"|\b(?:will|would) (?:it|that|you|this|my order) (?:be |get |just )*cancell?(?:ed)?\b"
    r"|(?:会不会|会|是不是)(?:就|要|给我|把我?|被|自动|系统)*[^，。？！]{0,3}取消|自动取消|被取消"
)
"""Whether a text asks if an order is cancelled without being asked to."""


def cue(text: str) -> str | None:
    """The label that a text's words settle; None where they settle none."""
    return next((label for label, words in _CUES if words.search(text)), None)
