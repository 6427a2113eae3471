"""Migrations of MySQL, MariaDB and SQLite: which rules speak there, and whether InnoDB does what is said of it."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from databases import mariadb
from harness import Readlint
from readlint_rules.migrations import _mysql
from readlint_rules.migrations._discovery import migration_of
from readlint_rules.migrations._type_changes import parsed

from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.settings.model import Settings
from readlint.syntax.parse import parse

ALL = """
import sqlalchemy as sa
from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.create_index("i", "orders", ["city"])
    op.create_index("j", "orders", ["email"], postgresql_concurrently=True)
    op.create_unique_constraint("u", "orders", ["number"])
    op.create_foreign_key("f", "orders", "users", ["user_id"], ["id"])
    op.alter_column("orders", "email", existing_type=sa.String(50), nullable=False)
    op.alter_column("orders", "number", existing_type=sa.Integer(), type_=sa.BigInteger())
    op.add_column("orders", sa.Column("twice", sa.Integer(), sa.Computed("total * 2", persisted=True)))
    op.add_column("orders", sa.Column("plain", sa.Integer(), nullable=False))
    op.execute("UPDATE orders SET total = 1")
    op.execute("ALTER TABLE orders MODIFY total bigint")
    op.execute("GARBLE orders")
    op.alter_column("orders", "email", new_column_name="mail")
    op.drop_column("orders", "city")


def downgrade():
    pass
