"""Changes that need more than an order: what is known of them, and what has to be asked for."""

from assistant.asking.slot import Option, Question, SlotName, Stand
from assistant.asking.wish import SLOTS, Heard, Wish, filled

__all__ = ["SLOTS", "Heard", "Option", "Question", "SlotName", "Stand", "Wish", "filled"]
