"""Promise 4: what a reply claims is compared with what the tools said, before anyone reads it."""

from assistant.grounding.check import Grounds, Ungrounded, sentences
from assistant.grounding.facts import Facts, facts_of

__all__ = ["Facts", "Grounds", "Ungrounded", "facts_of", "sentences"]
