"""What customers think of a conversation afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from orderdb import audit
from orderdb.conversations import conversation_of
from orderdb.database import writing
from orderdb.models import Rating


def rate(
    session: Session,
    customer_id: str,
    conversation_id: str,
    stars: int,
    resolved: bool,
    comment: str,
    now: datetime,
) -> Rating:
    """Keep a rating; another takes the place of the first. Raises NotFound."""
    conversation_of(writing(session), customer_id, conversation_id, locked=True)
    rating = session.get(Rating, conversation_id)
    if rating is None:
        rating = Rating(conversation_id=conversation_id, stars=stars, resolved=resolved,
                        comment=comment, created_at=now)  # fmt: skip
    rating.stars, rating.resolved, rating.comment = stars, resolved, comment
    rating.created_at = now
    session.add(rating)
    session.flush()
    audit.append(
        session,
        actor=f"customer:{customer_id}",
        kind="conversation.rated",
        subject=f"conversation:{conversation_id}",
        payload={"stars": stars, "resolved": resolved},
        now=now,
    )
    session.commit()
    return rating
