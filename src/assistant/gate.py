"""Lets a reply through sentence by sentence, each once its claims have a source."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.grounding import Grounds, Ungrounded, sentences
from orderdb.text import Language

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORDS = re.compile(r"[A-Za-z]{2,}")


@dataclass
class Gate:
    """Text goes in as it streams; whole, checked sentences come out.

    After the first sentence that fails nothing comes out any more and ``problems`` says why.
    """

    grounds: Grounds
    language: Language
    sent: str = ""
    problems: list[Ungrounded] = field(default_factory=list)
    _held: str = ""

    def feed(self, text: str) -> str:
        """Add streamed text; returns what may be sent now."""
        self._held += text
        *whole, rest = sentences(self._held) or [""]
        if rest and rest[-1] in "。！？!?\n":
            whole, rest = [*whole, rest], ""
        self._held = rest
        return self._pass(whole)

    def tell(self, text: str) -> str:
        """Add whole sentences that no model wrote, behind what is held back."""
        passed = self._pass([self._held] if self._held.strip() else [])
        self._held = ""
        if self.problems:
            return passed
        self.sent += text
        return passed + text

    def restart(self) -> None:
        """What came so far is void."""
        self.sent, self._held, self.problems = "", "", []

    def close(self, *, complete: bool = True) -> str:
        """The stream is over. An unfinished last sentence is left out when others were sent."""
        rest, self._held = self._held, ""
        if not complete and self.sent:
            return ""
        return self._pass([rest] if rest.strip() else [])

    def _pass(self, whole: list[str]) -> str:
        passed = ""
        for sentence in whole:
            if self.problems:
                break
            self.problems = self.grounds.check(sentence) or self._wrong_language(sentence)
            if not self.problems:
                passed += sentence if self.sent or passed else sentence.lstrip()
        self.sent += passed
        return passed

    def _wrong_language(self, sentence: str) -> list[Ungrounded]:
        han, words = len(_HAN.findall(sentence)), len(_WORDS.findall(sentence))
        wrong = (han == 0 and words > 4) if self.language == "zh" else han > max(6, words)
        return [Ungrounded(sentence.strip(), "not in the customer's language")] if wrong else []
