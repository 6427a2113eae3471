"""What the checks of rules find wrong, and what they tell the author."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from readlint.cli.test_rules import run
from readlint.errors import UserError
from readlint.testing import CheckFailed, Skipped, rule_cases
from readlint.testing.pages import message_problems, sentences

RULE = '''\
"""A call of `old.name` fails on the next release.

## Why is this bad?
The function goes.

## Example
```python
import old

old.name(1)
```

Use instead:
```python
import old

old.new_name(1)
```

## Fix safety
Safe: it is the same function.
"""

import ast
from collections.abc import Iterator

from readlint.api import Category, Context, Finding, Fix, Level, Rule, Safety, Severity

RULE = Rule(
    __name__,
    __doc__,
    code="ZZ101",
    severity=Severity.WARNING,
    level=Level.L6,
    category=Category.SAFETY,
    fix=Safety.SAFE,
    since="0.1",
    messages={"default": "`{call}` fails on the next release; call `old.new_name`."},
)


@RULE.on_call("old.name")
def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    fix = Fix(rename, "Call `old.new_name`", call, safety=Safety.UNSAFE if len(call.args) > 1 else Safety.SAFE)
    yield RULE.finding(call, call=ctx.text(call.func), fix=fix)


def rename(node, fix):
    return node.with_changes(func=fix.expression("old.new_name"))
'''
FIXTURE = """\
import old


def hit():
    old.name()  # expect: ZZ101:5 `old.name` fails


def unsafe():
    old.name(1, 2)  # expect: ZZ101


def near_miss(other):
    other.name()
"""
FIXED = FIXTURE.replace("  # expect: ZZ101:5 `old.name` fails", "").replace("  # expect: ZZ101", "")
FIXED = FIXED.replace("old.name()", "old.new_name()", 1)
UNSAFE_FIXED = FIXED.replace("old.name(1, 2)", "old.new_name(1, 2)")

Pack = Callable[..., list[str]]


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pack]:
    """Makes a pack with one rule in the current directory, and tells what its checks say."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # it would be taken for that of a change a moment later
    before = set(sys.modules)

    def make(rule: str = RULE, stem: str = "old_call", target: str = ".", **fixtures: str) -> list[str]:
        files = {
            "pyproject.toml": '[project.entry-points."readlint.rules"]\nzz = "zz_pack"\n',
            "src/zz_pack/__init__.py": "",
            "src/zz_pack/old/__init__.py": "",
            f"src/zz_pack/old/{stem}.py": rule,
        }
        wanted = {"basic": FIXTURE, "basic.fixed": FIXED, "basic.unsafe-fixed": UNSAFE_FIXED}
        wanted.update({key.replace("__", "/").replace("_fixed", ".fixed"): text for key, text in fixtures.items()})
        files.update({f"tests/fixtures/{stem.replace('_', '-')}/{key}.py": text for key, text in wanted.items()})
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        for name in set(sys.modules) - before:
            if name.startswith("zz_pack"):
                del sys.modules[name]
        return failures(target)

    yield make
    for name in [name for name in sys.modules if name.startswith("zz_pack")]:
        del sys.modules[name]


def failures(target: str = ".") -> list[str]:
    found = []
    for case in rule_cases(target):
        try:
            case.run()
        except CheckFailed as failure:
            found.append(f"{case.id}\n{failure}")
        except Skipped:
            found.append(f"{case.id} skipped")
    return found


def test_a_good_rule_passes(pack: Pack) -> None:
    assert pack() == []
    assert [case.id for case in rule_cases(".")] == [
        "old-call: style",
        "old-call: page",
        "old-call: fixtures",
        "old-call: fixture basic",
        "old-call: fixes in basic",
    ]


def test_a_finding_without_a_mark(pack: Pack) -> None:
    (failure,) = pack(
        more="import old\n\nx = [\n    old.name(1),\n]\n", more_fixed="import old\n\nx = [\n    old.new_name(1),\n]\n"
    )
    assert failure == (
        "old-call: fixture more\n"
        "tests/fixtures/old-call/more.py:4:5: a finding that is not expected\n"
        "4 |     old.name(1),\n"
        "  |     ^^^^^^^^^^^\n"
        "ZZ101 `old.name` fails on the next release; call `old.new_name`.\n"
        "if it is right, put at the end of line 4:  # expect: ZZ101"
    )


def test_a_mark_without_a_finding(pack: Pack) -> None:
    (failure,) = pack(more="x = 1  # expect: ZZ101\n")
    assert failure == (
        "old-call: fixture more\n"
        "tests/fixtures/old-call/more.py:1: expected ZZ101, but it is not found there\n"
        "1 | x = 1"
    )


@pytest.mark.parametrize("mark", ["ZZ101:6", "ZZ101:5 other words"])
def test_a_mark_at_another_place_is_one_failure(pack: Pack, mark: str) -> None:
    (failure,) = pack(basic=FIXTURE.replace("ZZ101:5 `old.name` fails", mark))
    assert f"basic.py:5: expected {mark}, but it is found at column 5 as warning, with this message:" in failure
    assert "not expected" not in failure


