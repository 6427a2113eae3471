"""What a SARIF log says, and what it must not say."""

from __future__ import annotations

import gzip
import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
import sarif_om

from readlint import __version__, docs
from readlint.errors import InternalError
from readlint.findings import Edit, Finding, FixPlan, Place, Safety, Severity, Span
from readlint.packs import load_rules
from readlint.report import sarif
from readlint.report.model import Report, split_lines
from readlint.report.sarif import limits
from readlint.report.sarif.descriptors import descriptor, fields, numbered
from readlint.report.sarif.line_hashes import line_hashes
from readlint.report.sarif.serialize import to_text
from readlint.rules import Category, Level, Rule

SOURCE = 'import time\n\n\ndef work():\n    s = "héllo 😀"; y = eval(x)\n    return y\n'
RULE = "RL101"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


CALL = Span(5, 23, 5, 30)


def finding(
    span: Span = CALL, path: str = "a.py", severity: Severity = Severity.ERROR, message: str = "Lost."
) -> Finding:
    made = Finding(RULE, "swallowed-exception", severity, span, message)
    made.path = path
    made.definition = "Shop.work"
    made.fingerprint = "0123456789abcdef"
    return made


def fixed(*edits: Edit, safety: Safety = Safety.SAFE) -> Finding:
    made = finding()
    made.fix = FixPlan("repair", "Log it", safety)
    made.edits = edits
    return made


def report(*findings: Finding, source: str = SOURCE, **options: Any) -> Report:
    return Report(findings, read_lines=lambda _: split_lines(source), read_bytes=lambda _: source.encode(), **options)


def text_of(made: Report) -> str:
    out = io.StringIO()
    sarif.write(made, out)
    return out.getvalue()


def run_of(made: Report) -> Any:
    log = json.loads(text_of(made))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    return log["runs"][0]


def result_of(made: Finding, **options: Any) -> Any:
    return run_of(report(made, **options))["results"][0]


# The serializer.


def to_json(value: Any) -> Any:
    return json.loads(to_text(value))


def test_values_that_equal_a_default_are_written() -> None:
    """A level that is left out would be that of the rule, which may be another one."""
    written = to_json(sarif_om.Result(message=sarif_om.Message(text="x"), level="warning"))
    assert written == {"message": {"text": "x"}, "kind": "fail", "level": "warning"}


def test_what_is_not_set_is_not_written() -> None:
    location = sarif_om.Location(id=-1, logical_locations=[sarif_om.LogicalLocation(name="x", parent_index=0)])
    assert to_json(location) == {"logicalLocations": [{"name": "x", "parentIndex": 0}]}


def test_a_misspelt_attribute_is_no_property() -> None:
    message = sarif_om.Message(text="x")
    message.txt = "y"
    with pytest.raises(KeyError):
        to_json(message)


# Results.


def test_a_result() -> None:
    assert result_of(finding()) == {
        "ruleId": RULE,
        "ruleIndex": 0,
        "kind": "fail",
        "level": "error",
        "message": {"text": "Lost."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a.py", "uriBaseId": "%SRCROOT%"},
                    # One more than in code points, three less than in bytes.
                    "region": {
                        "startLine": 5,
                        "startColumn": 25,
                        "endLine": 5,
                        "endColumn": 32,
                        "snippet": {"text": "eval(x)"},
                    },
                    "contextRegion": {
                        "startLine": 3,
                        "startColumn": 1,
                        "endLine": 6,
                        "endColumn": 13,
                        "snippet": {"text": '\ndef work():\n    s = "héllo 😀"; y = eval(x)\n    return y'},
                    },
                },
                "logicalLocations": [{"name": "work", "fullyQualifiedName": "Shop.work"}],
            }
        ],
        "partialFingerprints": {
            "primaryLocationLineHash": line_hashes(SOURCE.encode(), {5})[5],
            "readlintContext/v1": "0123456789abcdef",
        },
    }


def test_a_finding_of_a_whole_module_is_in_the_module() -> None:
    made = finding(path="pkg/shop.py")
    made.definition = ""
    assert result_of(made)["locations"][0]["logicalLocations"] == [{"name": "shop", "kind": "module"}]


