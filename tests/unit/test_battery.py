"""The batteries of judged places: well-formed, and readlint agrees with every verdict but those marked otherwise."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
if not BENCHMARKS.exists():
    pytest.skip("the benchmarks are not here", allow_module_level=True)
sys.path.append(str(BENCHMARKS))
try:
    import batteries
    import comparison
    import judged
finally:
    sys.path.remove(str(BENCHMARKS))

FILES = sorted(path for path in judged.BATTERIES.glob("*/*.py") if path.name != "__init__.py")
each_battery = pytest.mark.parametrize("battery", batteries.BATTERIES, ids=lambda battery: battery.name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_mark_of_a_file_is_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("verdict") == len(list(judged.judged(path)))
    assert "Seen in " in text.partition('"""\n')[0], "the docstring says in which projects the patterns were seen"


@each_battery
def test_there_are_enough_places_of_both_kinds(battery: batteries.Battery) -> None:
    places = judged.places(battery.name)
    verdicts = Counter(place.defect for place in places)
    assert len(places) >= {"errors": 150, "secrets": 200, "sql": 120, "migrations": 120}.get(battery.name, 60)
    assert min(verdicts.values()) >= 0.4 * len(places)


def test_every_folder_of_places_is_compared() -> None:
    folders = {path.name for path in judged.BATTERIES.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {battery.name for battery in batteries.BATTERIES}


def test_a_mark_must_fit_its_verdict(tmp_path: Path) -> None:
    path = tmp_path / "wrong.py"
    path.write_text("x = 1  # verdict: fine (missed) - nothing to miss\n")
    with pytest.raises(ValueError, match=r"wrong\.py:1: a fine cannot be \(missed\)"):
        list(judged.judged(path))


def test_reports_belong_to_the_innermost_place(tmp_path: Path) -> None:
    path = tmp_path / "nested.py"
    path.write_text(
        "def run(a, b):\n"
        "    try:\n"
        "        a()\n"
        "    except OSError:  # verdict: fine - outer\n"
        "        try:\n"
        "            b()\n"
        "        except KeyError:  # verdict: fine - inner\n"
        "            pass\n"
        "        raise\n"
    )
    places = list(judged.judged(path))
    found = [judged.concerned(places, "nested.py", line) for line in range(1, 10)]
    reasons = [place.why if place else "none" for place in found]
    assert reasons == ["none", "outer", "none", "outer", "inner", "outer", "inner", "inner", "outer"]


def test_the_tools_do_not_see_the_verdicts(tmp_path: Path) -> None:
    for battery in batteries.BATTERIES:
        judged.write_unmarked(battery.name, tmp_path)
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        assert (tmp_path / path.parent.name / path.stem).is_dir() == ("# file: " in text)
        written = tmp_path / path.parent.name / path.name
        for file in [written] if written.exists() else written.with_suffix("").rglob("*.py"):
            unmarked = file.read_text(encoding="utf-8").splitlines()
            pairs = zip(lines, unmarked, strict=False)  # the last of several ends with the whole
            assert unmarked == [judged.MARK.sub("", line) if said else "" for line, said in pairs]


def test_a_file_of_several_is_written_as_several(tmp_path: Path) -> None:
    text = '"""Both."""\n\nimport os\n\n# file: a/one.py\nONE = 1\n\n# file: a/two.py\nTWO = 2\n'
    assert list(judged.files(text, Path("both.py"))) == [
        ("both/a/one.py", '"""Both."""\n\nimport os\n\n# file: a/one.py\nONE = 1\n\n'),
        ("both/a/two.py", '"""Both."""\n\nimport os\n\n\n\n\n# file: a/two.py\nTWO = 2\n'),
    ]
    (tmp_path / "both.py").write_text(text.replace("TWO = 2", "TWO = 2  # verdict: fine - even"))
    (place,) = judged.judged(tmp_path / "both.py")
    assert (place.line, place.function) == (9, "two")
    assert judged.origin([place], "/w/both/a/two.py") == judged.origin([place], "w/both.py") == "both.py"
    assert judged.origin([place], "w/other.py") == ""


@each_battery
def test_readlint_agrees_with_the_reviewer_but_where_it_is_known_not_to(
    battery: batteries.Battery, tmp_path: Path
) -> None:
    places = judged.places(battery.name)
    judged.write_unmarked(battery.name, tmp_path)
    options = ["--isolated", "--no-cache", "--select", battery.select, "--output-format", "json", battery.name]
    done = subprocess.run([sys.executable, "-m", "readlint", *options], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    reports = list(batteries.readlint_reports(done.stdout))
    flagged = {judged.concerned(places, judged.origin(places, file), line) for file, line, _ in reports}
    wrong = [
        f"{place.file}:{place.line}: {'flagged' if place in flagged else 'not flagged'}; "
        f"write `{'defect' if place.defect else 'fine'}{'' if place.known else judged.DISAGREEING['defect' if place.defect else 'fine']}`"
        for place in places
        if ((place in flagged) == place.defect) == place.known
    ]
    assert not wrong, "readlint and the marks differ, and its verdicts stand:\n" + "\n".join(wrong)


def test_a_disagreement_is_shown_with_its_reason() -> None:
    lines = frozenset({2})
    lost = judged.Place("a_theme.py", 2, lines, "C.__del__", True, False, "lost in __del__")
    kept = judged.Place("a_theme.py", 9, lines, "keep", False, False, "kept")
    answers = {lost: {"readlint": ["RL101"], "ruff": []}, kept: {"readlint": [], "ruff": []}}
    (_, explanation, theme, shown) = comparison.disagreements(batteries.ERRORS, answers, ["readlint", "ruff"])
    assert "**Bold**" in explanation
    assert theme == "#### A theme"
    link = "[`C.__del__`:2](../benchmarks/battery/errors/a_theme.py#L2)"
    assert shown.splitlines()[2:] == [f"| {link} | defect | RL101 | **-** | lost in \\_\\_del\\_\\_ |"]


def test_what_is_counted() -> None:
    places = [judged.Place("a.py", line, frozenset({line}), "", line < 3, False, "") for line in (1, 2, 3, 4)]
    codes = dict(zip(places, (["RL101"], ["RL102 (note)"], ["RL103 (note)"], []), strict=True))
    answers = {place: {"readlint": said} for place, said in codes.items()}
    assert comparison.counts(answers, ["readlint"]) == ("2 of 2", "1 of 2", "75")
    graver = comparison.without(" (note)", answers, "readlint")
    assert comparison.counts(graver, ["readlint"]) == ("1 of 2", "0 of 2", "75")


def test_reports_of_the_peers_are_read() -> None:
    ruff = '[{"filename": "/w/a.py", "location": {"row": 3}, "code": "E722"}]'
    bandit = '{"results": [{"filename": "a.py", "line_number": 3, "test_id": "B110"}]}'
    pylint = '{"messages": [{"path": "a.py", "line": 3, "messageId": "W0702"}]}'
    semgrep = '{"results": [{"path": "sql/a.py", "start": {"line": 3}, "check_id": "benchmarks.semgrep.value-in-sql"}]}'
    assert list(batteries.semgrep_reports(semgrep)) == [("sql/a.py", 3, "value-in-sql")]
    sent = "migrations/a/0002_b.py:3:require-concurrent-index-creation\n"
    zdm = '{"diagnostics": [{"path": "migrations/a.py", "line": 3, "rule_id": "R001"}]}'
    guard = '[{"path": "migrations/a.py", "line": 3, "rule": "AG001"}]'
    assert list(batteries.sent_reports(sent)) == [("migrations/a/0002_b.py", 3, "require-concurrent-index-creation")]
    assert list(batteries.zdm_reports(zdm)) == [("migrations/a.py", 3, "R001")]
    assert list(batteries.alembic_guard_reports(guard)) == [("migrations/a.py", 3, "AG001")]
    assert list(batteries.ruff_reports(ruff)) == [("/w/a.py", 3, "E722")]
    assert list(batteries.bandit_reports(bandit)) == [("a.py", 3, "B110")]
    assert list(batteries.pylint_reports(pylint)) == [("a.py", 3, "W0702")]
    assert list(batteries.flake8_reports("errors/a.py:3:B001\n")) == [("errors/a.py", 3, "B001")]
    detect_secrets = '{"results": {"a.py": [{"type": "Secret Keyword", "line_number": 3}]}}'
    assert list(batteries.detect_secrets_reports(detect_secrets)) == [("a.py", 3, "SecretKeyword")]
