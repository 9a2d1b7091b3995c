"""What a reading's label comes to in its conversation: follow-ups, bare names, a plain yes."""

from assistant.settling.settled import settled

__all__ = ["settled"]