def of_template() -> Finding:
    rule = load_rules().by_code[RULE]
    arguments = {name: f"{name} {{0}} [1]" for name in fields(rule.messages["handler"])}
    made = rule.finding(CALL, "handler", **arguments)
    made.path = "a.py"
    return made


def test_a_finding_without_a_place_is_at_the_start_of_its_file() -> None:
    result = result_of(finding(Span(0, 0, 0, 0)))
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}
    assert result["partialFingerprints"]["primaryLocationLineHash"] == line_hashes(SOURCE.encode(), {1})[1]


def test_the_message_can_be_looked_up_and_need_not_be() -> None:
    made = of_template()
    run = run_of(report(made))
    message = run["results"][0]["message"]
    templates = run["tool"]["driver"]["rules"][0]["messageStrings"]
    assert templates[message["id"]]["text"].format(*message["arguments"]) == message["text"] == made.message
    assert message["text"].endswith(".")


def test_a_message_that_its_template_does_not_give_has_text_only() -> None:
    made = of_template()
    made.message = "Something else."
    assert result_of(made)["message"] == {"text": "Something else."}


def test_templates() -> None:
    assert numbered("`{a}` and {b}, {a}: {{}} {{{a}}}.") == "`{0}` and {1}, {0}: {{}} {{{0}}}."


def test_related_places_are_linked_from_the_message() -> None:
    made = finding(message="It is `a[0](1)`, lost.")
    made.related = (Place(Span(1, 0, 1, 6), "made [here]"), Place(Span(2, 0, 2, 0), "Kept there.", "b #.py"))
    result = result_of(made)
    assert result["message"]["text"] == "It is `a\\[0](1)`, lost. See [made \\[here\\]](1); [Kept there](2)."
    first, second = result["relatedLocations"]
    assert (first["id"], first["message"]["text"]) == (1, "Made [here].")
    assert first["physicalLocation"]["region"]["snippet"]["text"] == "import"
    assert (second["id"], second["physicalLocation"]["artifactLocation"]["uri"]) == (2, "b%20%23.py")
    assert len(result["locations"]) == 1


def test_a_flow_is_a_code_flow() -> None:
    made = finding()
    made.flow = (Place(Span(1, 0, 1, 6), "the start is read"), Place(CALL, "the difference is taken"))
    (flow,) = result_of(made)["codeFlows"]
    (thread,) = flow["threadFlows"]
    texts = [step["location"]["message"]["text"] for step in thread["locations"]]
    assert texts == ["The start is read.", "The difference is taken."]
    assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in thread["locations"]] == [1, 5]


def test_a_fix() -> None:
    made = fixed(
        Edit(Span(1, 0, 1, 0), "import ast\n"), Edit(Span(5, 23, 5, 27), "ast.literal_eval"), safety=Safety.UNSAFE
    )
    assert result_of(made)["fixes"] == [
        {
            "description": {"text": "Log it (unsafe: behaviour may change)."},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "a.py", "uriBaseId": "%SRCROOT%"},
                    "replacements": [
                        {
                            "deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
                            "insertedContent": {"text": "import ast\n"},
                        },
                        {
                            "deletedRegion": {"startLine": 5, "startColumn": 25, "endLine": 5, "endColumn": 29},
                            "insertedContent": {"text": "ast.literal_eval"},
                        },
                    ],
                }
            ],
        }
    ]


def test_a_fix_that_came_to_nothing_is_none() -> None:
    assert "fixes" not in result_of(fixed())


def test_the_fingerprint_is_the_one_of_every_format() -> None:
    made = report(finding())
    out = io.StringIO()
    from readlint.report.json import write

    write(made, out)
    context = run_of(made)["results"][0]["partialFingerprints"]["readlintContext/v1"]
    assert context == json.loads(out.getvalue())["findings"][0]["fingerprint"]


