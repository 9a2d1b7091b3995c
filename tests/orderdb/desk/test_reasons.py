"""Which messages are for a person, and which only sound like it."""

from __future__ import annotations

import pytest

from orderdb.desk.reasons import Before, misunderstood, reason_for, reason_given
from orderdb.statuses import ReasonCode

FOR_A_PERSON = {
    ReasonCode.SAFETY: (
        "The kettle caught fire this morning",
        "My daughter was injured by the broken glass",
        "The battery is swollen and hot, what now?",
        "It gave me an electric shock",
        "Smoke came out of the charger",
        "I had an allergic reaction to the cream",
        "充电器冒烟了",
        "电池鼓包，不敢用",
        "孩子被烫伤了，已经送医",
        "插座漏电，我触电了",
    ),
    ReasonCode.LEGAL: (
        "You will hear from my lawyer",
        "I am going to sue you",
        "I'll take you to court over this",
        "I will take legal action if this is not solved",
        "I will report you to consumer protection",
        "I am going to file a chargeback with my bank",
        "我要起诉你们",
        "再不处理我就打12315",
        "我会找律师",
        "我会走法律途径",
        "我要去消协投诉",
        "信不信我告你们",
    ),
    ReasonCode.WISH: (
        "I want to talk to a person",
        "Can I speak to a human please?",
        "Get me a real agent",
        "Let me talk to your manager",
        "I need a human",
        "agent",
        "Please connect me with customer service agent",
        "转人工",
        "我要转人工客服",
        "能帮我找真人吗",
        "人工",
        "叫你们经理来",
        "我想跟真人沟通",
    ),
    ReasonCode.LIMIT: (
        "I want compensation for this delay",
        "Compensate me for the trouble",
        "Can't you make an exception for me?",
        "你们必须给我赔偿",
        "能不能破例一次",
    ),
    ReasonCode.UNSUPPORTED: (
        "Please delete my account",
        "Call me back today",
        "Update my email to a@b.example",
        "请注销我的账号",
        "帮我修改手机号",
        "给我回个电话",
    ),
}

FOR_THE_ASSISTANT = (
    "Where is my order A20001?",
    "Could this charger catch fire?",
    "Do you sell a fire pit?",
    "Is the Fire TV stick in stock?",
    "Does the smoke detector come with a battery?",
    "How long is the battery life?",
    "I burned my old CDs, do you sell new ones?",
    "The glass arrived broken",
    "The price hurt a little, but fine",
    "I am a lawyer and need an invoice for my firm",
    "It is a gift for my lawyer",
    "Do you have court shoes in size 38?",
    "Please deliver it to Sue Miller",
    "What are my consumer rights when goods are late?",
    "Is legal size paper in stock?",
    "Will the delivery person call me?",
    "Must I sign in person?",
    "Are you a human?",
    "I don't want to talk to a person, just cancel it",
    "Do you sell human hair wigs?",
    "The agent of the carrier left it at the door",
    "What compensation is there for late parcels?",
    "Do you offer discounts?",
    "How do I change my password?",
    "Can I change the delivery address?",
    "How can I delete my account?",
    "I want to return the kettle",
    "This is taking a while",
    "我的订单到哪了？",
    "这个充电宝会不会爆炸？",
    "有爆炸盐卖吗",
    "担心电池漏液，有保修吗",
    "玻璃杯碎了",
    "送到法院路12号可以吗",
    "我是律师，需要开公司发票",
    "请转告你们仓库放门口",
    "我告诉你们订单号是A20001",
    "不用转人工，帮我取消就行",
    "人工客服几点上班？",
    "有人工智能音箱吗",
    "延误有补偿吗？",
    "怎么修改密码？",
    "可以换个颜色吗",
    "我要退货",
)


@pytest.mark.parametrize(
    ("message", "code"),
    [(message, code) for code, messages in FOR_A_PERSON.items() for message in messages],
)
def test_these_words_bring_a_person(message: str, code: ReasonCode) -> None:
    assert reason_for(message) is code


@pytest.mark.parametrize("message", FOR_THE_ASSISTANT)
def test_these_words_bring_nobody(message: str) -> None:
    assert reason_for(message) is None


def test_the_gravest_reason_is_named() -> None:
    words = "I want to talk to a person. The kettle caught fire! My lawyer will call you."
    assert reason_for(words) is ReasonCode.SAFETY


@pytest.mark.parametrize("message", ["That is not fair, I still want it", "凭什么不能退"])
def test_insisting_after_a_rule_said_no_brings_a_person(message: str) -> None:
    assert reason_for(message, Before(refused=True)) is ReasonCode.LIMIT
    assert reason_for(message) is None


@pytest.mark.parametrize("message", ["ok, then keep it", "那算了", "And when does it arrive?"])
def test_accepting_a_no_brings_nobody(message: str) -> None:
    assert reason_for(message, Before(refused=True)) is None


def test_the_third_failed_turn_brings_a_person_and_the_second_does_not() -> None:
    assert reason_for("A20001", Before(failed=3)) is ReasonCode.FAILED_TURNS
    assert reason_for("A20001", Before(failed=2)) is None


def test_an_angry_customer_is_answered_once_and_then_gets_a_person() -> None:
    first, again = "This is ridiculous, where is it?", "That is useless! I am fed up"
    assert reason_for(first) is None
    assert reason_for(again, Before(said=(first,))) is ReasonCode.MOOD


def test_who_has_calmed_down_keeps_the_assistant() -> None:
    said = ("This is ridiculous, where is it?",)
    assert reason_for("ok thanks, and the other order?", Before(said=said)) is None


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("yes please", ReasonCode.WISH),
        ("好的", ReasonCode.WISH),
        ("is somebody there who could look at it", ReasonCode.WISH),
        ("I am very disappointed with the service", ReasonCode.COMPLAINT),
        ("Print my initials on the mug I bought last week", ReasonCode.UNSUPPORTED),
        ("I will sue you", ReasonCode.LEGAL),
    ],
)
def test_a_person_called_by_others_is_told_why(message: str, code: ReasonCode) -> None:
    assert reason_given(message) is code


@pytest.mark.parametrize(
    "message",
    ["That's not what I asked", "you don't understand", "答非所问", "我刚才说过了", "没听懂吗"],
)
def test_a_customer_says_that_the_answer_was_beside_the_point(message: str) -> None:
    assert misunderstood(message)


@pytest.mark.parametrize("message", ["thanks", "what is not included?", "我说的是A20001"])
def test_other_words_do_not_say_so(message: str) -> None:
    assert not misunderstood(message)


def test_asking_why_not_of_other_goods_brings_nobody() -> None:
    refused = Before(refused=True)
    assert reason_for("why not the scarf?", refused) is None
    assert reason_for("and why not my other one", refused) is None
    assert reason_for("but why not, it's hardly used", refused) is ReasonCode.LIMIT
