"""What a run's tokens cost, by a table beside this file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.suite.played import Usage
from orderdb.yaml_text import read_yaml

PRICES = Path(__file__).parent / "prices.yaml"


class NoPrice(Exception):
    """The price table has no such model, or cannot be read."""


class Price(BaseModel):
    """Per million tokens, in the table's currency."""

    model_config = ConfigDict(extra="forbid")

    input: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    currency: str
    models: dict[str, Price]


@dataclass(frozen=True)
class Priced:
    currency: str
    price: Price

    def cost(self, usage: Usage) -> float:
        spent = usage.prompt_tokens * self.price.input + usage.completion_tokens * self.price.output
        return spent / 1_000_000


def price_of(model: str, path: Path = PRICES) -> Priced:
    """What a model costs; raises NoPrice."""
    try:
        table = Table.model_validate(read_yaml(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise NoPrice(f"{path} is no price table: {error}") from error
    if model not in table.models:
        raise NoPrice(
            f"{path} has no price of {model}; it has {', '.join(sorted(table.models)) or 'none'}"
        )
    return Priced(table.currency, table.models[model])
