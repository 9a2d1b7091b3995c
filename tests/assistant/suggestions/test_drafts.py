"""Drafts for the desk: what is drafted, what is stored, and when it is thrown away."""

from __future__ import annotations

import asyncio

import pytest
from sqlmodel import select

from assistant.events import Usage
from assistant.steps import ModelCalled, Text
from assistant.suggestions.accepting import Accepting
from assistant.suggestions.suggestion import Wanted
from assistant.suggestions.variants import HOLDING
from evals.stub_model import Answer
from orderdb.desk.suggestions import SuggestionVoid
from orderdb.models import GiftCard, GoodwillCredit, Handoff, Message, Order, Proposal, Turn
from orderdb.statuses import OrderStatus, ProposalStatus, Role, SuggestionStatus
from tests.assistant.suggestions.conftest import Office, rows, seat, shop_of
from tests.assistant.turning import Desk, Scripted, ScriptedEndpoint
from tests.orderdb.shop import ANNA, WEI, at


async def test_the_first_draft_holds_the_facts_and_says_where_they_are_from(office: Office) -> None:
    chat = office.asked("where is A20001?")
    (draft, *_) = await office.drafts(chat)
    assert "A20001" in draft.text
    assert "JDA200011" in draft.text
    sources = {fact.text: fact.source for fact in draft.facts}
    assert sources["JDA200011"] == "get_order A20001"
    assert draft.intent == "order.where"
    assert draft.origin == "code"
    assert draft.language == "en"


async def test_a_draft_is_for_all_that_nobody_has_answered(office: Office) -> None:
    chat = office.asked("hello", "where is my parcel?", "A20001 I mean")
    (draft, *_) = await office.drafts(chat)
    assert "A20001" in draft.text


async def test_that_somebody_will_come_answers_nothing(office: Office) -> None:
    chat = office.asked("I want a person for A20001")
    with office.desk.sessions() as session:
        (turn,) = session.exec(select(Turn).where(Turn.conversation_id == chat)).all()
        told = Message(
            conversation_id=chat,
            turn_id=turn.id,
            role=Role.ASSISTANT,
            text="A person will take over.",
            created_at=office.desk.clock(),
        )
        session.add(told)
        session.commit()
    office.says(chat, "hello?")
    (draft, *_) = await office.drafts(chat)
    assert "A20001" in draft.text
    office.says(chat, "please cancel A20002")
    (draft, *_) = await office.drafts(chat)
    assert draft.intent == "do.cancel"
    assert draft.proposal is not None
    assert "talking to a person" not in draft.text  # they are, by now


@pytest.mark.parametrize(
    ("said", "customer", "intent"),
    [
        (("I want to talk to a person", "which orders do I have?"), ANNA, "orders"),
        (("hello", "a person please", "hello?", "which orders do I have?"), ANNA, "orders"),
        (("where is A20001?", "and now a person please"), ANNA, "order.where"),
        (("转人工", "我有哪些订单"), WEI, "orders"),
    ],
)
async def test_who_asks_for_a_person_and_says_what_for_is_answered_what_for(
    office: Office, said: tuple[str, ...], customer: str, intent: str
) -> None:
    language = "zh" if customer == WEI else "en"
    (draft, *_) = await office.drafts(office.asked(*said, customer=customer, language=language))
    assert draft.intent == intent
    assert "talking to a person" not in draft.text
    assert "人工客服为您服务" not in draft.text


async def test_an_order_named_after_the_matter_is_not_left_out(office: Office) -> None:
    (draft, *_) = await office.drafts(office.asked("a person!", "where is it?", "A20002 I mean"))
    assert "A20002" in draft.text


async def test_an_agent_who_apologised_is_not_made_to_do_it_again(office: Office) -> None:
    chat = office.asked("I am furious, nobody helps! where is A20001?")
    (draft, *_) = await office.drafts(chat)
    assert "sorry" in draft.text
    office.accept(chat, draft)
    office.says(chat, "And what does A20002 cost?")
    (draft, *_) = await office.drafts(chat)
    assert "sorry" not in draft.text


