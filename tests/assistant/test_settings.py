"""What the environment says, and what it says wrongly."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.settings import InvalidSettings, Settings
from orderdb.policy_book import PolicyBook


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("ORDERDESK_", "OPENAI_")):
            monkeypatch.delenv(name)


def test_without_an_endpoint_the_embedded_model_serves() -> None:
    settings = Settings.load()
    assert settings.endpoint is None
    assert settings.fallback is None
    assert settings.embedded
    assert not settings.demo


@pytest.mark.parametrize(
    ("variables", "base_url", "key", "model"),
    [
        ({"OPENAI_API_KEY": "sk-1"}, None, "sk-1", "gpt-4.1-mini"),
        (
            {"OPENAI_BASE_URL": "http://ollama:11434/v1", "ORDERDESK_MODEL": "qwen3"},
            "http://ollama:11434/v1",
            "none",
            "qwen3",
        ),
    ],
)
def test_an_endpoint_is_a_key_or_an_address(
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    base_url: str | None,
    key: str,
    model: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    endpoint = Settings.load().endpoint
    assert endpoint is not None
    assert (endpoint.base_url, endpoint.model) == (base_url, model)
    assert endpoint.api_key.get_secret_value() == key
    assert key not in repr(Settings.load()) or key == "none"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")
    monkeypatch.setenv("ORDERDESK_PORT", "")
    assert Settings.load().endpoint is None
    assert Settings.load().port == 8000


def test_every_faulty_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERDESK_PORT", "http")
    monkeypatch.setenv("ORDERDESK_LIMITS__TURN_SECONDS", "0")
    monkeypatch.setenv("ORDERDESK_JWT_ALGORITHM", "none")
    with pytest.raises(InvalidSettings) as refusal:
        Settings.load()
    for name in ("PORT", "LIMITS__TURN_SECONDS", "JWT_ALGORITHM"):
        assert f"ORDERDESK_{name}: " in str(refusal.value)


def test_limits_come_from_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERDESK_LIMITS__TURN_SECONDS", "12.5")
    assert Settings.load().limits.turn_seconds == 12.5


def test_everything_lies_in_the_data_directory_unless_said_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ORDERDESK_DATA", str(tmp_path))
    settings = Settings.load()
    assert settings.database == f"sqlite:///{tmp_path}/orderdesk.db"
    assert settings.chroma == tmp_path / "chroma"
    monkeypatch.setenv("ORDERDESK_DATABASE_URL", "postgresql://shop/orders")
    monkeypatch.setenv("ORDERDESK_CHROMA_DIR", "/elsewhere")
    assert Settings.load().database == "postgresql://shop/orders"
    assert Settings.load().chroma == Path("/elsewhere")


def test_the_cache_follows_the_user_s_cache_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Settings.load().cache == tmp_path / "orderdesk"
    monkeypatch.setenv("ORDERDESK_CACHE_DIR", str(tmp_path / "own"))
    assert Settings.load().cache == tmp_path / "own"


def test_the_checkout_s_prompts_and_policies_are_found_from_anywhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.load()
    assert list(settings.prompts.glob("*.md"))
    assert len(list(PolicyBook.load(settings.policies))) > 14
