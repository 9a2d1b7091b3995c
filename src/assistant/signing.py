"""What an effect looks like on the wire, signed so that its receiver knows who sent it and when.

The form is that of Standard Webhooks (standardwebhooks.com), for which receivers find libraries.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

from orderdb.canonical import canonical_json
from orderdb.models import Effect

_PREFIX = "whsec_"


def message(effect: Effect) -> bytes:
    """The body: the same bytes at every attempt."""
    return canonical_json(
        {
            "type": effect.kind.value,
            "key": effect.key,
            "created_at": effect.created_at.isoformat(),
            "data": effect.payload,
        }
    )


def headers(effect: Effect, body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """Idempotency key, time and signature; the signature covers all three and the body."""
    moment = str(int(now.timestamp()))
    return {
        "content-type": "application/json",
        "idempotency-key": effect.key,
        "webhook-id": effect.key,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature(effect.key, moment, body, secret)}",
    }


def signature(key: str, moment: str, body: bytes, secret: str) -> str:
    """HMAC-SHA256 over ``key.moment.body``, in base64."""
    signed = b".".join((key.encode(), moment.encode(), body))
    return base64.b64encode(hmac.new(_bytes(secret), signed, hashlib.sha256).digest()).decode()


def _bytes(secret: str) -> bytes:
    """A secret as ``whsec_`` and base64, as those libraries write it, or any other text."""
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
