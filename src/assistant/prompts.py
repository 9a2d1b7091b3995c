"""The prompt files: named, versioned, with declared variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.settings import ConfigurationError
from orderdb.yaml_text import read_yaml

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")

# What the code fills in, by prompt; a file that declares anything else stops the start-up.
PROMPT_VARIABLES = {
    "assistant": frozenset[str](),
    "turn": frozenset({"message", "today", "language", "matters"}),
    "embedded": frozenset[str](),
    "answer": frozenset({"facts", "message", "task", "language"}),
    "talk": frozenset({"task", "language"}),
    "choose": frozenset({"part", "steps"}),
    "repair": frozenset({"problems", "language"}),
    "rewrite": frozenset({"facts", "draft", "wish", "language"}),
    "translate": frozenset({"text", "language"}),
}


class PromptError(ConfigurationError):
    """A prompt file is missing or not as declared; says which and what to do."""


@dataclass(frozen=True)
class Prompt:
    """One prompt. Its variables are exactly those that its front matter declares."""

    name: str
    version: str
    variables: frozenset[str]
    text: str

    def fill(self, **values: str) -> str:
        """The text with every variable set; raises PromptError for one too many or too few."""
        if values.keys() != self.variables:
            odd = ", ".join(sorted(values.keys() ^ self.variables))
            raise PromptError(f"prompt {self.name} {self.version}: variables do not fit: {odd}")
        return _VARIABLE.sub(lambda match: values[match[1]], self.text)


@dataclass(frozen=True)
class Prompts:
    """All prompts of a folder."""

    by_name: Mapping[str, Prompt]

    @classmethod
    def load(cls, folder: Path, required: Mapping[str, frozenset[str]]) -> Prompts:
        """Read ``*.md``; each of ``required`` must be there and declare those variables."""
        found = {prompt.name: prompt for prompt in map(_read, sorted(folder.glob("*.md")))}
        for name, variables in required.items():
            if name not in found:
                raise PromptError(f"there is no prompt {name!r} in {folder}")
            if found[name].variables != variables:
                odd = ", ".join(sorted(found[name].variables ^ variables))
                raise PromptError(f"{folder / name}.md: declare exactly the variables: {odd}")
        return cls(found)

    def __getitem__(self, name: str) -> Prompt:
        return self.by_name[name]

    @property
    def versions(self) -> dict[str, str]:
        return {name: prompt.version for name, prompt in sorted(self.by_name.items())}


def _read(path: Path) -> Prompt:
    match = _FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    if match is None:
        raise PromptError(f"{path}: start it with front matter between two lines of ---")
    try:
        head = read_yaml(match[1])
        name, version = str(head["name"]), str(head["version"])
        declared = frozenset(head.get("variables") or ())
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise PromptError(f"{path}: the front matter needs name and version: {error}") from None
    used = frozenset(_VARIABLE.findall(match[2]))
    if used != declared:
        odd = ", ".join(sorted(used ^ declared))
        raise PromptError(f"{path}: declared and used variables differ: {odd}")
    return Prompt(name=name, version=version, variables=declared, text=match[2].strip())
