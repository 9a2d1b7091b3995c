"""What was prepared last, and what is asked about it before and after the click."""

from __future__ import annotations

import re
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict

from assistant.order_numbers import mentions
from orderdb.money import Money
from orderdb.numbers import number_key
from orderdb.statuses import ProposalKind
from orderdb.text import Text
from tools.results import ProposalCard

_TURNS = 3
_MOST_WORDS, _MOST_CHARACTERS = 9, 16


class Prepared(BaseModel):
    """A proposal as the customer saw it; ``rest`` is for how many more turns it is at hand."""

    model_config = ConfigDict(frozen=True)

    kind: ProposalKind
    order: str
    amount: Money | None
    proposal: str = ""
    rest: int = _TURNS

    @classmethod
    def of(cls, card: ProposalCard) -> Prepared:
        return cls(
            kind=ProposalKind(card.kind),
            order=card.order_number,
            amount=card.amount,
            proposal=card.proposal_id,
        )

    @property
    def comes_back(self) -> bool:
        """Whether the customer has to send something."""
        return self.kind in (ProposalKind.RETURN_ITEMS, ProposalKind.EXCHANGE_ITEMS)

    @property
    def gives_back(self) -> bool:
        """Whether it pays money back."""
        return self.kind in (
            ProposalKind.RETURN_ITEMS,
            ProposalKind.CANCEL_ORDER,
            ProposalKind.CANCEL_LINES,
            ProposalKind.REFUND,
        )

    def later(self) -> Prepared | None:
        """The same a turn later; None once it lies too far back."""
        left = self.rest - 1
        return self.model_copy(update={"rest": left}) if left else None

    def answer(self, text: str, done: Callable[[str], Text | None]) -> Text | None:
        """What to say to a question about its cost, its button, or whether it is done; None for
        all else. ``done`` tells what a proposal did that was confirmed."""
        if len(text.split()) > _MOST_WORDS or (not text.isascii() and len(text) > _MOST_CHARACTERS):
            return None
        if any(one.key != number_key(self.order) for one in mentions(text)):
            return None
        button = _WHERE_TO_CLICK.search(text)
        if button or _IS_IT_DONE.search(text):
            if did := done(self.proposal):
                return _done(did)
            return _THE_BUTTON if button else _ONLY_A_CLICK
        if self.amount is not None and self.gives_back and _HOW_MUCH_BACK.search(text):
            return _comes_back(self.amount)
        if _AGREES.fullmatch(text.strip()):
            return _done(did) if (did := done(self.proposal)) else AGREED
        if _COST.search(text) and not _OTHER_COST.search(text):
            return self._cost()
        return None

    def _cost(self) -> Text:
        amount = self.amount
        match self.kind:
            case ProposalKind.CHANGE_ADDRESS | ProposalKind.ACCOUNT_ADDRESS:
                return _FREE_ADDRESS
            case ProposalKind.CHANGE_PAYMENT:
                return _SAME_SUM
            case ProposalKind.CHANGE_ITEMS | ProposalKind.EXCHANGE_ITEMS:
                return _SAME_PRICE if amount is None else _difference(amount)
            case ProposalKind.RETURN_ITEMS:
                return _AS_ON_THE_CARD if amount is None else _comes_back(amount)
            case _:
                return _NOTHING_CHARGED if amount is None else _nothing_but_back(amount)


