"""`readlint migrate-plan` of files of SQL, and of yoyo's steps: what is kept, what becomes of it, what is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import Ran

PlanOf = Callable[..., "dict[str, str]"]
INDEX = "CREATE INDEX i ON orders (email);"
BUILT = "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (email);"
DROPPED = "DROP INDEX CONCURRENTLY IF EXISTS i;"
CHECK = "ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0);"
UNKNOWN = "-- This cannot run in a transaction: what runs it must not open one.\n"


@pytest.fixture
def plan(tmp_path: Path, lint: Callable[..., Ran]) -> PlanOf:
    """The files of a plan. The migration that is planned is the first of `files`."""
    (tmp_path / "pyproject.toml").write_text('[tool.readlint]\nmigrations.sql = ["sql/*"]\n')

    def planned(files: dict[str, str], status: int = 0, err: str = "") -> dict[str, str]:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        ran = lint("migrate-plan", next(iter(files)))
        assert (ran.status, ran.err) == (status, err)
        pieces = re.split(r"(?:\A|\n\n)(?:--|#) file: (.*)\n", ran.out)
        assert pieces.pop(0) == ""
        return dict(zip(pieces[::2], pieces[1::2], strict=True))

    return planned


def test_dbmate(plan: PlanOf) -> None:
    text = f"""\
-- Orders are looked for by email.

-- migrate:up
SET lock_timeout = '5s';
-- nobody needs it
ALTER TABLE orders   DROP old; -- for years
{INDEX}
CREATE TABLE lines (id int);

-- migrate:down
DROP TABLE lines;
DROP INDEX i;
-- it is empty then
ALTER TABLE orders ADD old text;
"""
    assert plan({"db/20261231235959_index.sql": text}) == {
        "db/20261231235959_index.sql": """\
-- Orders are looked for by email.
-- migrate:up
SET lock_timeout = '5s';
-- nobody needs it
ALTER TABLE orders   DROP old; -- for years

-- migrate:down
-- it is empty then
ALTER TABLE orders ADD old text;
""",
        "db/20270101000000_index_part2.sql": f"""\
-- migrate:up transaction:false
{BUILT}

-- migrate:down transaction:false
{DROPPED}
""",
        "db/20270101000001_index_part3.sql": """\
-- migrate:up
SET lock_timeout = '5s';
CREATE TABLE lines (id int);

