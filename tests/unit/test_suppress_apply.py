"""Which findings a file's directives silence, and what is reported about the directives themselves."""

from __future__ import annotations

import ast
import datetime
from typing import Any

import pytest

from readlint.analysis.context import Context
from readlint.api import Category, Level, Rule, Severity
from readlint.files.source import Source
from readlint.findings import Edit, Finding, Span
from readlint.packs import RuleSet
from readlint.settings.model import Settings
from readlint.suppress.apply import Judged, deletions, is_reason, suppress
from readlint.suppress.directives import read_directives
from readlint.suppress.rules import ENGINE_RULES

TODAY = datetime.date(2026, 7, 1)
WHY = "callers log every failure"


def rule(module: str, code: str) -> Rule[Any]:
    return Rule(
        module,
        "A page.",
        code=code,
        severity=Severity.ERROR,
        level=Level.L2,
        category=Category.SAFETY,
        messages={"default": "Wrong."},
        since="0.1",
    )


RULES = RuleSet(
    [
        *ENGINE_RULES,
        rule("pack.errors.swallowed_exception", "RL101"),
        rule("pack.errors.jump_in_finally", "RL106"),
        rule("pack.clocks.wall_clock_duration", "RL201"),
        rule("pack.migrations.unsafe_index", "RL501"),
    ]
)
ALL = frozenset(RULES.by_code)


def judge(
    text: str,
    *marks: tuple[str, int],
    active: frozenset[str] = ALL,
    narrowed: bool = False,
    today: datetime.date = TODAY,
    **settings: Any,
) -> Judged:
    """`marks` are findings: a code and a line each."""
    ctx = Context(Source("a.py", text.encode()), ast.parse(text), Settings(**settings))
    findings = []
    for code, line in marks:
        finding = RULES.by_code[code].finding(Span(line, 0, line, 1))
        finding.path = "a.py"
        findings.append(finding)
    directives = read_directives(ctx)
    return suppress(findings, directives, path="a.py", rules=RULES, active=active, today=today, narrowed=narrowed)