"""
EVERYWHERE = {"RL509", "RL510", "RL511", "RL512"}


@pytest.mark.parametrize(
    ("database", "expected"),
    [
        ("mysql", {"RL502", "RL503", "RL504", "RL505", "RL507", *EVERYWHERE}),
        ("sqlite", EVERYWHERE),
        (
            "postgresql",
            {"RL501", "RL502", "RL503", "RL504", "RL505", "RL506", "RL507", "RL508", "RL513", "RL516", *EVERYWHERE},
        ),
    ],
)
def test_which_rules_speak(readlint: Readlint, tmp_path: Path, database: str, expected: set[str]) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "b2.py").write_text(ALL)
    out = readlint("--output-format=json", "--select=RL5", "--config", f"database = '{database}'", ".").out
    found = json.loads(out)["findings"]
    assert {one["code"] for one in found} == expected
    if database != "postgresql":
        texts = " ".join([one["message"] + json.dumps(one.get("related", [])) for one in found])
        assert "EXCLUSIVE" not in texts
        assert "CONCURRENTLY" not in texts


@pytest.mark.parametrize("folder", ["mysql", "mariadb"])
def test_a_folder_says_it_too(readlint: Readlint, tmp_path: Path, folder: str) -> None:
    (tmp_path / folder / "versions").mkdir(parents=True)
    (tmp_path / folder / "versions" / "b2.py").write_text(ALL)
    codes = readlint("--output-format=concise", "--select=RL501,RL505", ".").codes
    assert codes == ["RL505"]


def test_sizes_hold_for_mysql(readlint: Readlint, tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "b2.py").write_text(ALL)
    (tmp_path / "readlint.toml").write_text("database = 'mysql'\n[migrations]\ntable-sizes = 'sizes.csv'")
    for rows, expected in ((200, {"RL502", "RL504"}), (200_000_000, {"RL502", "RL503", "RL504", "RL505", "RL507"})):
        (tmp_path / "sizes.csv").write_text(f'schema,table,rows,bytes\n"shop","orders",{rows},\n')
        found = json.loads(readlint("--output-format=json", "--select=RL502,RL503,RL504,RL505,RL507", ".").out)[
            "findings"
        ]
        assert {one["code"] for one in found} == expected
    sized = {one["code"] for one in found if "`orders` (200 million rows)" in one["message"]}
    assert sized == {"RL503", "RL505", "RL507"}


# MariaDB is asked: where others may write meanwhile, it accepts `LOCK=NONE`.

ALEMBIC = """
op.add_column("orders", sa.Column("x", sa.Integer()))
op.add_column("orders", sa.Column("x", sa.Integer(), nullable=False))
op.add_column("orders", sa.Column("x", sa.Integer(), server_default="5", nullable=False))
op.add_column("orders", sa.Column("x", sa.DateTime(), server_default=sa.func.now()))
op.add_column("orders", sa.Column("x", sa.CHAR(36), server_default=sa.text("(uuid())")))
op.add_column("orders", sa.Column("x", sa.Integer(), sa.Computed("number * 2", persisted=True)))
op.add_column("orders", sa.Column("x", sa.Integer(), sa.Computed("number * 2", persisted=False)))
op.create_foreign_key("c", "orders", "customer", ["loose"], ["id"])
op.create_check_constraint("c", "orders", "number >= 0")
op.create_unique_constraint("c", "orders", ["number"])
op.create_index("i", "orders", ["email"])
op.create_index("i", "orders", ["email"], unique=True)
op.drop_column("orders", "email")
op.alter_column("orders", "email", existing_type=sa.String(20), nullable=False)
op.alter_column("orders", "city", existing_type=sa.String(20), nullable=True)
op.alter_column("orders", "number", existing_type=sa.Integer(), server_default="7")
op.alter_column("orders", "email", existing_type=sa.String(20), new_column_name="mail")
"""
TYPES = [
    ("number", sa_type, new)
    for sa_type, new in [
        ("integer", "bigint"),
        ("integer", "smallint"),
        ("integer", "decimal(8,2)"),
        ("integer", "integer"),
    ]
]
TYPES += [("email", "varchar(20)", new) for new in ("varchar(40)", "varchar(255)", "varchar(10)", "text", "char(20)")]
TYPES += [("body", "text", new) for new in ("varchar(100)", "text")]
TYPES += [("price", "decimal(8,2)", new) for new in ("decimal(10,2)", "decimal(8,2)", "double precision")]
TYPES += [("flag", "boolean", new) for new in ("smallint", "boolean")]
TYPES += [("made", "timestamp", "timestamptz"), ("made", "timestamp", "date"), ("data", "json", "jsonb")]
DJANGO = """
migrations.AddField("order", "x", models.IntegerField(null=True))
migrations.AddField("order", "x", models.IntegerField(default=5))
migrations.AddField("order", "x", models.IntegerField(db_default=5))
migrations.AddField("order", "x", models.ForeignKey("shop.Customer", models.CASCADE, null=True))
migrations.AddField("order", "x", models.ForeignKey("shop.Customer", models.CASCADE, null=True, db_constraint=False))
migrations.AddField("order", "x", models.ManyToManyField("shop.Customer"))
migrations.AddField("order", "x", models.TextField(null=True))
migrations.AddField("order", "x", models.GeneratedField(expression=models.F("number") + 1, output_field=models.IntegerField(), db_persist=True))
migrations.AddField("order", "x", models.GeneratedField(expression=models.F("number") + 1, output_field=models.IntegerField(), db_persist=False))
migrations.AlterField("order", "number", models.IntegerField(db_index=True))
migrations.AddConstraint("order", models.CheckConstraint(condition=models.Q(number__gte=0), name="c"))
migrations.AddConstraint("order", models.UniqueConstraint(fields=["number"], name="c"))
migrations.RemoveField("order", "email")
migrations.RenameField("order", "email", "mail")
"""
#: Prints, for each line of its input, whether the server does what Django sends for it while others may write.
RUN_DJANGO = """
import json, os, sys
import pymysql

pymysql.version_info, pymysql.__version__ = (2, 2, 7, "final", 0), "2.2.7"  # what Django asks of mysqlclient
pymysql.install_as_MySQLdb()
from django.conf import settings

database = {"ENGINE": "django.db.backends.mysql", "NAME": "shop", "USER": "root", "HOST": os.environ["AT"]}
settings.configure(DATABASES={"default": database}, DEFAULT_AUTO_FIELD="django.db.models.AutoField")
import django

django.setup()
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState


def run(operation, state):
    after = state.clone()
    operation.state_forwards("shop", after)
    with connection.schema_editor() as editor:
        operation.database_forwards("shop", editor, state, after)
    return after


def demand(execute, sql, *more):
    return execute(f"{sql}, ALGORITHM=INPLACE, LOCK=NONE" if sql.startswith("ALTER TABLE `shop_order`") else sql, *more)


customer = migrations.CreateModel("Customer", [("id", models.AutoField(primary_key=True))])
fields = [("id", models.AutoField(primary_key=True)), ("number", models.IntegerField()), ("email", models.CharField(max_length=20))]
answers = []
for line in sys.stdin.read().splitlines():
    connection.cursor().execute("DROP DATABASE shop")
    connection.cursor().execute("CREATE DATABASE shop")
    connection.cursor().execute("USE shop")
    state = run(migrations.CreateModel("Order", fields), run(customer, ProjectState()))
    with connection.execute_wrapper(demand):
        try:
            run(eval(line), state)
            answers.append(True)
        except django.db.Error as error:
            if error.args[0] not in (1845, 1846):
                raise
            answers.append(False)
