"""Messages of several matters are cut where a new question starts, and nowhere else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.order_numbers import mentions, plain
from assistant.questions import split_questions


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("where is A20031 and can I cancel A20035?", ["where is A20031", "can I cancel A20035?"]),
        ("A20031到哪了？另外退货期限多久", ["A20031到哪了?", "退货期限多久"]),
        ("A20031到哪了，退货期限多久？", ["A20031到哪了", "退货期限多久?"]),
        ("那换掉吧 运费谁付", ["那换掉吧", "运费谁付"]),
        ("return A20031 and exchange A20035", ["return A20031", "exchange A20035"]),
        ("帮我取消A20031，另外A20035什么时候到", ["帮我取消A20031", "A20035什么时候到"]),
        (
            "The kettle in A20080 leaks. And A20031 says delivered but I never got it.",
            ["The kettle in A20080 leaks.", "A20031 says delivered but I never got it."],
        ),
        (
            "Send A20031 to 12 Elm Street, Flat 3, Boston MA 02110 and is A20035 shipped?",
            ["Send A20031 to 12 Elm Street, Flat 3, Boston MA 02110", "is A20035 shipped?"],
        ),
        (
            "Who brought A20031, and what was I charged in total?",
            ["Who brought A20031", "what was I charged in total?"],
        ),
        (
            "fine then, return it. Who pays the postage?",
            ["fine then, return it.", "Who pays the postage?"],
        ),
        (
            "What's your return policy and do you ship to Canada?",
            ["What's your return policy", "do you ship to Canada?"],
        ),
    ],
)
def test_a_new_question_starts_a_new_part(message: str, parts: list[str]) -> None:
    assert split_questions(message) == parts


@pytest.mark.parametrize(
    "message",
    [
        "cancel A20031 and A20035",
        "cancel A20031 and refund me",
        "I moved last week. Can you change the address of A20031 to 4 Rose Lane, Leeds, LS1 4AB?",
        "My kettle leaks. I want to return A20031.",
        "I want to return the shirt and the shoes because they are too small.",
        "Can I cancel A20031? If so, please do it.",
        "Hi! How are you? Where is my order?",
        "how much is the lamp and is it in stock?",
        "no, not A20031. A20035",
        "台灯多少钱,有货吗",
        "你好,请问A20031到哪了,谢谢",
        "A20084寄到公司吧:朝阳区建国路88号,收件人李雷,电话13800001234",
        "我想退A20031,还有没有别的颜色",
    ],
)
def test_what_belongs_together_stays_together(message: str) -> None:
    assert split_questions(message) == [message]


@given(message=st.text(alphabet="wcaniAd20315 ?.,;!\n退货取消到哪了吗另外还有and", max_size=120))
def test_no_order_number_is_lost_or_made_by_splitting(message: str) -> None:
    whole = [one.key for one in mentions(message)]
    parts = [one.key for part in split_questions(message) for one in mentions(part)]
    assert parts == whole


@given(message=st.text(max_size=200))
def test_splitting_drops_nothing_but_joining_words_and_space(message: str) -> None:
    kept = re.sub(r"\W", "", "".join(split_questions(message)))
    letters = iter(re.sub(r"\W", "", plain(message)))
    assert all(letter in letters for letter in kept)