_COST = re.compile(
    r"\b(?:cost|costs|charged?|charges|fee|fees|price|pay|extra|more expensive|free)\b"
    r"|收[费費钱錢]|要钱|花钱|差价|差價|多少钱|扣.{0,3}钱|扣[费費款]|[价價]格|[贵貴]|免[费費]|额外"
    r"|額外",
    re.IGNORECASE,
)
_OTHER_COST = re.compile(
    r"\b(?:shipping|postage|delivery|customs|duty|tax|label|instalments?|card|paypal"
    r"|see|shown?|did i|how did|did (?:\w+ ){1,4}cost|total|with|how long|wh?en|until|by)\b"
    r"|多久|几天|什么时候|什麼時候|之前|邮费|郵費|运费|運費|关税|税|包邮|付款|一共|总共|合计|怎么付|分期",
    re.IGNORECASE,
)
_IS_IT_DONE = re.compile(
    r"\b(?:did|have) you (?:\w+ )?(?:confirm|cancel|return|refund|chang|do|done|book|click|sen[dt])"
    r"|\b(?:is|was|has) (?:it|that|this|everything|(?:my|the) order) (?:been |gone |all |now "
    r"|already )*(?:done|confirmed|booked|through|settled|cancell?ed|changed|updated|swapped)\b"
    r"|\b(?:did|has) (?:it|that) (?:gone?|go|work(?:ed)?)\b(?: through)?\W*$"
    r"|(?:确认|確認|点|取消|退|改|换|換|办|辦|弄)(?:[好完]|成功)?了[吗嗎没沒嘛]"
    r"|(?:确认|確認|取消|改|换|換|办|辦|弄)(?:[好完]|成功)?了(?:是|对|對)?(?:吧|不是|是不是)"
    r"|(?:这样|這樣|这|這|那)就(?:行|好|可以|生效|完成)了?[吗嗎吧嘛]|生效了[吗嗎没沒吧]",
    re.IGNORECASE,
)
_WHERE_TO_CLICK = re.compile(
    r"\b(?:where|which|what|find|see|no)\b[^.!?]{0,24}\bbutton\b"
    r"|\bwhere (?:do|can|should|must|shall) (?:i|we) (?:click|press|tap|confirm)\b"
    r"|\bhow (?:do|can|should) (?:i|we) (?:click|press|tap|confirm)\b"
    r"|(?:按钮|按鈕|按键).{0,4}(?:哪|什么|什麼|啥|找|没|沒)|(?:哪|找不到|没有?|沒有?|看不到)"
    r".{0,5}(?:按钮|按鈕|按键)|(?:在|去|从)?哪(?:里|裡|儿|兒|边)?(?:可以)?(?:点|按|确认|確認)"
    r"|(?:怎么|怎麼|如何|咋)(?:点|按|确认|確認)",
    re.IGNORECASE,
)
_HOW_MUCH_BACK = re.compile(
    r"\bhow much\b[^?]*\b(?:back|refund\w*)\b"
    r"|\b(?:what|how much) (?:do|will|would) i get\b(?: (?:for|back))"
    r"|退(?:我|给我)?多少|能退多少|退多少",
    re.IGNORECASE,
)
_AGREES = re.compile(
    r"(?:(?:ok(?:ay)?|k|yes|yeah|yep|yup|great|good|fine|sure|perfect|right|alright|all right"
    r"|brilliant|excellent|wonderful|super|nice|amazing|fab|awesome|sounds good|go on"
    r"|lovely|all|correct|thanks?|cool|fair enough|please|then|now|so|and|well|ah|oh)[\s,.!…-]*)*"
    r"(?:yes|yep|yeah|sure|ok(?:ay)?|do it|do that|go for it|go ahead|confirm(?:ed)?(?: it)?"
    r"|i confirm|that'?s (?:the one|it|right|correct|fine|good)|looks? (?:good|right)"
    r"|let'?s do (?:it|that)|make it so|agreed?|i agree|proceed)"
    r"[\s,.!]*(?:please|then|thanks?|thank you)?[\s.!]*"
    r"|(?:(?:对|好|行|嗯|可以|没问题|没错|就这样|是的|成|中|那就|那|ok)[的了吧呀啊呗滴嘞]*"
    r"[\s,，。!！]*)*(?:确认|確認|同意|就这样|就这么办|就它|没问题|可以|好|行|对|办吧|弄吧|执行|来吧)"
    r"[的了吧呀啊呗滴嘞]*[\s。!！]*",
    re.IGNORECASE,
)
AGREED = Text(
    en="Good. It is prepared and waits for you: please press Confirm on the card above; only that "
    "makes it take effect.",
    zh="好的，已为您准备好。请点击上方卡片上的“确认”按钮，点击后才会生效。",
)
STILL_WAITS = Text(
    en="Take your time: what was prepared waits on the card above, and nothing happens before you "
    "press Confirm there.",
    zh="不着急，已准备好的内容就在上方的卡片上，点击“确认”之前不会有任何更改。",
)
LET_GO = Text(
    en="All right, then it stays as it is: the card above does nothing unless you press Confirm.",
    zh="好的，那就保持原样。上方的卡片只要不点“确认”，就不会生效。",
)
_THE_BUTTON = Text(
    en="The Confirm button is on the card above, beside what was prepared. Please press it there; "
    "until then nothing is changed.",
    zh="“确认”按钮在上方的卡片上，就在已准备的内容旁边。请在那里点击，点击之前不会有任何更改。",
)
_ONLY_A_CLICK = Text(
    en="No: I cannot confirm anything myself. It takes effect only once you press the button on "
    "the card.",
    zh="没有，我不能替您确认。只有您点击卡片上的按钮后才会生效。",
)
_FREE_ADDRESS = Text(
    en="No, changing the address is free of charge.", zh="不用，修改地址是免费的，价格不变。"
)
_SAME_SUM = Text(
    en="No, the sum to pay stays the same; only the way of paying changes.",
    zh="不用，应付金额不变，只是更换付款方式。",
)
_SAME_PRICE = Text(
    en="No, it has the same price, so there is nothing to pay.",
    zh="不用，价格一样，无需补差价。",
)
_AS_ON_THE_CARD = Text(en="The card above says what it comes to.", zh="费用以上方卡片所示为准。")
_NOTHING_CHARGED = Text(en="No, nothing is charged for it.", zh="不会，这不收任何费用。")


def _done(did: Text) -> Text:
    return Text(
        en=f"Yes, you confirmed it, and it is done: {did.en}",
        zh=f"是的，您已确认，已经生效：{did.zh}",
    )


def _difference(amount: Money) -> Text:
    return Text(
        en=f"There is a difference of {amount}; the card above says which way it goes.",
        zh=f"差价为{amount}，由哪一方支付以上方卡片为准。",
    )


def _comes_back(amount: Money) -> Text:
    return Text(
        en=f"Nothing is to be paid now: {amount} goes back to you, as the card above says.",
        zh=f"现在不用付款：按上方卡片，退给您{amount}。",
    )


def _nothing_but_back(amount: Money) -> Text:
    return Text(
        en=f"No, nothing is charged for it; {amount} goes back to you.",
        zh=f"不会，这不收任何费用，并退给您{amount}。",
    )