def codes(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize("name", ["RL101", "RL1", "RL10", "swallowed-exception", "errors", "RL201, RL101"])
def test_every_way_to_name_a_rule(name: str) -> None:
    judged = judge(f"x = 1  # readlint: ignore[{name}] {WHY}\n", ("RL101", 1), narrowed=True)
    assert (judged.kept, codes(judged.suppressed)) == ([], ["RL101"])
    assert judged.suppressed[0].data["suppression"] == WHY


BUILT = "query = build(x)  # {}\nlog()\nrun(query)  # {}\n"
IGNORE = f"readlint: ignore[RL101] {WHY}"


def judge_ends(text: str, line: int, *also_at: int) -> Judged:
    """One finding, which names other lines at which it can be silenced."""
    ctx = Context(Source("a.py", text.encode()), ast.parse(text), Settings())
    others = [Span(other, 0, other, 1) for other in also_at]
    finding = RULES.by_code["RL101"].finding(Span(line, 0, line, 1), also_at=others)
    finding.path = "a.py"
    finding = Finding.from_json("a.py", finding.to_json())  # as the cache gives it back
    directives = read_directives(ctx)
    return suppress([finding], directives, path="a.py", rules=RULES, active=ALL, today=TODAY)


@pytest.mark.parametrize("comments", [(IGNORE, "there"), ("there", IGNORE)])
def test_a_finding_is_silenced_at_either_end(comments: tuple[str, str]) -> None:
    judged = judge_ends(BUILT.format(*comments), 3, 1)
    assert (judged.kept, codes(judged.suppressed)) == ([], ["RL101"]), "nor is the comment unused"
    assert judged.suppressed[0].data["suppression"] == WHY


def test_lines_that_a_finding_does_not_name_do_not_silence_it() -> None:
    judged = judge_ends(BUILT.format(IGNORE, "there"), 3)
    assert codes(judged.kept) == ["RL101", "RL002"]
    judged = judge_ends(BUILT.format("here", "there").replace("log()", f"log()  # {IGNORE}"), 3, 1)
    assert codes(judged.kept) == ["RL101", "RL002"]


def test_of_two_ends_the_finding_itself_comes_first() -> None:
    judged = judge_ends(BUILT.format(IGNORE, IGNORE), 3, 1)
    assert (codes(judged.suppressed), [(one.rule, one.span.line) for one in judged.kept]) == (["RL101"], [("RL002", 1)])


def test_a_file_comes_behind_both_ends() -> None:
    judged = judge_ends(f"# readlint: file-ignore[RL101] {WHY}\n" + BUILT.format(IGNORE, "there"), 4, 2)
    assert [(one.rule, one.span.line) for one in judged.kept] == [("RL002", 1)]


def test_a_range_around_the_other_end() -> None:
    start, end = f"# readlint: disable[RL101] {WHY}\n", "# readlint: enable[RL101]\n"
    text = f"{start}query = build(x)\n{end}run(query)\n"
    assert judge_ends(text, 4, 2).kept == []
    assert codes(judge_ends(text, 4).kept) == ["RL101", "RL002"]


def test_other_rules_and_lines_stay() -> None:
    judged = judge(f"x = 1  # readlint: ignore[RL101] {WHY}\ny = 2\n", ("RL101", 1), ("RL101", 2), ("RL201", 1))
    assert [(f.rule, f.span.line) for f in judged.kept] == [("RL101", 2), ("RL201", 1)]


def test_range() -> None:
    text = f"a\n# readlint: disable[RL1] {WHY}\nb\n# readlint: enable[swallowed-exception]\nc\n"
    judged = judge(text, *[(code, line) for line in (1, 3, 5) for code in ("RL101", "RL106")])
    assert [(f.rule, f.span.line) for f in judged.kept] == [("RL101", 1), ("RL106", 1), ("RL101", 5)]


def test_whole_file() -> None:
    judged = judge(f"a\n# readlint: file-ignore[RL101] {WHY}\n", ("RL101", 1), ("RL201", 1))
    assert codes(judged.kept) == ["RL201"]


def test_noqa_needs_no_reason() -> None:
    judged = judge("x = 1  # noqa: F401, RL101\n", ("RL101", 1))
    assert (judged.kept, codes(judged.suppressed)) == ([], ["RL101"])


def test_foreign_silences_everything_on_its_line_and_is_never_unused() -> None:
    text = "x = 1  # nosec B110\ny = 2  # nosec B110\n"
    judged = judge(text, ("RL101", 1), honour_foreign_suppressions=("B110",))
    assert (judged.kept, codes(judged.suppressed)) == ([], ["RL101"])


def test_assured_is_for_migrations() -> None:
    text = f"x = 1  # readlint: assured[RL501] {WHY}\ny = 2  # readlint: assured[RL101] {WHY}\n"
    judged = judge(text, ("RL501", 1), ("RL101", 2))
    assert codes(judged.suppressed) == ["RL501"]
    assert codes(judged.kept) == ["RL101", "RL003"]
    assert "write `ignore`" in judged.kept[1].message


# The end of a suppression


def test_last_day_and_the_day_after() -> None:
    text = f"x = 1  # readlint: ignore[RL101] until=2026-07-01 {WHY}\n"
    judged = judge(text, ("RL101", 1))
    assert (judged.kept, judged.until) == ([], "2026-07-02")
    late = judge(text, ("RL101", 1), today=datetime.date(2026, 7, 2))
    (finding,) = late.kept
    assert (finding.rule, finding.message, late.until) == ("RL101", "Wrong.", "")
    assert [place.message for place in finding.related] == ["This suppression ended on 2026-07-01 and holds no longer."]
    assert finding.related[0].span.column == 7


def test_expired_with_nothing_left_is_unused() -> None:
    (finding,) = judge(f"x = 1  # readlint: ignore[RL101] until=2026-06-30 {WHY}\n").kept
    assert finding.message == (
        "This suppression of `RL101` ended on 2026-06-30 and nothing is left to suppress; remove it."
    )


def test_one_that_still_holds_wins_over_an_expired_one() -> None:
    text = f"# readlint: file-ignore[RL101] {WHY}\nx = 1  # readlint: ignore[RL101] until=2026-06-30 {WHY}\n"
    judged = judge(text, ("RL101", 2))
    assert codes(judged.suppressed) == ["RL101"]
    assert [finding.message_id for finding in judged.kept] == ["expired"]


# RL002


def mended(text: str, *marks: tuple[str, int]) -> str:
    judged = judge(text, *marks)
    source = Source("a.py", text.encode())
    edits: list[Edit] = []
    for finding in judged.kept:
        fix = finding.copy().fix  # as the cache gives it back
        edits += (fix and deletions(fix)) or ()
    for edit in reversed(edits):
        span = edit.span
        start, end = source.offset(span.line, span.column), source.offset(span.end_line, span.end_column)
        text = text[:start] + edit.text + text[end:]
    return text


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        (f"  # readlint: ignore[RL101] {WHY}", f"  # readlint: ignore[RL101] {WHY}"),
        (f"  # readlint: ignore[RL101, RL201] {WHY}", f"  # readlint: ignore[RL101] {WHY}"),
        (f"  # readlint: ignore[RL201,RL101] {WHY}", f"  # readlint: ignore[RL101] {WHY}"),
        (f"  # readlint: ignore[RL106, RL101, RL201] {WHY}", f"  # readlint: ignore[RL101] {WHY}"),
        (f"  # readlint: ignore[RL101, RL106, RL201] {WHY}", f"  # readlint: ignore[RL101] {WHY}"),
        (f"  # readlint: ignore[RL101, swallowed-exception] {WHY}", f"  # readlint: ignore[RL101] {WHY}"),
        (f"  # readlint: ignore[RL106, clocks] {WHY}", ""),
        ("  # noqa: F401, RL201, E501", "  # noqa: F401, E501"),
        ("  # noqa: RL201, F401", "  # noqa: F401"),
        ("  # noqa: RL201", ""),
    ],
)
def test_unused_selectors_are_taken_out(comment: str, left: str) -> None:
    assert mended(f"x = 1{comment}\n", ("RL101", 1)) == f"x = 1{left}\n"


