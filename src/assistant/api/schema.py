"""The OpenAPI document, with the problem document that every error follows."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from assistant.api.problems import ProblemDocument

_REF = "#/components/schemas/{model}"


class Api(FastAPI):
    """FastAPI names only schemas that a route returns; problems are raised."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        _, named = models_json_schema([(ProblemDocument, "serialization")], ref_template=_REF)
        document.setdefault("components", {}).setdefault("schemas", {}).update(named["$defs"])
        return document
