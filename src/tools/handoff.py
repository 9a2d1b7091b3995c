"""Passing the conversation to a person."""

from __future__ import annotations

from pydantic import Field

from orderdb.desk.reasons import reason_given
from orderdb.handoffs import hand_off, position
from orderdb.statuses import ReasonCode
from orderdb.text import Text
from tools.context import DeskContext
from tools.desk_tool import Arguments, DeskTool, refused
from tools.results import HandoffNotice, ToolResult
from tools.wording import language_of

_NO_CONVERSATION = Text(
    en="There is no conversation to pass on. Contact the service desk directly.",
    zh="当前没有可以转接的对话，请直接联系人工客服。",
)

_IN_PERSON = Text(
    en="You are talking to a person at the service desk now; I look after this myself.",
    zh="现在是人工客服为您服务，由我亲自为您处理。",
)


class CallPerson(Arguments):
    reason: str = Field(default="", max_length=500, description="What the person should know.")


def handoff(context: DeskContext, reason: str = "") -> ToolResult:
    """Pass the conversation to a person at the service desk.

    Use it when the customer asks for a person, or needs what no other tool can do. It never
    changes an order. A conversation that waits already keeps its place.
    """
    if context.rehearsal:
        return ToolResult(text=_IN_PERSON.get(language_of(context.language)))
    if context.conversation_id is None:
        return refused(context, _NO_CONVERSATION)
    code = reason_given(context.said[-1]) if context.said else ReasonCode.WISH
    with context.sessions() as session:
        waiting = hand_off(
            session,
            context.customer_id,
            context.conversation_id,
            reason.strip(),
            context.clock(),
            context.called_for or code,
        )
        place = position(session, waiting)
    return ToolResult(
        text=_text(place).get(language_of(context.language)),
        handoff=HandoffNotice(  # not a model's own words, which nobody has checked
            handoff_id=waiting.id, reason=waiting.reason_code.value, position=place
        ),
    )


def _text(place: int | None) -> Text:
    if place is None:
        return Text(en="A person is already on this conversation.", zh="人工客服已接入本次对话。")
    return Text(
        en=f"A person will take over. Place in the queue: {place}.",
        zh=f"已转接人工客服，当前排队第{place}位。",
    )


TOOLS = (DeskTool("handoff", CallPerson, handoff),)