def test_nothing_is_ranked() -> None:
    assert '"rank"' not in text_of(report(finding()))


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b#c%d?.py", "a%20b%23c%25d%3F.py"),
        ("new\nline.py", "new%0Aline.py"),
        ("emoji-😀.py", "emoji-%F0%9F%98%80.py"),
        ("broken-\udcff.py", "broken-%FF.py"),
        ("c:/d:e.py", "c%3A/d%3Ae.py"),
        ("./x/../y.py", "y.py"),
    ],
)
def test_addresses_are_relative_and_encoded(path: str, uri: str) -> None:
    location = result_of(finding(path=path))["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_files_elsewhere_have_whole_addresses(tmp_path: Path) -> None:
    path = tmp_path.parent / "else where.py"
    location = result_of(finding(path=str(path)))["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": path.as_uri()}
    inside = result_of(finding(path=str(tmp_path / "a.py")))["locations"][0]["physicalLocation"]["artifactLocation"]
    assert inside["uri"] == "a.py"


def test_half_surrogates_do_not_stop_a_reader() -> None:
    made = finding(message="Lost \udcff\ud800.")
    json.loads(text_of(report(made)))["runs"][0]["results"][0]["message"]["text"].encode()


# Secrets.


def secret(edit: str) -> Finding:
    made = fixed(Edit(Span(1, 6, 1, 15), edit))
    made.span = Span(1, 6, 1, 15)
    made.data = {"secret": [[1, 7, 1, 14]]}
    return made


SECRET = 'KEY = "hunt😀r2"; eval(x)\n'


def test_secrets_are_not_shown_and_no_hash_gives_them_away() -> None:
    near = finding(Span(1, 17, 1, 24))
    run = run_of(report(secret("os.environ['KEY']"), near, source=SECRET))
    first, second = run["results"]
    for name in ("hunt", "r2", "\\ud83d"):
        assert name not in json.dumps(run["results"])
    assert first["locations"][0]["physicalLocation"]["region"]["snippet"]["text"] == '"*******"'
    # A star takes one unit where the secret's character takes two: columns are those of the file.
    assert second["locations"][0]["physicalLocation"]["region"]["startColumn"] == 19
    assert second["locations"][0]["physicalLocation"]["region"]["snippet"]["text"] == "eval(x)"
    assert [list(result["partialFingerprints"]) for result in (first, second)] == [["readlintContext/v1"]] * 2


def test_a_suppressed_secret_is_one_too() -> None:
    made = report(finding(Span(1, 17, 1, 24)), source=SECRET, suppressed=[secret("")])
    assert "hunt" not in text_of(made)


def test_a_fix_that_would_write_stars_is_left_out() -> None:
    first, second = run_of(report(secret('vault("hunt😀r2")'), secret("x"), source=SECRET))["results"]
    assert ("fixes" in first, "fixes" in second) == (False, True)


# Suppressions.


def suppressed() -> Finding:
    made = fixed(Edit(CALL, "None"))
    made.message = "Silenced."
    made.data = {"suppression": "the reason why"}
    return made


def test_suppressed_results_are_left_out() -> None:
    run = run_of(report(finding(), suppressed=[suppressed()]))
    assert [result["message"]["text"] for result in run["results"]] == ["Lost."]
    assert "suppressions" not in run["results"][0]


def test_suppressed_results_come_with_their_reasons() -> None:
    late = finding(Span(6, 4, 6, 10), severity=Severity.NOTE)
    results = run_of(report(late, suppressed=[suppressed()], show_suppressed=True))["results"]
    assert [(result["message"]["text"], result["suppressions"]) for result in results] == [
        ("Lost.", []),
        ("Silenced.", [{"kind": "inSource", "justification": "the reason why"}]),
    ]
    assert "fixes" not in results[1]  # it is meant to be as it is


# The run.


def test_the_run(tmp_path: Path) -> None:
    run = run_of(report(status=1))
    driver = run["tool"]["driver"]
    assert {key: driver[key] for key in ("name", "fullName", "version", "semanticVersion", "informationUri")} == {
        "name": "readlint",
        "fullName": f"readlint {__version__}",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": "https://readlint.dev",
    }
    assert (run["columnKind"], run["results"]) == ("utf16CodeUnits", [])
    assert run["originalUriBaseIds"] == {"%SRCROOT%": {"uri": f"{tmp_path.as_uri()}/"}}
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 1}]
    assert "automationDetails" not in run


def test_the_root_is_that_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / ".git/config").write_text('[remote "origin"]\nurl = https://me:hunter2@example.com/shop\n')
    (tmp_path / "src").mkdir()
    monkeypatch.chdir(tmp_path / "src")
    run = run_of(report(finding()))
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "src/a.py"
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == f"{tmp_path.as_uri()}/"
    assert run["versionControlProvenance"] == [
        {"repositoryUri": "https://example.com/shop", "branch": "main", "mappedTo": {"uriBaseId": "%SRCROOT%"}}
    ]


