"""The pages of rules."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from readlint import docs
from readlint.api import Category, Level, Rule, Safety, Severity


@dataclass(frozen=True)
class Options:
    strict_mode: bool = False
    names: tuple[str, ...] = ("a", "b")


DOC = """Something is wrong.

## Why is this bad?
It breaks.

## Example
```python
def f():

    wrong()
```

Use instead:
```python
right()
```

## Fix safety
Unsafe: it changes `f`.
"""


def rule(**changes: Any) -> Rule[Any]:
    arguments: dict[str, Any] = {
        "code": "ZZ101",
        "severity": Severity.ERROR,
        "level": Level.L2,
        "category": Category.SAFETY,
        "messages": {"default": "Wrong."},
        "since": "0.1",
        "fix": Safety.UNSAFE,
        "cwe": (390, 703),
        "options": Options(),
    }
    return Rule("pack.family.something_wrong", DOC, **{**arguments, **changes})


def test_markdown() -> None:
    page = docs.page(rule())
    assert page.startswith(
        "# something-wrong (ZZ101)\n\nSomething is wrong.\n\n| | |\n| --- | --- |\n| Severity | error |\n"
    )
    for line in (
        "| Family | family |",
        "| Fix | unsafe: `--fix --unsafe-fixes` applies it |",
        "| Since | 0.1 |",
        "| Weaknesses | [CWE-390](https://cwe.mitre.org/data/definitions/390.html), "
        "[CWE-703](https://cwe.mitre.org/data/definitions/703.html) |",
        "## Options",
        "They stand in the table `[tool.readlint.rules.something-wrong]` of the settings.",
        "| `strict-mode` | true or false | `false` |",
        '| `names` | a list of strings | `["a", "b"]` |',
    ):
        assert f"{line}\n" in page
    assert page.index("## Fix safety") < page.index("## Options")


def test_options_heading_is_not_written_twice() -> None:
    own = Rule(
        "pack.family.something_wrong",
        DOC.replace("## Fix safety", "## Options\nStrict mode is strict.\n\n## Fix safety"),
        code="ZZ101",
        severity=Severity.ERROR,
        level=Level.L2,
        category=Category.SAFETY,
        messages={"default": "Wrong."},
        since="0.1",
        options=Options(),
    )
    page = docs.page(own)
    assert page.count("## Options") == 1
    assert page.index("Strict mode is strict") < page.index("They stand in the table") < page.index("## Fix safety")
    assert page.endswith("Unsafe: it changes `f`.\n")


def test_text() -> None:
    text = docs.render(rule(), "text")
    assert "```" not in text
    assert "##" not in text
    assert "\nExample\n    def f():\n\n        wrong()\n\nUse instead:\n    right()\n\nFix safety\n" in text
    assert "  Weaknesses      CWE-390, CWE-703\n" in text
    assert text.endswith('    [tool.readlint.rules.something-wrong]\n    strict-mode = false\n    names = ["a", "b"]')


def test_json() -> None:
    facts = json.loads(docs.render(rule(), "json"))
    assert facts["page"] == docs.page(rule())
    assert (facts["code"], facts["name"], facts["level"], facts["cwe"]) == (
        "ZZ101",
        "something-wrong",
        "L2",
        [390, 703],
    )
    assert facts["options"]["strict-mode"] == {"type": "true or false", "default": False}
    assert facts["on-by-default"] is True
    assert json.loads(docs.render(rule(preview=True), "json"))["on-by-default"] is False


def test_what_a_rule_replaces() -> None:
    made = rule(replaces=("ZZ102", "ZZ103"))
    assert "| Replaces | ZZ102, ZZ103 |\n" in docs.page(made)
    assert json.loads(docs.render(made, "json"))["replaces"] == ["ZZ102", "ZZ103"]
    assert "Replaces" not in docs.page(rule())


def test_a_folder_of_pages(tmp_path: Path) -> None:
    folder = str(tmp_path / "rules")
    wanted = docs.pages([rule()])
    assert sorted(wanted) == ["README.md", "something-wrong.md"]
    assert (
        "| ZZ101 | [something-wrong](something-wrong.md) | error | unsafe | Something is wrong. |"
        in wanted["README.md"]
    )
    assert docs.differences(folder, wanted)
    assert docs.write(folder, wanted) == ["README.md", "something-wrong.md"]
    assert docs.differences(folder, wanted) == []
    assert docs.write(folder, wanted) == []


def test_pages_of_former_rules_go_and_other_files_stay(tmp_path: Path) -> None:
    docs.write(str(tmp_path), docs.pages([rule()]))
    (tmp_path / "notes.md").write_text("# Mine\n")
    left = docs.pages([])
    assert "-# something-wrong (ZZ101)\n" in docs.differences(str(tmp_path), left)
    docs.write(str(tmp_path), left)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "notes.md"]


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "rules")
    assert docs.main(["--check", folder]) == 1
    assert f"Run: python -m readlint.docs --write {folder}" in capsys.readouterr().out
    assert docs.main(["--write", folder]) == 0
    assert f"{folder}/unused-suppression.md" in capsys.readouterr().out
    assert docs.main(["--check", folder]) == 0
    page = tmp_path / "rules" / "unused-suppression.md"
    page.write_text(page.read_text().replace("nothing", "something"))
    assert docs.main(["--check", folder]) == 1