async def test_a_question_that_no_rule_answers_is_not_drafted_in_a_tools_words(
    office: Office,
) -> None:
    office.without_rules()
    (draft, *_) = await office.drafts(office.asked("how long does a flying carpet last?"))
    assert draft.intent == "policy"
    assert draft.text == HOLDING.en


async def test_each_fact_of_a_draft_is_listed_once(office: Office) -> None:
    (draft, *_) = await office.drafts(office.asked("where is A20001?"))
    told = [fact.text for fact in draft.facts]
    assert sorted(told) == sorted(set(told))


async def test_a_greeting_is_drafted_in_the_agents_name(office: Office) -> None:
    (draft, *_) = await office.drafts(office.asked("hello"))
    assert draft.text.startswith("Hello Anna, this is Kim")


async def test_a_draft_answers_in_the_customers_language(office: Office) -> None:
    chat = office.asked("A20003到哪了？", customer=WEI, language="zh")
    (draft, *_) = await office.drafts(chat)
    assert draft.language == "zh"
    assert "订单A20003" in draft.text


async def test_a_wish_comes_with_a_proposal_that_is_not_made_yet(office: Office) -> None:
    chat = office.asked("please cancel A20002")
    (draft, *_) = await office.drafts(chat)
    assert draft.proposal is not None
    assert draft.proposal.tool == "propose_cancellation"
    assert str(draft.proposal.amount) == "€44.80"
    assert draft.proposal.clause == "CANCEL-1"
    assert [one["clause"] for one in draft.citations] == ["CANCEL-1"]
    assert rows(office.desk, Proposal) == []


async def test_a_draft_with_a_proposal_says_nothing_against_it(office: Office) -> None:
    shop_of(office.desk).delivered("A20009", on=office.desk.clock())
    chat = office.asked("please cancel A20009")
    (draft, *_) = await office.drafts(chat)
    assert draft.proposal is not None
    assert draft.proposal.tool == "propose_return"
    assert "can no longer be cancelled" in draft.text
    assert "Check whether" not in draft.text  # it was checked


async def test_accepting_makes_the_proposal_and_keeps_how_much_was_changed(office: Office) -> None:
    chat = office.asked("please cancel A20002")
    (draft, *_) = await office.drafts(chat)
    office.accept(chat, draft, draft.text + " Bye!")
    (proposal,) = rows(office.desk, Proposal)
    assert (proposal.status, proposal.asked_by) == (ProposalStatus.OPEN, Role.CUSTOMER)
    assert proposal.conversation_id == chat
    row = office.row(draft)
    assert row.status is SuggestionStatus.ACCEPTED
    assert row.agent_id == office.agent.id
    assert row.distance == len(" Bye!")
    assert row.facts_kept == len(draft.facts)


async def test_a_second_draft_is_void_once_the_first_was_sent(office: Office) -> None:
    late(office.desk)
    chat = office.asked("where is A20001?")
    first, second = await office.drafts(chat)
    office.accept(chat, first)
    with pytest.raises(SuggestionVoid):
        office.accept(chat, second)
    assert office.row(second).status is SuggestionStatus.VOID


async def test_what_was_drafted_is_told_again_and_not_made_anew(office: Office) -> None:
    chat = office.asked("where is A20001?")
    before = await office.drafts(chat)
    assert await office.drafts(chat) == before


async def test_nothing_is_drafted_once_an_agent_has_answered(office: Office) -> None:
    chat = office.asked("where is A20001?")
    (draft, *_) = await office.drafts(chat)
    office.accept(chat, draft)
    assert await office.drafts(chat) == []


async def test_a_draft_for_an_earlier_message_cannot_be_sent(office: Office) -> None:
    chat = office.asked("please cancel A20002")
    (draft, *_) = await office.drafts(chat)
    office.says(chat, "no, keep it")
    with pytest.raises(SuggestionVoid):
        office.accept(chat, draft)
    assert rows(office.desk, Proposal) == []


