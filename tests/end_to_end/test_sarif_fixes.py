"""A log's fix, applied by its positions, writes byte for byte what `--fix` writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from harness import BAD, Ran
from viewer import applied

FIXTURES = Path(__file__).parents[1] / "fixtures"
BOM = b"\xef\xbb\xbf"
#: Characters outside of the basic plane before what is replaced, suppressions to delete with and without their lines.
ASTRAL = """\
import time


def timed(work):
    a = "😀é"; start = time.time()  # 𝒳
    b = ("𝒳", work()); print("😀", time.time() - start, "日本")


def refresh(store):
    if cache:
        # readlint: ignore[RL201] nothing is measured here
        # readlint: ignore[RL806] nothing is compared here either
        cache.clear()  # 😀 readlint: ignore[RL201, RL806] nothing is compared here
    try:
        x = "😀😀"; store.save()
    except Exception: pass
    try: store.save()
    except: x = "😀"; pass
"""
VARIANTS: dict[str, Callable[[str], bytes]] = {
    "plain": lambda text: text.encode(),
    "carriage returns": lambda text: text.replace("\n", "\r\n").encode(),
    "byte-order mark": lambda text: BOM + text.encode(),
    "tabs": lambda text: text.replace("    ", "\t").encode(),
    "no last line end": lambda text: text.rstrip("\n").encode(),
    "form feeds": lambda text: text.replace("\ndef ", "\n\x0cdef ").encode(),
}


def same_as_fixed(lint: Callable[..., Ran], file: Path, data: bytes) -> int:
    """How many fixes were compared."""
    file.write_bytes(data)
    log: Any = json.loads(lint("--no-cache", "--output-format", "sarif", file.name).out)
    # Once one of two findings that are alike is mended, `--fix` takes the next one for it and mends that too.
    last = {likeness(result): result for result in log["runs"][0]["results"]}
    fixable = [result for result in last.values() if "fixes" in result]
    for result in fixable:
        file.write_bytes(data)
        fingerprint = result["partialFingerprints"]["readlintContext/v1"]
        lint("--no-cache", "--unsafe-fixes", "--fix-only", "--fix", fingerprint, file.name)
        (fix,) = result["fixes"]
        by_position = applied(data.removeprefix(BOM).decode(), fix).encode()
        assert file.read_bytes() == (BOM if data.startswith(BOM) else b"") + by_position
    return len(fixable)


def likeness(result: Any) -> tuple[str, str, str]:
    (place,) = result["locations"]
    (definition,) = place["logicalLocations"]
    return (result["ruleId"], definition["name"], place["physicalLocation"]["region"]["snippet"]["text"])


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("text", [ASTRAL, BAD], ids=["astral", "bad"])
def test_every_fix(lint: Callable[..., Ran], tmp_path: Path, text: str, variant: str) -> None:
    assert same_as_fixed(lint, tmp_path / "a.py", VARIANTS[variant](text)) >= 3


WITH_FIXES = sorted(path for path in FIXTURES.glob("*/fix_*.py") if [*path.parent.glob(f"{path.stem}.*fixed.py")])


@pytest.mark.parametrize("fixture", WITH_FIXES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_fixes_of_fixtures(lint: Callable[..., Ran], tmp_path: Path, fixture: Path) -> None:
    assert same_as_fixed(lint, tmp_path / "a.py", fixture.read_bytes())


def test_fixes_are_those_of_json(lint: Callable[..., Ran], tmp_path: Path) -> None:
    for number, text in enumerate((ASTRAL, BAD)):
        (tmp_path / f"{number}.py").write_text(text, encoding="utf-8")
    report = json.loads(lint("--no-cache", "--output-format", "json").out)
    fixable = {one["fingerprint"] for one in report["findings"] if one["fix"] and one["fix"]["edits"]}
    results = json.loads(lint("--no-cache", "--output-format", "sarif").out)["runs"][0]["results"]
    assert {one["partialFingerprints"]["readlintContext/v1"] for one in results if "fixes" in one} == fixable
