"""Who works at the demo's desk, and the replies that they keep at hand.

They sign in there without a password, and nowhere else.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, select

from orderdb.desk.agents import add_agent
from orderdb.desk.canned import canned_replies, save_canned
from orderdb.models import Agent
from orderdb.statuses import AgentRole
from orderdb.text import Language, Text

_STAFF = (
    ("mia", "Mia Keller", AgentRole.AGENT, ("en",)),
    ("lin", "林晓", AgentRole.AGENT, ("zh", "en")),
    ("sam", "Sam Ortiz", AgentRole.LEAD, ("en", "zh")),
)
_LANGUAGES: tuple[Language, ...] = ("en", "zh")


class _Canned(NamedTuple):
    name: Text
    text: Text
    intent: str | None = None


_CANNED = (
    _Canned(
        Text(en="Greeting", zh="问候"),
        Text(
            en="Hello {customer_name}, this is {agent_name}. I have read what you wrote, so you "
            "need not repeat anything.",
            zh="{customer_name}您好，我是{agent_name}。您之前写的内容我都看过了，不用再重复。",
        ),
    ),
    _Canned(
        Text(en="Where it is", zh="物流进度"),
        Text(
            en="Your order {order_number} is with {carrier}, tracking number {tracking}. It will "
            "most likely arrive on {likely}.",
            zh="您的订单{order_number}由{carrier}承运，运单号{tracking}，最可能于{likely}送达。",
        ),
        "order.where",
    ),
    _Canned(
        Text(en="Photos, please", zh="请提供照片"),
        Text(
            en="Could you send me a photo of the item, of the box and of the label? Then I can "
            "look at it at once.",
            zh="请您发一下商品、外箱和面单的照片，我马上为您核对。",
        ),
    ),
    _Canned(
        Text(en="Refund is on its way", zh="退款已发出"),
        Text(
            en="The refund for order {order_number} has been released. When it shows up depends "
            "on your bank.",
            zh="订单{order_number}的退款已经发出，具体到账时间以银行为准。",
        ),
    ),
    _Canned(
        Text(en="Apology", zh="致歉"),
        Text(
            en="I am sorry about this, {customer_name}. It should not have happened, and I will "
            "see to it that it is put right.",
            zh="{customer_name}，非常抱歉给您带来不便，这件事我会跟进到底。",
        ),
    ),
    _Canned(
        Text(en="One moment", zh="请稍候"),
        Text(
            en="I am looking into order {order_number}; please give me a few minutes.",
            zh="我正在查看订单{order_number}，请给我几分钟。",
        ),
    ),
    _Canned(
        Text(en="Anything else?", zh="结束语"),
        Text(
            en="Is there anything else that I can do for you, {customer_name}?",
            zh="{customer_name}，请问还有什么可以帮您？",
        ),
    ),
)


def staff_the_desk(session: Session, now: datetime) -> None:
    """Add them where nobody works yet, with their replies."""
    if session.exec(select(Agent.id).limit(1)).first() is not None:
        return
    session.rollback()
    for name, display_name, role, languages in _STAFF:
        add_agent(session, name, display_name, role, languages, None, now, by="demo")
    add_canned(session, now)


def add_canned(session: Session, now: datetime) -> None:
    """Keep the demo's replies at hand, in both languages, where nobody kept any."""
    first = session.exec(select(Agent.id).order_by(Agent.name).limit(1)).one()
    kept = canned_replies(session)
    session.rollback()
    for one in () if kept else _CANNED:
        for language in _LANGUAGES:
            save_canned(
                session,
                None,
                one.name.get(language),
                language,
                one.text.get(language),
                one.intent,
                first,
                now,
            )