def test_known_misses_fail_when_they_start_to_work(pack: Pack) -> None:
    assert pack(more="import old\n\nfor old in old: old.name()  # miss: ZZ101\n") == []
    (failure,) = pack(basic=FIXTURE.replace("# expect: ZZ101\n", "# miss: ZZ101 the words\n"))
    assert "the words" not in failure.split("not expected")[1]
    (failure,) = pack(basic=FIXTURE.replace("# expect: ZZ101\n", "# miss: ZZ101\n"))
    assert "basic.py:9: a known miss is found now" in failure
    assert failure.endswith("change the mark to:  # expect: ZZ101")


def test_the_most_particular_mark_chooses_first(pack: Pack) -> None:
    text = "import old\n\nx = old.name(1), old.name(2)  # expect: ZZ101, ZZ101:5\n"
    assert pack(more=text, more_fixed="import old\n\nx = old.new_name(1), old.new_name(2)\n") == []


def test_twins(pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack()
    folder = tmp_path / "tests/fixtures/old-call"
    (folder / "basic.fixed.py").unlink()
    (folder / "basic.unsafe-fixed.py").write_text(FIXED)
    (folder / "clean.py").write_text("x = 1\n")
    (folder / "clean.fixed.py").write_text("x = 1\n")
    basic, clean = failures()
    command = "look at it and accept it with:  readlint test-rules tests/fixtures/old-call/basic.py --update"
    assert f"tests/fixtures/old-call/basic.fixed.py is missing: it shows what fixing changes\n{command}" in basic
    assert "-    old.name(1, 2)\n+    old.new_name(1, 2)\n" in basic
    assert "clean.fixed.py: fixing changes nothing that this file could show" in clean
    assert run([".", "--update"]) == 0
    written = capsys.readouterr().out.splitlines()
    assert [line for line in written if line.startswith("wrote")] == [
        "wrote tests/fixtures/old-call/basic.fixed.py",
        "wrote tests/fixtures/old-call/basic.unsafe-fixed.py",
        "wrote tests/fixtures/old-call/clean.fixed.py",
    ]
    assert (folder / "basic.fixed.py").read_text() == FIXED
    assert (folder / "basic.unsafe-fixed.py").read_text() == UNSAFE_FIXED
    assert not (folder / "clean.fixed.py").exists()
    assert failures() == []


def test_a_folder_is_a_project_and_its_paths_say_what_is_a_test(pack: Pack) -> None:
    hit = "import old\n\nold.name(1, 2)\n"
    marked = hit.replace("2)", "2)  # expect: ZZ101")
    fixed = hit.replace("old.name", "old.new_name")
    found = pack(
        case__service=marked, **{"case__service.unsafe-fixed": fixed, "case__tests__helper": hit, "test_alone": hit}
    )
    assert found == []


def test_settings_of_a_fixture(pack: Pack) -> None:
    hit = "# settings: test-paths = []\nimport old\n\nold.name(1, 2)  # expect: ZZ101\n"
    assert pack(test_it=hit, **{"test_it.unsafe-fixed": hit.split("  #")[0].replace(".name", ".new_name") + "\n"}) == []
    (failure,) = [text for text in pack(bad="# settings: nonsense = 1\n") if "fixture bad" in text]
    assert "a `# settings:` line is wrong" in failure
    assert "unknown setting `nonsense`" in failure


def test_suppressions_work_in_fixtures(pack: Pack) -> None:
    text = (
        "import old\n\nold.name(1)  # readlint: ignore[ZZ101] the release is frozen\nx = 1  # readlint: ignore[ZZ101]\n"
    )
    assert pack(more=text) == []
    unused = text[:-1] + "  # expect: RL002, RL003\n"
    fixed = text.replace("x = 1  # readlint: ignore[ZZ101]", "x = 1")
    assert pack(more=unused.replace("RL002, RL003", "RL002 # expect: RL003"), more_fixed=fixed) == []


def test_newer_syntax_is_skipped(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    found = pack(newer="try:\n    pass\nexcept A, B:\n    t'{x}'\n")
    assert [text.splitlines()[0] for text in found if "newer" in text] in (
        ["old-call: fixture newer skipped", "old-call: fixes in newer skipped"],
        [],  # a Python that knows the syntax
    )


def test_a_rule_that_raises(pack: Pack) -> None:
    found = pack(RULE.replace("    fix = Fix", "    raise KeyError(1)\n    fix = Fix"))
    assert "rule ZZ101 failed on basic.py: KeyError at zz_pack.old.old_call:" in "".join(found)


def test_a_fixer_that_raises(pack: Pack) -> None:
    found = pack(RULE.replace("return node.with", "raise KeyError(1)\n    return node.with"))
    assert "the fix of ZZ101 for basic.py:5 raised KeyError(1)" in "".join(found)


# The page


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("old.name(1)\n", "other.name(1)\n", "the Example does not make the rule fire"),
        ("old.new_name(1)\n", "old.name(1)\n", 'what "Use instead" says makes the rule fire too'),
        ("old.new_name(1)\n", "old.new_name(2)\n", 'fixing the Example does not give "Use instead"'),
        ("## Example\n", "## Sample\n", 'the page has no "## Example" with a ```python block'),
        ("Use instead:\n", "Better:\n", 'the page has no "Use instead:" with a ```python block'),
        ("The function goes.\n", "", 'the page needs the heading "## Why is this bad?"'),
        ("Safe: it is the same function.\n", "", 'the page needs the heading "## Fix safety" that says why'),
        ("release.\n", "release\n", "the page must begin with one sentence"),
        ("call `old.new_name`.", "avoid it.", 'must say what to do instead of "avoid"'),
        ("call `old.new_name`.", "call. It. Now.", "must not have more than two sentences"),
        ("`{call}` fails", "`{call} fails", "has a backtick without its partner"),
    ],
)
def test_pages_that_are_not_right(pack: Pack, old: str, new: str, message: str) -> None:
    found = pack(RULE.replace(old, new, 1))
    assert message in "".join(text for text in found if ": page" in text or ": style" in text)