async def test_drafts_are_void_as_soon_as_the_customer_writes_again(office: Office) -> None:
    chat = office.asked("where is A20001?")
    stuck = Scripted([asyncio.Event()])
    stream = office.service(stuck).drafts(chat, office.agent)
    kinds = []
    async for event in stream:
        kinds.append(event.kind)
        if event.kind == "ready":
            office.says(chat, "and A20002?")
    assert kinds[-2:] == ["void", "done"]
    assert "ready" in kinds


async def test_a_price_that_changed_meanwhile_is_not_proposed(office: Office) -> None:
    chat = office.asked("please cancel A20002")
    (draft, *_) = await office.drafts(chat)
    with office.desk.sessions() as session:
        order = session.exec(select(Order).where(Order.number == "A20002")).one()
        order.status = OrderStatus.SHIPPED
        session.commit()
    with pytest.raises(SuggestionVoid):
        Accepting.begin(office.service(), office.agent, chat, draft.suggestion_id).propose()
    assert rows(office.desk, Proposal) == []


async def test_the_models_words_come_after_the_first_draft(office: Office) -> None:
    chat = office.asked("hello")
    model = Scripted([ModelCalled(Usage(llm_calls=1)), Text("Good to hear from you, Anna.", "a")])
    first, second = await office.drafts(chat, model=model)
    assert (first.origin, second.origin) == ("code", "model")
    assert second.text == "Good to hear from you, Anna."


async def test_what_a_model_invents_is_never_shown(office: Office) -> None:
    chat = office.asked("hello")
    model = Scripted([Text("Your refund of €999.99 is on its way. ", "a")])
    events = await office.events(chat, model=model)
    assert "999" not in "".join(str(event.payload) for event in events)


async def test_a_model_that_says_the_same_adds_no_draft(office: Office) -> None:
    chat = office.asked("hello")
    (first,) = await office.drafts(chat)
    model = Scripted([Text(first.text, "a")])
    assert [one.origin for one in await office.drafts(chat, model=model)] == ["code"]


async def test_a_model_that_says_less_than_code_adds_no_draft(office: Office) -> None:
    late(office.desk)
    chat = office.asked("where is A20001?")
    first, second = await office.drafts(chat)
    looked_up = Answer(calls=(("get_order", {"order_number": "A20001"}),))
    without_apology = Answer(text=first.text.partition(". ")[2])
    model = office.desk.agent(ScriptedEndpoint(looked_up, without_apology))
    assert [one.text for one in await office.drafts(chat, model=model)] == [first.text, second.text]


async def test_a_model_that_says_no_to_what_is_ready_adds_no_draft(office: Office) -> None:
    chat = office.asked("please cancel A20002")
    asked = {"order_number": "A20002", "action": "return"}
    model = office.desk.agent(
        ScriptedEndpoint(
            Answer(calls=(("check_eligibility", asked),)), Answer(text="That is not possible yet.")
        )
    )
    assert [one.origin for one in await office.drafts(chat, model=model)] == ["code"]


async def test_a_model_that_goes_away_leaves_what_code_says(office: Office) -> None:
    chat = office.asked("where is A20001?")
    model = office.desk.agent(ScriptedEndpoint(ConnectionError("gone")), attempts=1)
    drafts = await office.drafts(chat, model=model)
    assert [one.origin for one in drafts] == ["code"]


async def test_who_asks_for_a_person_is_told_how_the_order_stands(office: Office) -> None:
    chat = office.asked("I want a person for A20001, this is ridiculous!")
    (draft, *_) = await office.drafts(chat)
    assert "sorry" in draft.text
    assert "JDA200011" in draft.text
    assert len(rows(office.desk, Handoff)) == 1


def late(desk: Desk) -> None:
    """A20001 should have been there on Saturday."""
    with desk.sessions() as session:
        order = session.exec(select(Order).where(Order.number == "A20001")).one()
        order.promised_on = at(11, 21).date()
        session.commit()