print(json.dumps([connection.features.can_rollback_ddl, answers]))
"""
TABLES = [
    "DROP TABLE IF EXISTS orders, customer",
    "CREATE TABLE customer (id bigint PRIMARY KEY)",
    "INSERT INTO customer VALUES (1)",
    """CREATE TABLE orders (
        id int PRIMARY KEY, email varchar(20), city varchar(20) NOT NULL, body text, number int NOT NULL, data json,
        price decimal(8, 2), flag boolean, made datetime, loose bigint, KEY k (city)
    )""",
    "INSERT INTO orders (id, email, city, number, loose) VALUES (1, 'a', 'b', 1, 1)",
]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    pytest.importorskip("alembic")
    pytest.importorskip("pymysql")
    with mariadb("SELECT 1") as folder:
        if folder is None:
            pytest.skip("MariaDB is not installed")
        yield f"mysql+pymysql://root@/shop?unix_socket={folder / 'socket'}"


def is_online(server: str, operation: str) -> bool:
    """Whether the server does what an operation sends without keeping others from writing."""
    import sqlalchemy as sa
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)

    def demand(connection: Any, cursor: Any, sql: str, *more: Any) -> Any:
        comma = "," if sql.lstrip().upper().startswith("ALTER") else ""
        parameters = more[0]
        return (f"{sql}{comma} ALGORITHM=INPLACE{comma} LOCK=NONE" if comma or " INDEX " in sql else sql), parameters

    with engine.connect() as connection:
        for sql in TABLES:
            connection.exec_driver_sql(sql)
        sa.event.listen(connection, "before_cursor_execute", demand, retval=True)
        names = {"op": Operations(MigrationContext.configure(connection)), "sa": sa}
        try:
            exec(operation, names)
        except sa.exc.DBAPIError as error:
            if error.orig is None or error.orig.args[0] not in (1845, 1846):  # not that it cannot be done so
                raise
            return False
    return True


def is_said_to_be_online(operation: str) -> bool:
    text = f'revision = "b2"\ndown_revision = "a1"\n\n\ndef upgrade():\n{textwrap.indent(operation, "    ")}\n'
    path = "versions/b2.py"
    if operation.startswith("migrations."):
        text, path = (
            f"class Migration(migrations.Migration):\n    operations = [{operation}]\n",
            "shop/migrations/0002.py",
        )
    source = Source(path, text.encode())
    found = migration_of(Context(source, parse(source), Settings()))
    assert found is not None
    statements = [one for _, one in found.statements() if not one.on_new_table and not one.changes]
    return not any(_mysql.effect(statement).lock.blocks for statement in statements)


@pytest.mark.real
@pytest.mark.parametrize("operation", [line for line in ALEMBIC.splitlines() if line])
def test_what_is_said_of_an_operation_is_so(server: str, operation: str) -> None:
    ast.parse(operation)
    assert is_online(server, operation) == is_said_to_be_online(operation)


@pytest.mark.real
def test_what_is_said_of_an_operation_of_django_is_so(server: str) -> None:
    pytest.importorskip("django")
    lines = [line for line in DJANGO.splitlines() if line]
    environment = {**os.environ, "AT": server.partition("unix_socket=")[2]}
    command = [sys.executable, "-c", RUN_DJANGO]
    done = subprocess.run(command, input="\n".join(lines), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    can_rollback, answers = json.loads(done.stdout)
    assert not can_rollback  # what RL502 says of MySQL
    assert dict(zip(lines, answers, strict=True)) == {line: is_said_to_be_online(line) for line in lines}


@pytest.mark.real
@pytest.mark.parametrize(("column", "old", "new"), TYPES)
def test_what_is_said_of_a_change_of_type_is_so(server: str, column: str, old: str, new: str) -> None:
    sent = {"timestamptz": "datetime", "jsonb": "json"}.get(new, new)
    null = " NOT NULL" if column == "number" else ""
    online = is_online(server, f'op.execute("ALTER TABLE orders MODIFY {column} {sent}{null}")')
    assert online == (_mysql.copied_types(old, new) is None), parsed(new)
