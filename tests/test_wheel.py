"""The wheel works outside the checkout: prompts, policies, page and migrations are in it."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

CHECK = """
import assistant, orderdb.migrations
from assistant.api.pages import WEB
from assistant.prompts import PROMPT_VARIABLES, Prompts
from assistant.settings import Settings
from orderdb.importers.demo import stories
from orderdb.policy_book import PolicyBook

settings = Settings(data="data")
inside = "site-packages/assistant/bundled"
assert inside in str(settings.prompts) and inside in str(settings.policies), settings.prompts
assert Prompts.load(settings.prompts, PROMPT_VARIABLES).versions
assert list((settings.prompts / "intents").glob("*.yaml"))
assert not PolicyBook.load(settings.policies).problems()
assert (WEB / "index.html").is_file() and (WEB / "js" / "main.js").is_file()
orderdb.migrations.upgrade("sqlite:///shop.db")
assert stories()
print("all there")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    built = subprocess.run([*command, str(ROOT)], capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel, and this one's packages beneath it."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--python", str(python), "install",
         "--disable-pip-version-check", "--no-deps", "--no-index", str(wheel)],
        check=True,
    )  # fmt: skip
    # Only the path itself: the editable install of the checkout stays out of sight.
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def test_the_wheel_works_outside_the_checkout(elsewhere: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [elsewhere, "-c", CHECK], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout == "all there\n", done.stderr


def test_the_command_is_installed_with_it(elsewhere: Path, tmp_path: Path) -> None:
    command = elsewhere.with_name("orderdesk")
    done = subprocess.run([command, "version"], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.strip() == "0.1.0", done.stderr
    checked = subprocess.run(
        [command, "policies", "check"], cwd=tmp_path, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_wheel_holds_nothing_but_the_product(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"assistant", "orderdb", "tools", "orderdesk-0.1.0.dist-info"}
    assert not [name for name in names if name.endswith((".pyc", ".db", ".gguf"))]
    assert "orderdesk-0.1.0.dist-info/licenses/LICENSE" in names
