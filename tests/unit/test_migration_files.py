"""Migrations in files of SQL, and in Python of yoyo: what is one, in which transactions it runs, what is safe."""

from __future__ import annotations

import pytest
from readlint_rules.migrations._discovery import migration_of
from readlint_rules.migrations._model import Framework, Migration

from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.packs import load_rules
from readlint.settings.model import Settings
from readlint.syntax.parse import parse
from readlint.testing.engine import Project, settings_for


def read(path: str, text: str) -> Migration | None:
    source = Source(path, text.encode())
    return migration_of(Context(source, parse(source), Settings()))


def model(path: str, text: str) -> Migration:
    found = read(path, text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "framework"),
    [
        ("-- migrate:up\nSELECT 1;", Framework.DBMATE),
        ("--migrate:up transaction:false\r\nSELECT 1;", Framework.DBMATE),
        ("\n-- why\n\n-- migrate:up foo:bar\n", Framework.DBMATE),
        ("-- Add a column\n-- depends: 0001.a 0002.b\n\nSELECT 1;", Framework.YOYO),
        ("  -- transactional: true", Framework.YOYO),
        ("-- depends:\r\nSELECT 1;", Framework.YOYO),
        ("-- depends: a\n-- depends: b\nSELECT 1;", Framework.YOYO),
    ],
)
def test_what_is_a_migration(text: str, framework: Framework) -> None:
    assert model("db/1.sql", text).framework is framework


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT 1;",
        "-- migrate:upward\nSELECT 1;",
        "-- see migrate:up\nSELECT 1;",
        " -- migrate:up\nSELECT 1;",
        "-- migrate:down\nSELECT 1;",
        "-- it depends: on the weather\nSELECT 1;",
        "-- depends_on: ref('a')\nSELECT 1;",
        "SELECT 1;\n-- depends: 0001",
        "-- +goose Up\nALTER TABLE a ADD b int;",
        "SELECT ':up', 'depends:';",
    ],
)
def test_what_is_none(text: str) -> None:
    assert read("db/1.sql", text) is None


def test_what_takes_a_migration_back_is_none() -> None:
    assert read("db/1.rollback.sql", "-- depends: 0\nDROP TABLE a;") is None


def test_the_parts_of_a_file_of_dbmate() -> None:
    found = model("db/20_a.sql", "-- migrate:up\nSELECT 1;\nSELECT 2\n-- migrate:down transaction:false\nSELECT 'ä';")
    assert found.name == "20_a"
    assert [statement.text for _, statement in found.statements()] == ["SELECT 1", "SELECT 2"]
    (back,) = found.read_downgrade()
    assert (back.call.lineno, back.call.col_offset, back.call.end_col_offset) == (5, 0, 11)  # a semicolon is no part
    assert back.transaction is None
    assert found.downgrade_mark is not None
    assert found.downgrade_mark.lineno == 4  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "transactions"),
    [
        ("-- migrate:up\nSELECT 1; SELECT 2", [0, 0]),
        ("-- migrate:up\nSELECT 1; COMMIT; SELECT 2; BEGIN; SELECT 3", [0, 0, 1, 1, 1]),
        ("-- migrate:up transaction:false\nSELECT 1", [None]),
        ("-- migrate:up transaction:false\nSELECT 1; SELECT 2", [0, 0]),
        ("-- migrate:up transaction:false\nSELECT 1; BEGIN; SELECT 2; END; SELECT 3", [0, 0, 0, 0, 1]),
        ("-- depends: a\nSELECT 1; ROLLBACK TO a; SELECT 2", [0, 0, 0]),
        ("-- transactional: false\nSELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3", [None, 1, 1, 1, None]),
    ],
)
def test_transactions(text: str, transactions: list[int | None]) -> None:
    assert [statement.transaction for _, statement in model("db/1.sql", text).statements()] == transactions


def test_the_first_one_of_yoyo_depends_on_nothing() -> None:
    assert model("db/1.sql", "-- depends:\nSELECT 1;").is_initial
    assert not model("db/1.sql", "-- depends: 0\nSELECT 1;").is_initial
    assert not model("db/1.sql", "-- transactional: false\nSELECT 1;").is_initial
    assert model("db/1.py", "from yoyo import step\n__depends__ = {}\nstep('SELECT 1')\n").is_initial
    assert not model("db/1.py", "from yoyo import step\nstep('SELECT 1')\n").is_initial


def test_steps_of_yoyo() -> None:
    text = """
import yoyo
from yoyo import group, step as one

__depends__ = {"a", "b"}

def fill(connection):
    one("SELECT 'no step'")

steps = [one("CREATE TABLE a (x int); SELECT 1", "DROP TABLE a"), group(yoyo.step(fill), yoyo.step(query()))]
"""
    found = model("db/c.py", text)
    assert found.dependencies == (("", "a"), ("", "b"))
    assert [statement.kind.value for _, statement in found.statements()] == [
        *("CREATE TABLE", "SELECT", "Python code", "unknown SQL"),
    ]


