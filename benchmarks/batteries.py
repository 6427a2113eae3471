"""What each battery of judged places is compared with: the peers' nearest rules, and what to know about them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import tools

Report = tuple[str, int, str]  # file, line, code
Reader = Callable[[str], Iterable[Report]]


@dataclass(frozen=True)
class Peer:
    """One tool on one battery. `program` is in the environment of the peers, or in one with these requirements."""

    name: str
    program: str
    options: Sequence[str]
    reader: Reader
    passing: Sequence[int] = (0, 1)
    requirements: Sequence[str] = ()


@dataclass(frozen=True)
class Without:
    """A row of the summary that leaves out some codes of a tool."""

    title: str
    tool: str
    part: str


@dataclass(frozen=True)
class Battery:
    """One more is one more folder in `battery/`, and one more value below."""

    name: str  # the folder's
    topic: str
    select: str  # readlint's rules
    introduction: str
    peers: Sequence[Peer]
    without: Sequence[Without]


FLAKE8 = ("--isolated", "--format", "%(path)s:%(row)d:%(code)s")

# The tools' reports


def readlint_reports(output: str) -> Iterator[Report]:
    for finding in json.loads(output)["findings"]:
        note = " (note)" if finding["severity"] == "note" else ""
        yield finding["path"], finding["location"]["row"], finding["code"] + note


def ruff_reports(output: str) -> Iterator[Report]:
    for one in json.loads(output):
        yield one["filename"], one["location"]["row"], one["code"]


def bandit_reports(output: str) -> Iterator[Report]:
    for one in json.loads(output)["results"]:
        yield one["filename"], one["line_number"], one["test_id"]


def pylint_reports(output: str) -> Iterator[Report]:
    for one in json.loads(output)["messages"]:
        yield one["path"], one["line"], one["messageId"]


def flake8_reports(output: str) -> Iterator[Report]:
    for path, row, code in re.findall(r"^(.+):(\d+):(\w+)$", output, re.MULTILINE):
        yield path, int(row), code


def detect_secrets_reports(output: str) -> Iterator[Report]:
    for path, found in json.loads(output)["results"].items():
        for one in found:
            yield path, one["line_number"], one["type"].replace(" ", "")


def semgrep_reports(output: str) -> Iterator[Report]:
    for one in json.loads(output)["results"]:
        # The name of a rule begins with the folders of its file.
        yield one["path"], one["start"]["line"], one["check_id"].rpartition(".")[2]


def sent_reports(output: str) -> Iterator[Report]:
    for path, row, code in re.findall(r"^(.+):(\d+):([\w-]+)$", output, re.MULTILINE):
        yield path, int(row), code


def zdm_reports(output: str) -> Iterator[Report]:
    for one in json.loads(output)["diagnostics"]:
        yield one["path"], one["line"], one["rule_id"]


def alembic_guard_reports(output: str) -> Iterator[Report]:
    for one in json.loads(output):
        yield one["path"], one["line"], one["rule"]


def reading_sql(name: str) -> Peer:
    """What reads SQL gets what Django and Alembic would send."""
    script = str(Path(__file__).with_name("sent_sql.py"))
    return Peer(name, "python", [script, name], sent_reports, requirements=tools.MIGRATION_LINTERS)


def semgrep(rules: str) -> Peer:
    """Its own engine, with the rules of one file in `semgrep/` and nothing from the network."""
    config = str(Path(__file__).parent / "semgrep" / rules)
    options = ["scan", "--config", config, "--metrics", "off", "--disable-version-check", "--no-git-ignore"]
    return Peer("semgrep", "semgrep", [*options, "--json", "--quiet"], semgrep_reports, requirements=tools.SEMGREP)


# Error handling

# FIX and pylint's `fixme` are there because of RL105. The rest of TRY is about how an error is raised.
RUFF_RULES = "BLE001,E722,S110,S112,TRY,SIM105,B012,RUF006,PLW1510,FIX"
RUFF_IGNORED = "TRY002,TRY003,TRY004,TRY201,TRY300,TRY301"
BUGBEAR_RULES = "B001,B012,B014,B025,B029,B030,B036"
BANDIT_TESTS = "B110,B112"
PYLINT_CHECKS = (
    "bare-except,broad-exception-caught,lost-exception,return-in-finally,try-except-raise,subprocess-run-check,fixme"
)

ERRORS = Battery(
    name="errors",
    topic="error handling",
    select="RL1",
    introduction="""\
Judged are the places where an error ends. A report on the line of a `try` with one handler counts for that handler.
Left out of the peers' rules are those about style or about how an error is raised (`TRY003` and others, `B904`).
Markers such as TODO (`FIX`, `fixme`) are in: readlint looks for them in handlers.

