"""A rule pack that is nobody's but its author's: built, installed beside readlint, and used in every way there is."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACK = ROOT / "tests" / "packs" / "acme-readlint"

# One worker runs them all: the environment takes longer to build than they take to run.
pytestmark = pytest.mark.xdist_group("third-party-pack")

CODE = """\
import hmac

from acme import legacy, queues


def verify(key, body, signature):
    return hmac.new(key, body, "sha256").hexdigest() == signature


def work(name):
    connection = legacy.connect(name)
    return queues.receive(name, limit=5000), connection
"""


class Installed:
    """A virtual environment with readlint and the pack in it, and a copy of the pack's source tree."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.pack = folder / "acme-readlint"
        self.bin = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        self.home.mkdir()
        shutil.copytree(PACK, self.pack, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        venv.create(folder / "venv", with_pip=False, symlinks=os.name != "nt")
        # What readlint depends on, and pytest, come from the environment of this test: it needs no network.
        self.site = Path(
            self.run("python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
        )
        (self.site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
        for source in (ROOT, self.pack):
            self.install(source, folder / "wheels")

    def install(self, source: Path, wheels: Path) -> None:
        build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet"]
        subprocess.run([*build, "-w", str(wheels), str(source)], check=True)
        (wheel,) = wheels.glob("*.whl")
        install = [sys.executable, "-m", "pip", "--python", str(self.bin / "python"), "install", "--no-index"]
        subprocess.run([*install, "--no-deps", "--quiet", "--ignore-installed", str(wheel)], check=True)
        wheel.unlink()

    def run(self, command: str, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        # Nothing of the source tree may be importable, and no plugin but readlint's may have a say.
        env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PYTEST"))}
        return subprocess.run(
            [str(self.bin / command), *arguments],
            cwd=folder or self.home,
            env={**env, "NO_COLOR": "1", "READLINT_CACHE_DIR": str(self.home / "cache")},
            text=True,
            capture_output=True,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    pytest.importorskip("hatchling", reason="without it, no distribution can be built")
    pytest.importorskip("pip")
    installed = Installed(tmp_path_factory.mktemp("third-party"))
    (installed.home / "service.py").write_text(CODE)
    return installed


def test_both_packs_find_what_is_theirs(installed: Installed) -> None:
    done = installed.run("readlint", "--output-format", "concise", "service.py")
    assert [line.split(":")[:2] for line in done.stdout.splitlines() if line.startswith("service.py")] == [
        ["service.py", "7"],
        ["service.py", "11"],
        ["service.py", "12"],
    ]
    for code in ("RL806", "AC101", "AC201"):
        assert code in done.stdout
    assert done.returncode == 1


def test_its_rules_are_selected_suppressed_and_set_as_any_other(installed: Installed) -> None:
    folder = installed.home / "set"
    folder.mkdir()
    (folder / "readlint.toml").write_text("[rules.oversized-batch]\nlargest-batch = 5000\n")
    reason = "  # readlint: ignore[legacy-client] the pool comes next week"
    (folder / "service.py").write_text(CODE.replace("connect(name)", f"connect(name){reason}"))
    done = installed.run("readlint", "--output-format", "concise", "service.py", folder=folder)
    assert "RL806" in done.stdout
    assert "AC" not in done.stdout
    selected = installed.run("readlint", "--select", "queues", "--output-format", "concise", "service.py")
    assert "AC201" in selected.stdout
    assert "AC101" not in selected.stdout


def test_its_fix_is_applied(installed: Installed) -> None:
    path = installed.home / "fixed" / "service.py"
    path.parent.mkdir()
    path.write_text(CODE)
    installed.run("readlint", "--fix", "--unsafe-fixes", "--select", "AC101", "service.py", folder=path.parent)
    assert "connection = pool.connection(name)" in path.read_text() or "connection(name)" in path.read_text()
    assert "legacy.connect" not in path.read_text()
    ast.parse(path.read_text())


def test_its_pages(installed: Installed) -> None:
    assert installed.run("readlint", "rule", "oversized-batch").stdout.startswith("oversized-batch (AC201)")
    assert "AC101  legacy-client" in installed.run("readlint", "rules").stdout
    pages = installed.home / "pages"
    assert (
        installed.run("python", "-m", "readlint.docs", "--pack", "acme_readlint", "--write", str(pages)).returncode == 0
    )
    assert sorted(path.name for path in pages.iterdir()) == ["README.md", "legacy-client.md", "oversized-batch.md"]


def test_its_checks_without_pytest(installed: Installed) -> None:
    done = installed.run("readlint", "test-rules", str(installed.pack))
    assert (done.stdout, done.returncode) == ("2 rules, 14 checks: 14 passed\n", 0), done.stdout + done.stderr


def test_its_checks_with_pytest(installed: Installed) -> None:
    done = installed.run("python", "-m", "pytest", "-q", folder=installed.pack)
    assert "14 passed" in done.stdout, done.stdout + done.stderr
    named = installed.run("python", "-m", "pytest", "-q", "--readlint-pack", "acme_readlint", folder=installed.pack)
    assert "14 passed" in named.stdout, named.stdout + named.stderr


def test_a_rule_is_added_by_one_command(installed: Installed, tmp_path: Path) -> None:
    pack = tmp_path / "acme-readlint"
    shutil.copytree(installed.pack, pack)
    made = installed.run("readlint", "new-rule", "stale-shard", "--pack", str(pack), "--family", "clients")
    assert "AC102 stale-shard passes its checks" in made.stdout, made.stderr
    done = installed.run("readlint", "test-rules", str(pack))
    assert (done.stdout, done.returncode) == ("3 rules, 19 checks: 19 passed\n", 0), done.stdout + done.stderr


def test_it_uses_the_public_interface_only() -> None:
    for path in PACK.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert {module for module in modules if module.startswith("readlint")} <= {
                "readlint.api",
                "readlint.testing",
            }