def test_blocks_that_name_their_files_are_one_project(pack: Pack) -> None:
    beside = "```\n\n```python\n# shop/other.py\nTEXT = 1\n"
    page = RULE.replace("```python\nimport old\n", "```python\n# shop/old_calls.py\nimport old\n")
    page = page.replace("old.name(1)\n", f"old.name(1)\n{beside}", 1)
    assert pack(page.replace("old.new_name(1)\n", f"old.new_name(1)\n{beside}", 1)) == []
    found = pack(page.replace("old.new_name(1)\n", f"old.new_name(2)\n{beside}", 1))
    assert 'fixing the Example does not give "Use instead"' in "".join(found)


@pytest.mark.parametrize("stem", ["avoid_old_call", "no_old_call", "Old_call"])
def test_names(pack: Pack, stem: str) -> None:
    assert "style" in "".join(pack(stem=stem))


def test_a_rule_needs_fixtures_with_hits_and_near_misses(pack: Pack, tmp_path: Path) -> None:
    pack()
    folder = tmp_path / "tests/fixtures/old-call"
    for path in folder.iterdir():
        path.unlink()
    (failure,) = failures()
    assert "old-call has no fixtures: write tests/fixtures/old-call/basic.py with `# expect: ZZ101`" in failure
    (folder / "basic.py").write_text('"""Nothing."""\nimport old\n')
    (failure,) = failures()
    assert "no line is marked `# expect: ZZ101`" in failure
    assert "there is no near miss" in failure


def test_message_style() -> None:
    assert list(message_problems("`a.b. c` is wrong here. Do `x!` instead.")) == []
    assert list(message_problems("Wrong")) == ["must end in a full stop"]
    assert list(message_problems("`avoid` is wrong.")) == []
    assert sentences("It ends in 3.5 seconds. Or so.") == 2


# Fixes


def test_a_fix_that_keeps_the_finding_is_refused_and_shown_by_the_page(pack: Pack) -> None:
    found = pack(RULE.replace('"old.new_name"))', '"old.name"))'))
    assert 'fixing the Example does not give "Use instead"' in "".join(found)


def test_a_fix_that_depends_on_line_ends(pack: Pack) -> None:
    sloppy = RULE.replace(
        "return node.with", 'new = "other" if "\\r" in fix.ctx.source.text else "new_name"\n    return node.with'
    )
    found = pack(sloppy.replace('"old.new_name"))', 'f"old.{new}"))'))
    assert [text.splitlines()[0] for text in found] == ["old-call: fixes in basic"]
    assert "with Windows line ends the file is fixed in another way" in found[0]


# Finding packs


@pytest.mark.parametrize(
    ("target", "count"),
    [
        (".", 5),
        ("src", 5),
        ("src/zz_pack", 5),
        ("src/zz_pack/old/old_call.py", 5),
        ("tests/fixtures", 5),
        ("tests/fixtures/old-call", 5),
        ("tests/fixtures/old-call/basic.py", 2),
        ("tests/fixtures/old-call/basic.unsafe-fixed.py", 2),
        ("zz_pack", 5),
    ],
)
def test_targets(pack: Pack, target: str, count: int) -> None:
    pack()
    assert len(rule_cases(target)) == count


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("nowhere/at/all", "there is no file, folder or package called nowhere/at/all"),
        ("no_such_package", "the rule pack no_such_package cannot be loaded"),
        ("src/zz_pack/__init__.py", "has neither rules nor fixtures of zz_pack"),
        ("/", "no rule pack is around"),
        ("json", "the package json has no rules"),
    ],
)
def test_targets_that_are_none(pack: Pack, target: str, message: str) -> None:
    pack()
    with pytest.raises(UserError, match=message):
        rule_cases(target)


def test_report(pack: Pack, capsys: pytest.CaptureFixture[str]) -> None:
    pack()
    assert run([]) == 0
    assert capsys.readouterr().out == "1 rule, 5 checks: 5 passed\n"
    pack(more="x = 1  # expect: ZZ101\n")
    assert run(["tests"]) == 1
    assert capsys.readouterr().out.endswith("1 rule, 7 checks: 6 passed, 1 failed\n")