Read the totals with care: the themes are those of readlint's rules, and whoever judged knew what these rules want. For
some themes (HTTP statuses, partial failures, gathered results) the peers have no rule at all. The verdicts stand as
they were written, but a file that had the name of a guard of readlint (`telemetry.py`) was renamed after the first run,
and the marks of two functions were moved to their `def` line. Reports on other lines are about no judged place, such as
a marker in a comment above a function.

The four fine places that readlint flags are notes: closing in `close` and `__del__`, a metric, and a log line in a
`try`. The exception is swallowed there, and a note says so without asking for more; the same line around more than
that is a defect. What readlint misses cannot be proven from the file: an unknown `load` may only parse what the client
sent, an unknown `pool` may be no pool, an option of the environment may be what the operator asked for, an attribute
may be read in another file, and a method that does nothing may be there to be overridden. `return False` beside
`return True` tells the caller of the failure, though not of its reason.""",
    peers=(
        Peer(
            "ruff",
            "ruff",
            [*tools.RUFF_JSON, "--select", RUFF_RULES, "--ignore", RUFF_IGNORED],
            ruff_reports,
        ),
        Peer(
            "bandit", "bandit", ["--quiet", "--recursive", "--tests", BANDIT_TESTS, "--format", "json"], bandit_reports
        ),
        Peer(
            "pylint",
            "pylint",
            [
                *("--rcfile=/dev/null", "--persistent=n", "--disable=all"),
                *(f"--enable={PYLINT_CHECKS}", "--output-format=json2"),
            ],
            pylint_reports,
            tools.PYLINT_PASSING,
        ),
        Peer("bugbear", "flake8", [*FLAKE8, "--select", BUGBEAR_RULES], flake8_reports),
    ),
    # SIM105 asks for another way to write the same silence.
    without=(
        Without("readlint without notes", "readlint", " (note)"),
        Without("ruff without SIM105", "ruff", "SIM105"),
    ),
)

# Clocks

CLOCKS = Battery(
    name="clocks",
    topic="clocks",
    select="RL2",
    introduction="""\
Judged are the places where two times meet, and those where a time is given away.

Read the totals with care: no peer has a rule for this, and those of semgrep (`benchmarks/semgrep/clocks.yaml`) were
written for this comparison, with what its engine offers: patterns, and flow inside of one function. ruff's `DTZ` asks
for time zones and says nothing about durations, and flake8-async's ASYNC125 is about deadlines that are written as a
number. They are what comes nearest, so the table shows what a project has without readlint. Whoever judged had written
readlint's rules; `handed_on.py` was added to show where they end.""",
    peers=(
        Peer("ruff", "ruff", [*tools.RUFF_JSON, "--select", "DTZ"], ruff_reports),
        Peer(
            "flake8-async",
            "flake8",
            [*FLAKE8, "--select", "ASYNC125"],
            flake8_reports,
            requirements=tools.FLAKE8_ASYNC,
        ),
        semgrep("clocks.yaml"),
    ),
    without=(),
)

# Secrets

SECRETS = Battery(
    name="secrets",
    topic="secrets",
    select="secrets",
    introduction="""\
Judged are the places where a value gets the name of a credential, looks like one, or reads as if it did.

Where the tools part: ruff (S105-S107) and bandit (B105-B107) look at the name alone and know `password`, `secret` and
`token`, so they miss keys, addresses, fallbacks and keys by their form, and flag names of fields, paths and
placeholders. detect-secrets looks at one line without its syntax: it flags digests and commits for their randomness,
and anything behind a name that holds `secret` or `password`; it knows no fallbacks. readlint wants a plausible name and
a plausible value, and proof where a form has one. What a program ships on purpose (`shipped.py`) no tool can tell from
what was left there by mistake: readlint says so in a note. It is silent on words that anybody guesses where nothing but
the name speaks of a credential, and on credentials without a name of their own.

Read the totals with care: whoever judged knew readlint's rules. Every value is made up.""",
    peers=(
        Peer("ruff", "ruff", [*tools.RUFF_JSON, "--select", "S105,S106,S107"], ruff_reports),
        Peer(
            "bandit",
            "bandit",
            ["--quiet", "--recursive", "--tests", "B105,B106,B107", "--format", "json"],
            bandit_reports,
        ),
        Peer(
            "detect-secrets",
            "detect-secrets",
            ["scan", "--all-files", "--no-verify"],
            detect_secrets_reports,
            requirements=tools.DETECT_SECRETS,
        ),
    ),
    without=(Without("readlint without notes", "readlint", " (note)"),),
)

# SQL

