"""The evals from the command line; they live in the checkout, beside the package."""

from __future__ import annotations

import sys
from importlib import import_module, util
from pathlib import Path

from assistant.settings import ConfigurationError

_ROOT = Path(__file__).parents[3]


class NoEvals(ConfigurationError):
    """The evals are not installed with the package."""


def run_evals(arguments: list[str]) -> int:
    """Pass a command on to the evals; returns its exit code. Raises NoEvals outside a checkout."""
    if not (_ROOT / "evals" / "suite").is_dir():
        raise NoEvals(
            "The evals are part of the source, not of the package: run this in a checkout."
        )
    if util.find_spec("inspect_ai") is None:
        raise NoEvals("The evals need inspect-ai: install the group eval, as make test does.")
    if str(_ROOT) not in sys.path:
        sys.path.insert(0, str(_ROOT))
    code: int = import_module("evals.suite.cli").main(arguments)
    return code