def lint(files: dict[str, str]) -> list[str]:
    """What all rules about migrations find."""
    rules = load_rules()
    codes = [rule.code for rule in rules.rules if rule.code.startswith("RL5")]
    sources = [Source(path, text.encode()) for path, text in files.items()]
    found = Project(sources, settings_for(rules, codes), rules).findings()
    return [f"{finding.path}: {finding.rule} {finding.message}" for some in found.values() for finding in some]


HAZARDS = "CREATE INDEX i ON orders (email);\nALTER TABLE orders ADD CHECK (total > 0);\nDO 'x';\n"


@pytest.mark.parametrize(
    "other",
    [
        "CREATE TABLE a (id int AUTO_INCREMENT)",
        "CREATE TABLE a (id integer PRIMARY KEY AUTOINCREMENT)",
        "ALTER TABLE `a` ADD b int",
        "CREATE TABLE a (b int) ENGINE=InnoDB",
        "CREATE TABLE a (b text DEFAULT (strftime('%s', 'now')))",
        "PRAGMA foreign_keys = ON",
        "INSERT OR IGNORE INTO a VALUES (1)",
    ],
)
def test_plain_runners_are_used_with_other_databases_too(other: str) -> None:
    """What one migration of a folder shows holds for those beside it."""
    hazards = f"-- migrate:up\n{HAZARDS}-- migrate:down\nDROP INDEX i;\n"
    assert {one.split()[1] for one in lint({"db/2.sql": hazards})} == {"RL501", "RL505", "RL515", "RL516"}
    first = f"-- migrate:up\n{other};\n-- migrate:down\nDROP TABLE a;\n"
    assert lint({"db/1.sql": first, "db/2.sql": hazards}) == []
    assert len(lint({"other/1.sql": first, "db/2.sql": hazards})) == 4


def test_words_of_other_databases_in_texts_say_nothing() -> None:
    text = "-- migrate:up\n-- `a`\nINSERT INTO a VALUES ('`b` AUTO_INCREMENT');\n-- migrate:down\n"
    assert not model("db/1.sql", text).is_for_other_database()
    body = "CREATE FUNCTION f() RETURNS int AS $x$ `a` $x$ -- `b`\n/* `c` */ LANGUAGE sql;"
    assert not model("db/1.sql", f"-- migrate:up\n{body}").is_for_other_database()
    assert not model("db/1.sql", "-- migrate:up\nALTER TABLE a ADD engine text").is_for_other_database()


#: What the rules recommend, each statement in a migration of its own.
SAFE = {
    "index": ["CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (email)"],
    "unique": [
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (email)",
        "ALTER TABLE orders ADD CONSTRAINT i UNIQUE USING INDEX i",
    ],
    "volatile default": [
        "ALTER TABLE orders ADD COLUMN token uuid",
        "ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid()",
    ],
    "required column": ["ALTER TABLE orders ADD COLUMN size int NOT NULL DEFAULT 0"],
    "foreign key": [
        "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID",
        "ALTER TABLE orders VALIDATE CONSTRAINT f",
    ],
    "check": [
        "ALTER TABLE orders ADD CONSTRAINT c CHECK (total >= 0) NOT VALID",
        "ALTER TABLE orders VALIDATE CONSTRAINT c",
    ],
    "not null": [
        "ALTER TABLE orders ADD CONSTRAINT n CHECK (email IS NOT NULL) NOT VALID",
        "ALTER TABLE orders VALIDATE CONSTRAINT n",
        "ALTER TABLE orders ALTER COLUMN email SET NOT NULL",
        "ALTER TABLE orders DROP CONSTRAINT n",
    ],
    "type": ["ALTER TABLE orders ADD COLUMN id_new bigint"],
    "backfill": ["UPDATE orders SET email = '' WHERE id BETWEEN 1 AND 1000"],
}


@pytest.mark.parametrize("name", SAFE)
@pytest.mark.parametrize("runner", ["dbmate", "yoyo", "yoyo in Python"])
def test_what_is_recommended_is_safe(name: str, runner: str) -> None:
    files = {}
    for number, statement in enumerate(SAFE[name], 1):
        concurrent = "CONCURRENTLY" in statement
        first = "" if concurrent else "SET lock_timeout = '5s';\n"
        if runner == "dbmate":
            option = " transaction:false" if concurrent else ""
            text = f"-- migrate:up{option}\n{first}{statement};\n\n-- migrate:down\n-- nothing has to be undone\n"
        elif runner == "yoyo":
            option = "-- transactional: false\n" if concurrent else ""
            text = f"-- depends: {number - 1}\n{option}{first}{statement};\n"
        else:
            option = "__transactional__ = False\n" if concurrent else ""
            text = f'from yoyo import step\n__depends__ = {{"{number - 1}"}}\n{option}'
            text += f'step("""{first}""")\nstep("{statement}")\n' if first else f'step("{statement}")\n'
        files[f"db/{number}.{'py' if 'Python' in runner else 'sql'}"] = text
    assert lint(files) == []
