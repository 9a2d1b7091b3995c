"""The mood rule, on messages as customers write them."""

from __future__ import annotations

import pytest

from orderdb.mood import Mood, mood, mood_of, moods


@pytest.mark.parametrize(
    "message",
    [
        "where is my order A20083?",
        "Can I still cancel A20001, please",
        "I'd like to return the kettle, it is too small",
        "Thanks, that was quick!",
        "PLEASE use DHL for A20003",
        "请问订单A20083什么时候到？",
        "我想退掉这双鞋，尺码不合适",
        "谢谢，已经收到了",
        "能不能改一下收货地址",
        "包装盒丢进垃圾桶了",
    ],
)
def test_a_plain_question_is_calm(message: str) -> None:
    assert mood_of(message) is Mood.CALM


@pytest.mark.parametrize(
    "message",
    [
        "I am really disappointed with the quality",
        "Still no parcel. It was promised for Tuesday.",
        "This is the third time I ask",
        "nobody answers my mails",
        "太慢了，都几天了",
        "怎么还没到啊",
        "我很失望",
        "where is it???",
    ],
)
def test_disappointment_is_unhappy(message: str) -> None:
    assert mood_of(message) is Mood.UNHAPPY


@pytest.mark.parametrize(
    "message",
    [
        "This is ridiculous, I want my money back",
        "You are scammers",
        "My lawyer will hear about this",
        "STILL NOTHING HAS ARRIVED HERE!!!",
        "I am fed up with you",
        "你们就是骗子",
        "太过分了，我要去12315投诉",
        "垃圾店，再也不买了",
        "别敷衍我",
    ],
)
def test_insults_threats_and_shouting_are_anger(message: str) -> None:
    assert mood_of(message) is Mood.ANGRY


def test_being_unhappy_again_and_again_is_being_angry() -> None:
    said = ["Still no parcel", "I am disappointed", "nobody answers", "ok"]
    assert mood(said[:2]) is Mood.UNHAPPY
    assert mood(said) is Mood.ANGRY


def test_calm_words_calm_it_slowly() -> None:
    said = ["This is ridiculous!", "ok", "thank you", "and the other order?", "great", "fine"]
    assert moods(said) == ["angry", "angry", "unhappy", "unhappy", "calm", "calm"]


def test_nothing_said_is_calm() -> None:
    assert mood([]) is Mood.CALM
