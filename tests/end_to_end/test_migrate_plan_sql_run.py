"""Plans of migrations in SQL are run on a PostgreSQL with rows in it, as their runners do it, forward and back.

Forward they end where the migration that was planned does, back where it began.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from databases import postgresql
from harness import Ran
from readlint_rules.migrations._sql import split

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("migrate-plan-sql-run")]

TABLES = [
    "CREATE TABLE users (id int PRIMARY KEY)",
    "INSERT INTO users SELECT generate_series(1, 3)",
    'CREATE TABLE orders (id int, email text, total int, user_id int, "Note" text, "Note(s)" text)',
    "ALTER TABLE orders ADD CONSTRAINT known CHECK (id > 0)",
    "INSERT INTO orders SELECT i, 'e' || i, i, 1 + i % 3, '' FROM generate_series(1, 1500) i",
]
ADD = "ALTER TABLE orders ADD"
UNDO_A = "ALTER TABLE orders DROP COLUMN a"


class Case(NamedTuple):
    up: str
    back: str = ""  # what the plan has no own way back for


SLOW_STEPS = [
    Case(f"{ADD} a text; UPDATE orders SET a = email; UPDATE orders SET a = total WHERE a IS NULL", UNDO_A),
    Case(
        f"{ADD} CONSTRAINT c CHECK (total > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT c",
        "ALTER TABLE orders DROP CONSTRAINT c",
    ),
]
CASES = [
    *SLOW_STEPS,
    Case("CREATE INDEX orders_email ON orders (email)"),
    Case("create index on orders (email, total)"),
    Case(
        'CREATE UNIQUE INDEX IF NOT EXISTS "by Email" ON public.orders -- of those\n'
        "USING btree (lower(email), total DESC) INCLUDE (user_id) WHERE total > 0"
    ),
    Case(f"{ADD} CONSTRAINT orders_uniq UNIQUE (total, email) DEFERRABLE INITIALLY DEFERRED"),
    Case("ALTER TABLE ONLY orders ADD UNIQUE (total)"),
    Case(f'{ADD} CONSTRAINT "u)" UNIQUE ("Note(s)", id) INCLUDE (total) WITH (fillfactor = 70) NOT DEFERRABLE'),
    Case(f"{ADD} PRIMARY KEY (id)"),
    Case(f'{ADD} CONSTRAINT "Key" PRIMARY KEY ("Note", total, id)'),
    Case(f"{ADD} CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL"),
    Case("ALTER TABLE public.orders ADD FOREIGN KEY (user_id) REFERENCES users DEFERRABLE INITIALLY DEFERRED"),
    Case(f"{ADD} CHECK (total >= 0)"),
    Case("ALTER TABLE orders ALTER COLUMN email SET NOT NULL"),
    Case('ALTER TABLE orders ALTER "Note" SET NOT NULL'),
    Case(
        "ALTER TABLE orders DROP CONSTRAINT known, ADD CONSTRAINT known CHECK (id > -1)",
        "ALTER TABLE orders DROP CONSTRAINT known, ADD CONSTRAINT known CHECK (id > 0)",
    ),
    Case(f"{ADD} COLUMN token uuid DEFAULT gen_random_uuid()"),
    Case(
        f"{ADD} COLUMN IF NOT EXISTS token uuid NOT NULL DEFAULT gen_random_uuid() "
        "CONSTRAINT made CHECK (token IS NOT NULL) UNIQUE"
    ),
    Case(f"{ADD} a int DEFAULT 1 REFERENCES users (id) ON DELETE SET DEFAULT"),
    Case(f'{ADD} a text COLLATE "C" UNIQUE DEFERRABLE'),
    Case(f"{ADD} COLUMN a text, ADD CONSTRAINT c CHECK (total > 0), ALTER email SET NOT NULL", UNDO_A),
    Case(
        f"{ADD} a text; CREATE INDEX i ON orders (a); {ADD} CONSTRAINT c CHECK (total > 0)",
        f"ALTER TABLE orders DROP CONSTRAINT c; DROP INDEX i; {UNDO_A}",
    ),
    Case("SET lock_timeout = '5s'; SET search_path = public; REINDEX TABLE orders"),
    Case(f"BEGIN; {ADD} a text; CREATE INDEX i ON orders (a); CREATE INDEX j ON orders (email); COMMIT", UNDO_A),
]


def dbmate(up: str, back: str) -> dict[str, str]:
    return {"1.sql": f"-- migrate:up\n{up};\n\n-- migrate:down\n{back}\n"}


def yoyo(up: str, back: str) -> dict[str, str]:
    back_too = {"1.rollback.sql": f"{back};\n"} if back else {}
    return {"1.sql": f"-- depends: 0\n\n{up};\n", **back_too}


def yoyo_steps(up: str, back: str) -> dict[str, str]:
    texts = f"{up!r}, {back!r}" if back else f"{up!r}"
    return {"1.py": f'from yoyo import step\n\n__depends__ = {{"0"}}\nsteps = [step({texts})]\n'}


def plain(up: str, back: str) -> dict[str, str]:
    return {"1.up.sql": f"{up};\n", **({"1.down.sql": f"{back};\n"} if back else {})}


# Runners: forward when they are called, back with what they return


def run_dbmate(folder: Path, database: str, host: str) -> Callable[[], None]:
    """It sends a block as one text, in a transaction unless the mark says otherwise."""
    texts = [path.read_text() for path in in_order(folder, "*.sql")]
    blocks = [re.split(r"^-- migrate:(?:up|down)(.*)$", text, flags=re.MULTILINE)[1:] for text in texts]

    def send(mark: str, text: str) -> None:
        with connected(database, host) as connection:
            if "transaction:false" in mark:
                connection.execute(text.encode())
            else:
                with connection.transaction():
                    connection.execute(text.encode())

    for mark, text, _, _ in blocks:
        send(mark, text)
    return lambda: [send(mark, text) for _, _, mark, text in reversed(blocks)] and None


def run_yoyo(folder: Path, database: str, host: str) -> Callable[[], None]:
    yoyo: Any = pytest.importorskip("yoyo")
    pytest.importorskip("psycopg2")
    (folder / "0.sql").write_text("-- depends:\nSELECT 1;\n")
    migrations = yoyo.read_migrations(str(folder))
    url = f"postgresql://postgres@/{database}?host={host}"

    def done(way: str) -> None:
        backend = yoyo.get_backend(url)
        try:
            getattr(backend, f"{way}_migrations")(getattr(backend, f"to_{way}")(migrations))
        finally:
            backend.connection.close()

    done("apply")
    return lambda: done("rollback")


def run_plain(folder: Path, database: str, host: str) -> Callable[[], None]:
    """Each statement by itself, in no transaction but those that the files open."""

    def send(paths: list[Path]) -> None:
        for path in paths:
            with connected(database, host) as connection:
                text = path.read_text()
                for tokens in split(text):
                    connection.execute(text[tokens[0].start : tokens[-1].end].encode())

    send(in_order(folder, "*.up.sql"))
    return lambda: send(in_order(folder, "*.down.sql")[::-1])


def in_order(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern), key=lambda path: int(re.split(r"\D", path.name)[0]))


RUNNERS = {
    "dbmate": (dbmate, run_dbmate),
    "yoyo": (yoyo, run_yoyo),
    "yoyo-steps": (yoyo_steps, run_yoyo),
    "plain": (plain, run_plain),
}


# Databases


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    pytest.importorskip("psycopg")
    with postgresql("; ".join(TABLES)) as folder:
        if folder is None:
            pytest.skip("PostgreSQL is not installed here: apt-get install postgresql")
        yield str(folder)


def connected(database: str, host: str) -> Any:
    import psycopg

    return psycopg.connect(host=host, user="postgres", dbname=database, autocommit=True)


_NUMBERS = count()


def fresh_database(host: str) -> str:
    name = f"d{next(_NUMBERS)}"
    with connected("template1", host) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE postgres")
    return name


SCHEMA = """
SELECT a.attname, format_type(atttypid, atttypmod), attnotnull::text, pg_get_expr(adbin, adrelid)
FROM pg_attribute a LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = 'orders'::regclass AND attnum > 0 AND NOT attisdropped
UNION ALL SELECT conname, pg_get_constraintdef(oid), convalidated::text, '' FROM pg_constraint
WHERE conrelid = 'orders'::regclass
UNION ALL SELECT '', pg_get_indexdef(indexrelid), indisvalid::text, '' FROM pg_index
WHERE indrelid = 'orders'::regclass
"""


def schema(database: str, host: str) -> list[tuple[str, ...]]:
    with connected(database, host) as connection:
        return sorted(connection.execute(SCHEMA).fetchall())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.up[:40])
@pytest.mark.parametrize("runner", RUNNERS)
def test_a_plan(case: Case, runner: str, host: str, tmp_path: Path, lint: Callable[..., Ran]) -> None:
    if runner == "yoyo-steps" and case.up.startswith("BEGIN"):
        pytest.skip("a step is in a transaction of yoyo's own")
    if runner == "plain" and case in SLOW_STEPS:
        pytest.skip("nothing is known of a transaction that holds a lock")
    (tmp_path / "pyproject.toml").write_text('[tool.readlint]\nmigrations.sql = ["db/*.up.sql"]\n')
    folder = tmp_path / "db"
    folder.mkdir()
    write, run = RUNNERS[runner]
    for name, text in write(case.up, case.back).items():
        (folder / name).write_text(text)
    path = next(name for name in write("", "") if "rollback" not in name and "down" not in name)
    ran = lint("migrate-plan", f"db/{path}")
    assert (ran.status, ran.err) == (0, "")
    for file in folder.iterdir():
        file.unlink()
    written = re.split(r"^(?:--|#) file: (.*)\n", ran.out, flags=re.MULTILINE)
    for name, text in zip(written[1::2], written[2::2], strict=True):
        (tmp_path / name).write_text(text)

    found = lint("--no-cache", "--select=RL00,RL5", "--ignore=RL512,RL515", "--output-format=concise", ".")
    assert (found.status, found.out.partition(" in ")[0]) == (0, "No findings")

    planned, original = fresh_database(host), fresh_database(host)
    before = schema(planned, host)
    with connected(original, host) as connection:
        connection.execute(case.up.encode())
    back = run(folder, planned, host)
    assert schema(planned, host) == schema(original, host)
    with connected(planned, host) as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (1500,)
    back()
    assert schema(planned, host) == before