SQL = Battery(
    name="sql",
    topic="SQL",
    select="RL3",
    introduction="""\
Judged are functions, so that it does not matter whether a tool reports where a text is built or where it is run. A
function has a defect if somebody can put SQL into what it runs, or if its placeholders do not fit.

Read the totals with care: whoever judged had written readlint's rules or read them, and the rules of semgrep
(`benchmarks/semgrep/sql.yaml`) were written for this comparison, as those of its registry are: patterns for each
library, and flow inside of one function from parameters and requests to calls that run SQL. They were not changed after
the first run. Two marks were moved to the function that runs the query then, one case got the import that its library
needs, and one known miss turned out to be found. ruff and bandit look for text that begins like SQL and has something
put in, wherever it is; they have no rule about placeholders. Many of readlint's reports are notes, which do not fail a
run: names, conditions, values without quotes, and keys and kinds in quotes are mostly chosen by the program itself.""",
    peers=(
        Peer("ruff", "ruff", [*tools.RUFF_JSON, "--select", "S608,S610,S611"], ruff_reports),
        Peer(
            "bandit",
            "bandit",
            ["--quiet", "--recursive", "--tests", "B608,B610,B611", "--format", "json"],
            bandit_reports,
        ),
        semgrep("sql.yaml"),
    ),
    without=(Without("readlint without notes", "readlint", " (note)"),),
)

# Migrations

MIGRATIONS = Battery(
    name="migrations",
    topic="migrations",
    select="RL5",
    introduction="""\
Judged are whole migrations of Django and Alembic and the SQL in them, given a large table in use, PostgreSQL 14, and a
version of the program that goes on running while they are run. Each file of the battery is a project: one migration
follows the other, and what one knows of a column the next may use.

squawk and django-migration-linter read SQL, so `benchmarks/sent_sql.py` gives them what Django and Alembic send; that
needs the program to be there, and what asks the database gets no answer. django-migration-linter itself runs
`sqlmigrate`, which wants a server: its analyser gets the same statements here, and alembic-migration-linter is this
analyser on Alembic's. zdm reads the source of both, alembic-guard that of Alembic alone (five of the themes). Left out
are squawk's rules of spelling, of types by taste and of timeouts, which nearly every migration breaks, and other
programs: eugene and strong_migrations are not of Python, django-safe-migrations wants a project that starts.

Where the tools part:

- What a change of type does depends on the type before: the peers flag each, readlint asks the migrations before.
- What only the framework knows (`choices`, `help_text`, a `db_column` or `db_table` that stays) sends no SQL; zdm sees
  an `AlterField` or a `RenameField` and flags it.
- `SET NOT NULL` is cheap behind a validated check: no peer follows the check from migration to migration.
- New tables: squawk and django-migration-linter know some statements on them as harmless, and flag the others.
- Dropping an index, a constraint or a NOT NULL takes a lock for an instant; squawk has rules against each.
- A column that is forgotten first and dropped a release later is what is asked for; who reads one file flags the drop.
- The reverse SQL of a `RunSQL` is read by django-migration-linter as if it were run, which flags the good ones.
- Rewrites: squawk and alembic-guard know volatile defaults (squawk takes `STATEMENT_TIMESTAMP()`, which is Django's
  `Now()`, for one), squawk also stored columns; no peer speaks of `VACUUM FULL`, `CLUSTER` and `SET UNLOGGED`.
- Other databases: who reads the source of Alembic flags what is run on SQLite alone.
- Data: no peer looks at what an `UPDATE` or a `RunPython` does to a large table, or at a `downgrade`.
- Several steps under one lock: squawk flags NOT VALID and VALIDATE in one transaction, django-migration-linter an index
  that is built under the lock of a new column; no peer sees data that is filled under the lock of a new column.

Read the totals with care: whoever judged had read readlint's specification, and nobody but readlint's authors has
looked at the verdicts. After readlint's first run one verdict was turned from fine to defect (a check that is NOT VALID
and never validated), one mistake of readlint was mended, and a project got the models that one migration imports. The
fine migration that readlint flags drops a proxy, which has no table. The defect that it misses imports a model
relatively: the battery's projects are folders below the one that is checked, and inside of the project it is found.""",
    peers=(
        reading_sql("squawk"),
        reading_sql("migration-linter"),
        Peer("zdm", "zdm", ["--output-format", "json"], zdm_reports, requirements=tools.MIGRATION_LINTERS),
        Peer(
            "alembic-guard",
            "alembic-guard",
            ["--format", "json"],
            alembic_guard_reports,
            requirements=tools.MIGRATION_LINTERS,
        ),
    ),
    without=(Without("readlint without notes", "readlint", " (note)"),),
)

BATTERIES = (ERRORS, CLOCKS, SQL, SECRETS, MIGRATIONS)