def test_a_category() -> None:
    assert run_of(report(sarif_category="nightly/tests"))["automationDetails"] == {"id": "nightly/tests/"}


def test_rules_that_ran_and_rules_that_are_named() -> None:
    run = run_of(report(finding(), rules_run=["RL806", "RL002"], errors=[InternalError("RL201", "b.py", "KeyError")]))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["RL002", "RL101", "RL201", "RL806"]
    assert [result["ruleIndex"] for result in run["results"]] == [1]


def test_notifications() -> None:
    broken = Finding("RL001", "unreadable-file", Severity.ERROR, Span(1, 0, 1, 0), "This file cannot be read.")
    broken.path = "b c.py"
    errors = [
        InternalError("RL101", "a.py", "KeyError", "x.py:1"),
        InternalError("", "d.py", "the worker process died"),
    ]
    run = run_of(report(broken, errors=errors, warnings=["slow"], status=2))
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    told = []
    for notification in invocation["toolExecutionNotifications"]:
        reference = notification["descriptor"]
        assert run["tool"]["driver"]["notifications"][reference["index"]]["id"] == reference["id"]
        uris = [place["physicalLocation"]["artifactLocation"]["uri"] for place in notification.get("locations", ())]
        told.append((reference["id"], notification["level"], notification["message"]["text"], uris))
    assert told == [
        ("internal-error", "error", "rule RL101 failed on a.py: KeyError at x.py:1.", ["a.py"]),
        ("internal-error", "error", "d.py was not checked: the worker process died.", ["d.py"]),
        ("not-analysed", "error", "This file cannot be read.", ["b%20c.py"]),
        ("run-warning", "warning", "slow.", []),
    ]
    assert invocation["toolExecutionNotifications"][0]["associatedRule"] == {"id": "RL101"}


def test_it_is_written_result_by_result_in_ascii() -> None:
    class Counting(io.StringIO):
        longest = 0

        def write(self, text: str) -> int:
            self.longest = max(self.longest, len(text))
            return super().write(text)

    few, many = Counting(), Counting()
    sarif.write(report(*[finding() for _ in range(2)]), few)
    sarif.write(report(*[finding() for _ in range(100)]), many)
    assert few.longest == many.longest
    assert many.getvalue().isascii()


# Rules.


@pytest.mark.parametrize("code", sorted(load_rules().by_code))
def test_every_rule_is_described_in_full(code: str) -> None:
    rule = load_rules().by_code[code]
    made = to_json(descriptor(rule))
    assert made["id"] == code
    assert made["name"].lower() == rule.name.replace("-", "")
    assert made["name"][0].isupper()
    assert made["shortDescription"]["text"] == rule.summary
    assert made["fullDescription"]["text"].startswith(rule.summary)
    assert made["help"]["text"] == docs.text(rule).rstrip("\n")
    assert made["help"]["markdown"] == docs.page(rule).rstrip("\n")
    assert made["helpUri"] == f"https://readlint.dev/rules/{rule.name}"
    assert made["defaultConfiguration"] == {"enabled": True, "level": rule.severity.value}
    assert set(made["messageStrings"]) == set(rule.messages)
    properties = made["properties"]
    assert len(properties["tags"]) <= 10
    assert properties["problem.severity"] == {"note": "recommendation"}.get(rule.severity.value, rule.severity.value)
    assert ("security-severity" in properties) == ("security" in properties["tags"])
    assert {tag for tag in properties["tags"] if "cwe" in tag} == {f"external/cwe/cwe-{n:03}" for n in rule.cwe}


def toy(**options: Any) -> Rule[None]:
    given: dict[str, Any] = {"severity": Severity.NOTE, "category": Category.SECURITY, **options}
    return Rule(
        "pack.family.some_rule",
        "A toy.",
        code="XX001",
        level=Level.L1,
        messages={"default": "It is."},
        since="1",
        **given,
    )


def test_a_rule_of_another_pack() -> None:
    made = to_json(descriptor(toy(preview=True)))
    assert "helpUri" not in made
    assert made["defaultConfiguration"] == {"enabled": False, "level": "note"}
    assert made["properties"]["precision"] == "medium"