async def test_a_late_parcel_lets_the_agent_offer_a_credit(office: Office) -> None:
    late(office.desk)
    chat = office.asked("where is A20001?")
    first, second = await office.drafts(chat)
    assert "sorry" in first.text
    assert second.proposal is not None
    assert second.proposal.tool == "propose_goodwill"
    assert str(second.proposal.amount) == "€4.90"
    assert "€4.90" in second.text
    assert rows(office.desk, GoodwillCredit) == []


async def test_accepting_a_credit_gives_it_once(office: Office) -> None:
    late(office.desk)
    chat = office.asked("where is A20001?")
    _, credit = await office.drafts(chat)
    assert office.accept(chat, credit)
    (given,) = rows(office.desk, GoodwillCredit)
    assert (given.amount_minor, given.agent) == (490, office.agent.name)
    with pytest.raises(SuggestionVoid):
        office.accept(chat, credit)
    assert len(rows(office.desk, GiftCard)) == 1


async def test_shorter_keeps_what_is_stated(office: Office) -> None:
    chat = office.asked("where is A20001?")
    (draft, *_) = await office.drafts(chat)
    (short,) = await office.drafts(chat, Wanted(wish="shorter", draft_id=draft.suggestion_id))
    assert len(short.text) <= len(draft.text)
    assert "A20001" in short.text
    assert short.origin == "wish"


async def test_an_apology_comes_first_and_only_once(office: Office) -> None:
    chat = office.asked("where is A20001?")
    (sorry,) = await office.drafts(chat, Wanted(wish="apologise"))
    assert sorry.text.startswith("I am sorry that you have had to wait.")
    (again,) = await office.drafts(chat, Wanted(wish="apologise", draft_id=sorry.suggestion_id))
    assert again.text == sorry.text


async def test_a_draft_in_another_language_holds_the_same_facts(office: Office) -> None:
    chat = office.asked("please cancel A20002")
    (draft, *_) = await office.drafts(chat, Wanted(wish="translate", language="zh"))
    assert draft.language == "zh"
    assert "A20002" in draft.text
    assert "€44.80" in draft.text


async def test_a_wish_about_a_draft_keeps_to_its_language(office: Office) -> None:
    chat = office.asked("where is A20001?")
    (other, *_) = await office.drafts(chat, Wanted(wish="translate", language="zh"))
    wish = Wanted(wish="apologise", draft_id=other.suggestion_id, language="zh")
    (sorry,) = await office.drafts(chat, wish)
    assert sorry.language == "zh"
    assert sorry.text.startswith("让您久等了")


async def test_an_agent_of_another_language_reads_what_is_drafted(
    desk: Desk, office: Office
) -> None:
    office.agent = seat(desk, ["zh"], "lin")
    chat = office.asked("where is A20001?")
    (draft, *_) = await office.drafts(chat)
    assert draft.language == "en"
    assert draft.translation is not None
    assert draft.translation.text is not None
    assert draft.translation.text.startswith("订单A20001")


async def test_an_exchange_that_is_not_possible_is_explained(office: Office) -> None:
    chat = office.asked("where is A20001?")
    (draft,) = await office.drafts(chat, Wanted(wish="offer_exchange"))
    assert "exchange" in draft.text
    assert draft.proposal is None


async def test_a_models_rewording_is_shown_only_with_its_sources(office: Office) -> None:
    chat = office.asked("where is A20001?")
    model = office.desk.agent(ScriptedEndpoint(Answer(text="A20001 is on its way.")), native=False)
    drafts = await office.drafts(chat, Wanted(wish="shorter"), model)
    assert [one.text for one in drafts[1:]] == ["A20001 is on its way."]
    model = office.desk.agent(ScriptedEndpoint(Answer(text="A20001 comes on 3 May.")), native=False)
    assert len(await office.drafts(chat, Wanted(wish="shorter"), model)) == 1
