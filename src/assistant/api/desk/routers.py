"""Every router of the desk, in one place."""

from __future__ import annotations

from fastapi import APIRouter

from assistant.api.desk import (
    acting,
    canned,
    cases,
    colleagues,
    conversations,
    customers,
    demo,
    drafts,
    events,
    examples,
    oidc,
    photos,
    proactive,
    queue,
    reports,
    session,
    tickets,
)

SIGNED: tuple[APIRouter, ...] = (
    session.router,
    queue.router,
    conversations.router,
    photos.router,
    events.router,
    acting.router,
    cases.router,
    customers.router,
    colleagues.router,
    drafts.router,
    canned.router,
    tickets.router,
    proactive.router,
    reports.router,
    examples.router,
)
"""For agents who are signed in."""

OPEN: tuple[APIRouter, ...] = (session.entry, oidc.router)
"""How agents get in; ``oidc`` is there when an identity provider is configured."""

DESK: tuple[APIRouter, ...] = (session.entry, *SIGNED)

DEMO: tuple[APIRouter, ...] = (demo.router,)
"""Signing in without a password: in the demo only."""