def test_only_a_security_severity_makes_a_security_rule() -> None:
    assert to_json(descriptor(toy()))["properties"] == {
        "precision": "high",
        "problem.severity": "recommendation",
        "tags": ["family", "L1"],
    }
    properties = to_json(descriptor(toy(security_severity=7)))["properties"]
    assert (properties["security-severity"], properties["tags"][0]) == ("7.0", "security")


def test_the_tags_that_matter_are_kept() -> None:
    tags = to_json(descriptor(toy(security_severity=7.5, cwe=(1, 22, 333), tags=[f"t{n}" for n in range(20)])))
    assert tags["properties"]["tags"][:5] == [
        "security",
        "external/cwe/cwe-001",
        "external/cwe/cwe-022",
        "external/cwe/cwe-333",
        "t0",
    ]
    assert len(tags["properties"]["tags"]) == 10


# Limits.


def told(run: Any) -> list[str]:
    notifications = run["invocations"][0].get("toolExecutionNotifications", ())
    return [one["message"]["text"] for one in notifications if one["descriptor"]["id"] == "left-out"]


def severities(*numbers: int) -> list[Finding]:
    """So many errors, warnings and notes; the least severe in the first file."""
    return [
        finding(path=f"{9 - severity.rank}.py", severity=severity)
        for severity, number in zip(Severity, numbers, strict=True)
        for _ in range(number)
    ]


def test_the_most_severe_come_first() -> None:
    levels = [result["level"] for result in run_of(report(*severities(2, 1, 2)))["results"]]
    assert levels == ["error", "error", "warning", "note", "note"]


def test_what_would_be_refused_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readlint.report.sarif.log.MOST_RESULTS", 6)
    run = run_of(report(*severities(3, 4, 5)))
    assert [result["level"] for result in run["results"]] == ["error"] * 3 + ["warning"] * 3
    assert told(run) == [
        "The 6 least severe results were left out, 1 of level warning and 5 of level note: a larger log is refused."
    ]
    assert run["invocations"][0]["executionSuccessful"]


def test_there_are_no_more_results_than_github_takes() -> None:
    assert limits.MOST_RESULTS == 25_000


def test_what_github_does_not_show_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_RESULTS_KEPT", 2)
    assert told(run_of(report(*severities(1, 1, 0)))) == []
    assert told(run_of(report(*severities(1, 1, 1)))) == [
        "GitHub shows 2 of these 3 results. The most severe ones come first."
    ]


def test_a_log_is_not_too_large() -> None:
    """Texts that cannot be compressed; what does not fit is left out."""
    noise = random.Random(0)
    many = [finding(message=f"{noise.randbytes(3000).hex()}.") for _ in range(3_500)]
    text = text_of(report(*many))
    assert 9_000_000 < len(gzip.compress(text.encode())) < 10_000_000
    run = json.loads(text)["runs"][0]
    assert told(run) == [
        f"The {3_500 - len(run['results']):,} least severe results were left out, "
        f"{3_500 - len(run['results']):,} of level error: a larger log is refused."
    ]


def test_notifications_are_limited() -> None:
    run = run_of(report(warnings=["slow"] * 1_500))
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 1_001
    assert told(run) == ["500 more notifications were left out."]


def test_places_are_limited() -> None:
    made = finding()
    made.related = tuple(Place(Span(1, 0, 1, 6), f"place {number}") for number in range(1_500))
    made.flow = tuple(Place(Span(1, 0, 1, 6), f"step {number}") for number in range(1_500))
    run = run_of(report(made, finding()))
    result = run["results"][0]
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert (len(result["relatedLocations"]), len(steps)) == (99, 1_000)
    assert steps[-1]["location"]["message"]["text"] == "Step 1499."
    assert result["message"]["text"].count("](") == 10
    assert told(run) == ["Places were left out where a result has very many: 1 result."]


def test_a_snippet_is_no_book() -> None:
    source = "x = 1\n" + "y = '" + "z" * 5_000 + "'\n"
    place = result_of(finding(Span(2, 4, 2, 5_006)), source=source)["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 5_007}
    assert "contextRegion" not in place
