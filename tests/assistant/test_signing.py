"""The signature is the one that receivers' libraries check."""

from __future__ import annotations

import base64

import pytest

from assistant.signing import signature

KEY, MOMENT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_it_is_that_of_the_published_example() -> None:
    assert signature(KEY, MOMENT, BODY, SECRET) == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("key", "moment", "body", "secret"),
    [
        ("other", MOMENT, BODY, SECRET),
        (KEY, "1614265331", BODY, SECRET),
        (KEY, MOMENT, BODY + b" ", SECRET),
        (KEY, MOMENT, BODY, "whsec_" + base64.b64encode(b"another secret").decode()),
    ],
)
def test_it_covers_key_time_body_and_secret(
    key: str, moment: str, body: bytes, secret: str
) -> None:
    assert signature(key, moment, body, secret) != signature(KEY, MOMENT, BODY, SECRET)


def test_any_other_text_is_a_secret_as_it_stands() -> None:
    plain = base64.b64encode(b"a plain secret").decode()
    assert signature(KEY, MOMENT, BODY, f"whsec_{plain}") == signature(
        KEY, MOMENT, BODY, "a plain secret"
    )
    assert signature(KEY, MOMENT, BODY, "whsec_ not base64") != signature(KEY, MOMENT, BODY, "x")