-- migrate:down
DROP TABLE lines;
""",
    }


def test_yoyo(plan: PlanOf) -> None:
    text = f"-- depends: 0001.first  0002.b\n\nSET lock_timeout = '5s';\nALTER TABLE orders ADD a text;\n{INDEX}\n"
    back = "DROP INDEX i;\nALTER TABLE orders DROP a;\n"
    assert plan({"db/0003.next.sql": text, "db/0003.next.rollback.sql": back}) == {
        "db/0003.next.sql": "-- depends: 0001.first 0002.b\n\nSET lock_timeout = '5s';\nALTER TABLE orders ADD a text;\n",
        "db/0003.next.rollback.sql": "ALTER TABLE orders DROP a;\n",
        "db/0004.next_part2.sql": f"-- depends: 0003.next\n-- transactional: false\n\nSET lock_timeout = '5s';\n{BUILT}\n",
        "db/0004.next_part2.rollback.sql": f"{DROPPED}\n",
    }


def test_yoyo_without_dependencies(plan: PlanOf) -> None:
    """What is no directive is no migration of yoyo."""
    assert plan({"db/1.sql": f"-- transactional: false\n{CHECK}"}) == {
        "db/1.sql": f"-- transactional: true\n\n{CHECK[:-1]} NOT VALID;\n",
        "db/1.rollback.sql": "ALTER TABLE orders DROP CONSTRAINT c;\n",
        "db/2.sql": "-- depends: 1\n\nALTER TABLE orders VALIDATE CONSTRAINT c;\n",
    }


def test_yoyo_steps(plan: PlanOf) -> None:
    text = f'''\
from yoyo import step

NAME = "a"


def fill(connection):
    connection.cursor().execute("UPDATE orders SET a = 1")


__depends__ = {{"first"}}
steps = [
    step(f"ALTER TABLE orders ADD {{NAME}} int", f"ALTER TABLE orders DROP {{NAME}}"),
    step(fill),
    step(
        """
        ALTER TABLE orders ADD b text;
        -- readlint: ignore[RL515] at night
        {INDEX}
        """,
        "DROP INDEX i; ALTER TABLE orders DROP b",
    ),
]
'''
    found = plan({"db/second.py": text})
    assert list(found) == ["db/second.py", *(f"db/second_part{number}.py" for number in (2, 3, 4))]
    first, second, third, fourth = found.values()
    assert 'step(f"ALTER TABLE orders ADD {NAME} int", f"ALTER TABLE orders DROP {NAME}"),\n' in first
    assert '__depends__ = {"first"}' in first
    assert "def fill" not in first
    assert "steps = [\n    step(fill),\n]" in second
    assert "def fill" in second
    assert "step('ALTER TABLE orders ADD b text;', 'ALTER TABLE orders DROP b;')" in third
    assert fourth == (
        'from yoyo import step\n\n__depends__ = {"second_part3"}\n__transactional__ = False\n\n'
        f"steps = [\n    # readlint: ignore[RL515] at night\n    step('{BUILT}', '{DROPPED}'),\n]\n"
    )


def test_any_runner(plan: PlanOf) -> None:
    text = f"BEGIN;\nALTER TABLE orders ADD a text;\n{INDEX}\nCOMMIT;\nALTER TABLE orders ADD b text;\n"
    back = "ALTER TABLE orders DROP a;\nALTER TABLE orders DROP b;\n"
    assert plan({"sql/07_index.up.sql": text, "sql/07_index.down.sql": back}) == {
        "sql/07_index.up.sql": "BEGIN;\nALTER TABLE orders ADD a text;\nCOMMIT;\n",
        "sql/07_index.down.sql": "ALTER TABLE orders DROP a;\n",
        "sql/08_index_part2.up.sql": f"{UNKNOWN}{BUILT}\n",
        "sql/08_index_part2.down.sql": f"{DROPPED}\n",
        "sql/09_index_part3.up.sql": "ALTER TABLE orders ADD b text;\n",
        "sql/09_index_part3.down.sql": "ALTER TABLE orders DROP b;\n",
    }


@pytest.mark.parametrize(
    ("path", "beside", "second"),
    [
        ("sql/0001_a.sql", [], "sql/0002_a_part2.sql"),
        ("sql/0001_a.sql", ["sql/0002_b.sql"], "sql/0001_a_part2.sql"),
        ("sql/0001_a.sql", ["sql/00021_b.sql"], "sql/0002_a_part2.sql"),
        ("sql/9.sql", [], "sql/10.sql"),
        ("sql/a.sql", [], "sql/a_part2.sql"),
        ("sql/V1_9__a.sql", [], "sql/V1_10__a_part2.sql"),
        ("sql/20260131_a.sql", [], "sql/20260201_a_part2.sql"),
        ("sql/20261399_a.sql", [], "sql/20261400_a_part2.sql"),
        ("sql/20260131_01_XYZab-a.sql", [], "sql/20260131_02_XYZab-a_part2.sql"),
        ("sql/202612312359_a.sql", [], "sql/202701010000_a_part2.sql"),
        ("sql/20260131000000_a/migration.sql", [], "sql/20260131000001_a_part2/migration.sql"),
    ],
)
def test_names(plan: PlanOf, path: str, beside: list[str], second: str) -> None:
    assert list(plan({path: CHECK, **dict.fromkeys(beside, "SELECT 1;")})) == [path, second]


def test_a_number_of_dbmate_is_one_migration(plan: PlanOf) -> None:
    files = {"db/1_a.sql": f"-- migrate:up\n{CHECK}", "db/2_b.sql": "-- migrate:up\nSELECT 1;"}
    assert list(plan(files)) == ["db/1_a.sql", "db/3_a_part2.sql"]


def test_many_parts_are_sorted(plan: PlanOf) -> None:
    names = list(plan({"sql/a.sql": "".join(CHECK.replace(" c ", f" c{number} ") for number in range(5))}))
    assert names == ["sql/a.sql", *(f"sql/a_part{number:02}.sql" for number in range(2, 11))]


def test_one_change_of_several(plan: PlanOf) -> None:
    """What is harmless stays together; each hazard is found, whichever the finding is about."""
    text = "ALTER TABLE ONLY shop.orders ADD a int, ADD b int, ADD CHECK (total > 0), ADD d int, ALTER e SET NOT NULL;"
    assert [part.strip() for part in plan({"sql/a.sql": text}).values()] == [
        "ALTER TABLE ONLY shop.orders ADD a int, ADD b int;",
        "ALTER TABLE ONLY shop.orders ADD CONSTRAINT orders_total_check CHECK (total > 0) NOT VALID;",
        "ALTER TABLE shop.orders VALIDATE CONSTRAINT orders_total_check;",
        "ALTER TABLE ONLY shop.orders ADD d int;",
        "ALTER TABLE shop.orders ADD CONSTRAINT orders_e_not_null_check CHECK (e IS NOT NULL) NOT VALID;",
        "ALTER TABLE shop.orders VALIDATE CONSTRAINT orders_e_not_null_check;",
        "ALTER TABLE ONLY shop.orders ALTER e SET NOT NULL;\n"
        "ALTER TABLE shop.orders DROP CONSTRAINT orders_e_not_null_check;",
    ]


def test_a_constraint_that_takes_the_place_of_another(plan: PlanOf) -> None:
    first, _ = plan({"sql/a.sql": "ALTER TABLE orders DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (a > 0);"}).values()
    assert first == (
        "ALTER TABLE orders DROP CONSTRAINT c;\nALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\n"
    )


def test_an_index_is_dropped_in_the_schema_of_its_table(plan: PlanOf) -> None:
    (found,) = plan({"db/1.sql": '-- migrate:up\nCREATE INDEX i ON "Shop" . orders (a);'}).values()
    assert 'CONCURRENTLY IF NOT EXISTS i ON "Shop" . orders (a);' in found
    assert 'DROP INDEX CONCURRENTLY IF EXISTS "Shop" .i;' in found


@pytest.mark.parametrize(
    ("up", "codes"),
    [
        ("ALTER TABLE orders ADD COLUMN id2 serial;", "RL503"),
        ("ALTER TABLE orders ADD id2 int GENERATED ALWAYS AS IDENTITY;", "RL503"),
        ("ALTER TABLE orders ADD a text, ADD id2 serial, ADD UNIQUE NULLS NOT DISTINCT (a);", "RL503, RL506"),
        ("ALTER TABLE orders ADD a text UNIQUE NULLS NOT DISTINCT CHECK (a > 'a');", "RL505, RL506"),
        ("VACUUM FULL orders;", "RL503"),
        ("ALTER TABLE orders ADD EXCLUDE USING gist (a WITH &&);", "RL506"),
        ("ALTER TABLE orders ADD UNIQUE NULLS NOT DISTINCT (a);", "RL506"),
        (f"{INDEX}\nROLLBACK;", "ROLLBACK"),
    ],
)
def test_what_has_no_plan_is_said(plan: PlanOf, up: str, codes: str) -> None:
    line = 1 + up.count("\n")
    found = plan({"sql/1.sql": up}, 1, f"readlint: no plan for {codes} in line {line}\n")
    assert up.splitlines()[-1] in "".join(found.values())


def test_part_of_a_statement_has_no_plan(plan: PlanOf) -> None:
    up = "ALTER TABLE orders ADD EXCLUDE USING gist (a WITH &&), ADD CHECK (a > 0);"
    first, *others = plan({"sql/1.sql": up}, 1, "readlint: no plan for RL506 in line 1\n").values()
    assert first == "ALTER TABLE orders ADD EXCLUDE USING gist (a WITH &&);\n"
    assert len(others) == 2


@pytest.mark.parametrize("steps", [f'[step("{INDEX}") for _ in "a"]', f'[step("{INDEX}", ignore_errors="all")]'])
def test_steps_that_have_no_plan(plan: PlanOf, steps: str) -> None:
    plan({"db/1.py": f"from yoyo import step\nsteps = {steps}\n"}, 1, "readlint: no plan for RL501 in line 2\n")


@pytest.mark.parametrize("mark", ["-- +goose Up", "--liquibase formatted sql"])
def test_other_runners_parts_are_not_known(plan: PlanOf, mark: str) -> None:
    assert plan({"sql/1.sql": f"{mark}\n{INDEX}"}, 1, "readlint: no plan for RL501 in line 2\n") == {}


def test_other_databases(plan: PlanOf, tmp_path: Path, lint: Callable[..., Ran]) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.readlint]\ndatabase = "mysql"\n')
    up = "-- migrate:up\nALTER TABLE orders ADD token char(36) DEFAULT (uuid());"
    assert plan({"db/1.sql": up}, 1, "readlint: no plan for RL503 in line 2\n") == {}
    head = 'from alembic import op\nrevision = "b"\ndown_revision = "a"\n\n\ndef upgrade():\n'
    key = '    op.create_foreign_key("k", "orders", "users", ["user_id"], ["id"])\n'
    assert plan({"versions/b.py": head + key}, 1, "readlint: no plan for RL505 in line 7\n") == {}
    (tmp_path / "pyproject.toml").write_text('[tool.readlint]\ndatabase = "sqlite"\n')
    assert "nothing to plan for" in lint("migrate-plan", "db/1.sql").err


def test_a_setting_that_dbmate_cannot_send_beside(plan: PlanOf) -> None:
    (found,) = plan({"db/1.sql": f"-- migrate:up\nSET search_path = shop;\nSET lock_timeout = 1;\n{INDEX}"}).values()
    assert f"transaction:false\n-- This has to hold already: SET search_path = shop;\n{BUILT}\n" in found


def test_assured_statements_stay(plan: PlanOf) -> None:
    assured = f"-- readlint: assured[RL501] two hundred rows\n{INDEX}\nCREATE INDEX j ON orders (a); -- hot"
    first, second = plan({"sql/1.sql": assured}).values()
    assert first == f"-- readlint: assured[RL501] two hundred rows\n{INDEX}\n"
    assert second == f"{UNKNOWN}-- hot\n{BUILT.replace(' i ', ' j ').replace('email', 'a')}\n"