def test_several_unused_in_one_finding() -> None:
    (finding,) = judge(f"x = 1  # readlint: ignore[RL101, RL106, clocks] {WHY}\n").kept
    assert finding.message == (
        "This comment suppresses no `RL101`, `RL106` or `clocks` finding; "
        "remove it, so that it does not hide the next real one."
    )
    assert (finding.path, finding.span) == (
        "a.py",
        Span(1, 7, 1, 7 + len(f"# readlint: ignore[RL101, RL106, clocks] {WHY}")),
    )
    assert finding.fingerprint
    assert finding.fix is not None
    assert finding.fix.title == "Remove the suppression"


def test_unused_is_not_told_when_the_rule_is_off_or_the_run_narrowed() -> None:
    text = f"x = 1  # readlint: ignore[RL101] {WHY}\n"
    assert codes(judge(text).kept) == ["RL002"]
    assert judge(text, narrowed=True).kept == []
    assert judge(text, active=ALL - {"RL101"}).kept == []
    assert judge(text, active=ALL - {"RL002"}).kept == []
    assert judge(text.replace("RL101", "RL1"), active=ALL - {"RL106"}).kept == []


def test_a_code_of_a_pack_that_is_not_installed_is_left_alone() -> None:
    assert judge(f"x = 1  # readlint: ignore[AC101] {WHY}\ny  # noqa: AC101\n").kept == []


def test_the_nearest_directive_has_the_use() -> None:
    text = f"# readlint: file-ignore[RL101] {WHY}\nx = 1  # readlint: ignore[RL101] {WHY}\n"
    (finding,) = judge(text, ("RL101", 2)).kept
    assert (finding.rule, finding.span.line) == ("RL002", 1)


