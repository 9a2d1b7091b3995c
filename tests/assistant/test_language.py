"""The language of the answer is that of the message."""

import pytest

from assistant.language import language_of


@pytest.mark.parametrize(
    ("message", "otherwise", "language"),
    [
        ("Where is my order?", "zh", "en"),
        ("我的订单到哪了？", "en", "zh"),
        ("A20031到哪了", "en", "zh"),
        ("DHL的包裹到哪了？", "en", "zh"),
        ("Is the 电热水壶 still in stock with you?", "zh", "en"),
        ("A20031", "zh", "zh"),
        ("A20031", "en", "en"),
        ("👍", "zh-CN", "zh"),
        ("photo1.jpg, https://img.example/box.png", "zh", "zh"),
        ("", "en", "en"),
        ("???", "fr", "en"),
        ("ok", "zh", "zh"),
        ("OK, PayPal", "en", "en"),
        ("Schillerstr. 20, 80336 München", "zh", "zh"),
        ("Schillerstr. 20, 80336 München", "en", "en"),
        ("GC7KM2PLQ80RT5XA", "zh", "zh"),
        ("please use card 4242", "zh", "en"),
    ],
)
def test_words_decide_and_without_any_the_conversation_does(
    message: str, otherwise: str, language: str
) -> None:
    assert language_of(message, otherwise) == language
