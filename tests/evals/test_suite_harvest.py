"""Drafts of cases from conversations: what is worth it is found, and nobody can be told by them."""

from __future__ import annotations

from datetime import timedelta

import yaml
from sqlalchemy import Engine

from evals.suite.harvesting import Placeholders, harvest
from orderdb.desk.agents import add_agent
from orderdb.models import Conversation, Customer, Message, Proposal
from orderdb.models.desk import Rating
from orderdb.models.suggestions import ReplyExample
from orderdb.statuses import AgentRole, ProposalKind, Role
from tests.orderdb.shop import ANNA, NOW, Shop


def talk(shop: Shop, key: str, *said: str) -> None:
    shop.save(Conversation(id=key, customer_id=ANNA, language="en", created_at=NOW))
    for place, text in enumerate(said):
        role = Role.ASSISTANT if place % 2 else Role.CUSTOMER
        shop.save(Message(conversation_id=key, role=role, text=text, created_at=NOW))


def test_rated_conversations_become_drafts_without_personal_data(sqlite_engine: Engine) -> None:
    shop = Shop(sqlite_engine)
    person = shop.session.get_one(Customer, ANNA)
    person.name, person.email = "Anna Vogelsang", "anna@vogelsang.example"
    shop.save(person)
    shop.order("A20001")
    talk(
        shop,
        "rated",
        "I'm Anna Vogelsang, where is a 20001? Mail other@mail.example or +49 151 2345678",
        "Order A20001 is being prepared.",
    )
    talk(shop, "unrated", "hello", "hi")
    shop.save(
        Rating(
            conversation_id="rated",
            stars=2,
            resolved=False,
            comment="Vogelsang was not helped",
            created_at=NOW + timedelta(minutes=1),
        )
    )
    found = harvest(str(sqlite_engine.url), 10)
    (draft,) = yaml.safe_load(found.text)["cases"]
    assert found.count == 1
    assert draft["turns"] == [
        {
            "say": "I'm [NAME 1], where is [ORDER 1]? Mail [MAIL 1] or [PHONE 1]",
            "answered": "Order [ORDER 1] is being prepared.",
        }
    ]
    assert draft["note"] == "2 stars, not resolved. [NAME 2] was not helped"
    for private in ("Vogelsang", "20001", "@", "2345678"):
        assert private not in found.text


def test_only_replies_that_an_agent_approved_become_drafts(sqlite_engine: Engine) -> None:
    shop = Shop(sqlite_engine)
    for approved in (False, True):
        shop.save(
            ReplyExample(
                intent="order.where", language="en", message="where is {order_number}?",
                reply=f"It is on its way. ({approved})", embedding="e", vector=[1.0], clauses=[],
                tools=[], approved=approved, created_at=NOW,
            )
        )  # fmt: skip
    (draft,) = yaml.safe_load(harvest(str(sqlite_engine.url), 10).text)["cases"]
    assert draft["tags"] == ["approved", "order.where"]
    assert draft["turns"] == [
        {"say": "where is {order_number}?", "answered": "It is on its way. (True)"}
    ]


def test_a_word_has_the_same_placeholder_wherever_it_stands() -> None:
    hidden = Placeholders([("ORDER", "A20001"), ("ORDER", "A20002")])
    assert hidden.replace("A20001, A-20002 and a20001") == "[ORDER 1], [ORDER 2] and [ORDER 1]"
    assert hidden.replace("card 4111 1111 1111 1111") == "card [CARD 1]"


def test_a_number_to_call_is_replaced_inside_chinese_words_and_a_day_is_none() -> None:
    hidden = Placeholders([])
    assert hidden.replace("我的电话13812345678打给我") == "我的电话[PHONE 1]打给我"
    assert hidden.replace("下单于2026-11-20 / 2026-11-23") == "下单于2026-11-20 / 2026-11-23"


def test_an_address_that_was_only_asked_for_is_replaced(sqlite_engine: Engine) -> None:
    shop = Shop(sqlite_engine)
    order = shop.order("A20001")
    talk(shop, "rated", "Send it to Nora Blum, 12 Elm Lane, 04109 Leipzig", "Please confirm.")
    shop.save(
        Proposal(
            id="p", customer_id=ANNA, order_id=order.id, order_version=1,
            kind=ProposalKind.CHANGE_ADDRESS, summary_en="x", summary_zh="x", currency="EUR",
            clause="ADDRESS-1", clause_version=1, digest="d", created_at=NOW,
            expires_at=NOW + timedelta(hours=1),
            arguments={
                "recipient": "Nora Blum", "line1": "12 Elm Lane", "postal_code": "04109",
            },
        )
    )  # fmt: skip
    shop.save(Rating(conversation_id="rated", stars=2, resolved=False, comment="", created_at=NOW))
    (draft,) = yaml.safe_load(harvest(str(sqlite_engine.url), 10).text)["cases"]
    assert draft["turns"][0]["say"] == "Send it to [NAME 1], [STREET 1], [POSTCODE 1] Leipzig"


def test_an_agent_is_not_named_either(sqlite_engine: Engine) -> None:
    shop = Shop(sqlite_engine)
    agent = add_agent(shop.session, "mia", "Mia Keller", AgentRole.AGENT, ["en"], None, NOW)
    talk(shop, "rated", "where is it?")
    shop.save(
        Message(
            conversation_id="rated",
            role=Role.AGENT,
            agent_id=agent.id,
            text="On its way. Regards, Mia",
            created_at=NOW,
        )
    )
    shop.save(Rating(conversation_id="rated", stars=5, resolved=True, comment="", created_at=NOW))
    (draft,) = yaml.safe_load(harvest(str(sqlite_engine.url), 10).text)["cases"]
    assert draft["turns"][0]["answered"] == "On its way. Regards, [AGENT 1]"