def test_range_without_use_and_enable_without_range() -> None:
    text = f"# readlint: disable[RL101] {WHY}\n# readlint: enable[RL101]\n# readlint: enable[RL201]\n"
    kept = judge(text).kept
    assert [(f.span.line, f.message_id) for f in kept] == [(1, "default"), (3, "enable")]


# RL003


@pytest.mark.parametrize("reason", ["", "legacy", "False positive.", "false positive", "- - - - - -"])
def test_reasons_that_are_none(reason: str) -> None:
    judged = judge(f"x = 1  # readlint: ignore[RL101] {reason}\n", ("RL101", 1))
    assert codes(judged.kept) == ["RL003"], "it is reported, and suppresses all the same"
    assert codes(judged.suppressed) == ["RL101"]
    assert judged.kept[0].severity is Severity.WARNING


def test_reasons() -> None:
    assert is_reason("no retries")
    assert is_reason("false positive: the loop above has logged it")


@pytest.mark.parametrize(
    ("comment", "part"),
    [
        ("readlint: ignore", "names no rule, so it suppresses nothing"),
        ("readlint: ignroe[RL101] because it must", "write `# readlint: ignore[RL101] reason`"),
        ("readlint: dsable[RL101] because it must", "write `# readlint: disable[RL101] reason`"),
        ("readlint: ignore[RL101 because it must", "is not closed"),
        ("readlint: ignore[swalowed-exception] because", "`swalowed-exception` is not a rule"),
        ("readlint: ignore[swallowed_exception] because", "write `swallowed-exception`"),
        ("readlint: ignore[rl101] because it must", "write `RL101`"),
        ("readlint: ignore[RL999] because it must", "`RL999` is not a rule"),
    ],
)
def test_directives_that_suppress_nothing_are_errors(comment: str, part: str) -> None:
    judged = judge(f"x = 1  # {comment}\n", ("RL101", 1))
    assert codes(judged.kept) == ["RL101", "RL003"]
    assert part in judged.kept[1].message
    assert judged.kept[1].severity is Severity.ERROR


def test_bad_date() -> None:
    judged = judge(f"x = 1  # readlint: ignore[RL101] until=soon {WHY}\n", ("RL101", 1))
    assert [(f.rule, f.severity) for f in judged.kept] == [("RL003", Severity.WARNING)]
    assert "`until=soon` is not a day" in judged.kept[0].message


def test_own_findings_are_suppressed_by_other_directives_only() -> None:
    itself = judge("x = 1  # readlint: ignore[RL101, RL003]\n", ("RL101", 1))
    assert sorted(codes(itself.kept)) == ["RL002", "RL003"]
    assert codes(judge(f"x = 1  # readlint: ignore[RL101, RL002] {WHY}\n").kept) == ["RL002", "RL002"]
    other = judge(f"# readlint: file-ignore[RL002, RL003] {WHY}\nx = 1  # readlint: ignore[RL101]\n")
    assert other.kept == []
    assert sorted(codes(other.suppressed)) == ["RL002", "RL003"]


def test_silencing_directives_that_silence_nothing() -> None:
    (finding,) = judge(f"# readlint: file-ignore[RL003] {WHY}\nx = 1\n").kept
    assert (finding.rule, finding.arguments["rules"]) == ("RL002", "`RL003`")


def test_findings_of_the_screen_are_not_changed() -> None:
    text = f"x = 1  # readlint: ignore[RL101] until=2026-06-30 {WHY}\n"
    ctx = Context(Source("a.py", text.encode()), ast.parse(text), Settings())
    finding = RULES.by_code["RL101"].finding(Span(1, 0, 1, 1))
    for _ in range(2):  # a fix's verification judges the same findings again
        judged = suppress([finding], read_directives(ctx), path="a.py", rules=RULES, active=ALL, today=TODAY)
        assert len(judged.kept[0].related) == 1
    assert finding.related == ()
