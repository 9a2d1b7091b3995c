"""Looking for late and lost parcels every so often, so that the desk can write first."""

from __future__ import annotations

import asyncio
import logging
import random

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from assistant.services import Services
from orderdb.errors import OrderError
from orderdb.models import Agent

log = logging.getLogger(__name__)


async def scan_regularly(services: Services, minutes: float) -> None:
    """Draft what is new until cancelled; several servers draft no event twice.

    Nothing is looked for while nobody works at the desk, or where ``minutes`` is 0.
    """
    while minutes and services.suggestions is not None:
        # Servers that were started together do not look together.
        await asyncio.sleep(minutes * 60 * random.uniform(0.8, 1.2))  # noqa: S311
        try:
            found = await asyncio.to_thread(_scan, services)
        except (SQLAlchemyError, OrderError) as error:
            log.warning("parcels in trouble were not looked for: %r", error)
        else:
            log.info("%d message(s) drafted about parcels in trouble", found)


def _scan(services: Services) -> int:
    with services.sessions() as session:
        staffed = session.exec(select(Agent.id).where(Agent.active).limit(1)).first()
    if staffed is None or services.suggestions is None:
        return 0
    return len(services.suggestions.proactive().scan())
