"""What the model of migrations says of each operation is what PostgreSQL does: run by Django and by Alembic.

Each line is an operation, run on filled tables in a transaction. The locks are read from `pg_locks` before it ends, what
the server scans, rewrites and builds from its own messages. To add an operation, add a line.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from databases import django_connection, postgresql
from readlint_rules.migrations._discovery import migration_of
from readlint_rules.migrations._history import History, collect, is_other
from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._locks import Lock, effect

from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.settings.model import Settings
from readlint.syntax.parse import parse

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("migrations-run")]

FIRST = """
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel("Customer", [("id", models.BigAutoField(primary_key=True))]),
        migrations.CreateModel("Region", [("id", models.BigAutoField(primary_key=True))]),
        migrations.CreateModel("Order", [
            ("id", models.BigAutoField(primary_key=True)),
            ("email", models.CharField(max_length=20, null=True)),
            ("city", models.CharField(max_length=20, db_index=True)),
            ("count", models.IntegerField()),
            ("number", models.IntegerField()),
            ("loose", models.ForeignKey("shop.Customer", models.CASCADE, db_constraint=False, db_index=False)),
            ("tight", models.ForeignKey("shop.Region", models.CASCADE)),
            ("maybe", models.OneToOneField("shop.Region", models.CASCADE, null=True)),
        ]),
    ]
"""
FILL = """
INSERT INTO shop_customer SELECT FROM generate_series(1, 5);
INSERT INTO shop_region SELECT FROM generate_series(1, 50);
INSERT INTO shop_order (email, city, count, number, loose_id, tight_id, maybe_id)
SELECT 'x' || i, 'c', i, i, 1, i, i FROM generate_series(1, 50) i;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE shop_order ADD CONSTRAINT unproved CHECK (count > -5) NOT VALID;
CREATE INDEX shop_order_number ON shop_order (number);
CREATE UNIQUE INDEX shop_order_unique ON shop_order (number);
"""
DJANGO = """
migrations.AddField("order", "x", models.IntegerField(null=True))
migrations.AddField("order", "x", models.IntegerField(default=5))
migrations.AddField("order", "x", models.IntegerField(db_default=5))
migrations.AddField("order", "x", models.CharField(max_length=9, blank=True))
migrations.AddField("order", "x", models.DateTimeField(db_default=Now()))
migrations.AddField("order", "x", models.UUIDField(db_default=RandomUUID()))
migrations.AddField("order", "x", models.FloatField(db_default=Random()))
migrations.AddField("order", "x", models.PositiveIntegerField(null=True))
migrations.AddField("order", "x", models.ForeignKey("shop.Customer", models.CASCADE, null=True))
migrations.AddField("order", "x", models.ForeignKey("shop.Customer", models.CASCADE, null=True, db_index=False))
migrations.AddField("order", "x", models.ForeignKey("shop.Customer", models.CASCADE, default=1))
migrations.AddField("order", "x", models.OneToOneField("shop.Customer", models.CASCADE, null=True))
migrations.AddField("order", "x", models.ManyToManyField("shop.Customer"))
migrations.AddField("order", "x", models.TextField(null=True, unique=True))
migrations.AddField("order", "x", models.SlugField(null=True))
migrations.AlterField("order", "email", models.CharField(max_length=20))
migrations.AlterField("order", "email", models.CharField(max_length=20, default=""))
migrations.AlterField("order", "email", models.CharField(max_length=20, null=True, unique=True))
migrations.AlterField("order", "email", models.CharField(max_length=20, null=True, db_index=True))
migrations.AlterField("order", "email", models.CharField(max_length=20, null=True, help_text="new"))
migrations.AlterField("order", "city", models.CharField(max_length=20, db_index=True, null=True))
migrations.AlterField("order", "number", models.PositiveIntegerField())
migrations.AlterField("order", "number", models.BigIntegerField())
migrations.AlterField("order", "loose", models.ForeignKey("shop.Customer", models.CASCADE, db_index=False))
migrations.AlterField("order", "tight", models.ForeignKey("shop.Region", models.CASCADE, null=True))
migrations.AlterField("order", "tight", models.ForeignKey("shop.Region", models.CASCADE, db_index=False))
migrations.AlterField("order", "tight", models.OneToOneField("shop.Region", models.CASCADE))
migrations.AlterField("order", "tight", models.ForeignKey("shop.Region", models.PROTECT, related_name="orders"))
migrations.AlterField("order", "maybe", models.OneToOneField("shop.Region", models.CASCADE))
migrations.AlterField("order", "maybe", models.ForeignKey("shop.Region", models.CASCADE, null=True))
migrations.AlterField("order", "email", models.CharField(max_length=20, blank=True))
migrations.AddIndex("order", models.Index(fields=["email"], name="i"))
migrations.AddConstraint("order", models.UniqueConstraint(fields=["number"], name="c"))
migrations.AddConstraint("order", models.UniqueConstraint(fields=["number"], condition=models.Q(count=1), name="c"))
migrations.AddConstraint("order", models.CheckConstraint(condition=models.Q(count__gte=0), name="c"))
AddConstraintNotValid("order", models.CheckConstraint(condition=models.Q(count__gte=0), name="c"))
migrations.AlterUniqueTogether("order", {("number", "count")})
migrations.RemoveField("order", "email")
migrations.RenameField("order", "email", "mail")
migrations.RenameModel("Order", "Purchase")
migrations.DeleteModel("Order")
migrations.CreateModel("Item", [("order", models.ForeignKey("shop.Order", models.CASCADE))])
"""
ALEMBIC = """
op.add_column("shop_order", sa.Column("x", sa.Integer()))
op.add_column("shop_order", sa.Column("x", sa.Integer(), server_default="5", nullable=False))
op.add_column("shop_order", sa.Column("x", sa.DateTime(), server_default=sa.func.now()))
op.add_column("shop_order", sa.Column("x", sa.Uuid(), server_default=sa.text("gen_random_uuid()")))
op.add_column("shop_order", sa.Column("x", sa.Integer(), sa.Identity()))
op.add_column("shop_order", sa.Column("x", sa.Integer(), sa.Computed("number * 2", persisted=True)))
op.add_column("shop_order", sa.Column("x", sa.Integer(), sa.Computed("number * 2")))
op.add_column("shop_order", sa.Column("x", sa.BigInteger(), sa.ForeignKey("shop_customer.id")))
op.add_column("shop_order", sa.Column("x", sa.Integer(), unique=True))
op.add_column("shop_order", sa.Column("x", sa.Integer(), index=True))
op.create_index("i", "shop_order", ["email"])
op.create_index("i", "shop_order", [sa.text("lower(email)")], unique=True)
op.drop_index("shop_order_number", "shop_order")
op.create_foreign_key("c", "shop_order", "shop_customer", ["loose_id"], ["id"])
op.create_foreign_key("c", "shop_order", "shop_customer", ["loose_id"], ["id"], postgresql_not_valid=True)
op.create_check_constraint("c", "shop_order", "count >= 0")
op.create_check_constraint("c", "shop_order", "count >= 0", postgresql_not_valid=True)
op.create_unique_constraint("c", "shop_order", ["number"])
op.alter_column("shop_order", "email", nullable=False)
op.alter_column("shop_order", "city", nullable=True)
op.alter_column("shop_order", "number", type_=sa.BigInteger())
op.alter_column("shop_order", "number", server_default="7")
op.alter_column("shop_order", "email", new_column_name="mail")
op.drop_column("shop_order", "email")
op.drop_constraint("unproved", "shop_order")
op.rename_table("shop_order", "shop_purchase")
op.create_table("item", sa.Column("order_id", sa.BigInteger(), sa.ForeignKey("shop_order.id")))
op.execute("ALTER TABLE shop_order VALIDATE CONSTRAINT unproved")
op.execute("ALTER TABLE shop_order ADD CONSTRAINT c UNIQUE USING INDEX shop_order_unique")
op.execute("ALTER TABLE shop_order ADD x bigserial")
op.execute("ALTER TABLE shop_order ADD x bigint DEFAULT 1 REFERENCES shop_customer (id)")
op.execute("ALTER TABLE shop_order ADD x int DEFAULT 1 CHECK (x > 0)")
op.execute("ALTER TABLE shop_order ADD CONSTRAINT c EXCLUDE USING btree (number WITH =)")
op.execute("ALTER TABLE shop_order SET UNLOGGED")
op.execute("ALTER TABLE shop_order SET (fillfactor = 90)")
op.execute("ALTER TABLE shop_order ENABLE ROW LEVEL SECURITY")
op.execute("TRUNCATE shop_order")
op.execute("CLUSTER shop_order USING shop_order_number")
op.execute("REINDEX TABLE shop_order")
with op.batch_alter_table("shop_order") as batch: batch.create_index("i", ["email"])
"""

#: In a file of dbmate's.
SQL = """
ALTER TABLE shop_order ADD COLUMN x text
ALTER TABLE shop_order ADD COLUMN x int NOT NULL DEFAULT 5
ALTER TABLE shop_order ADD COLUMN x timestamptz DEFAULT now()
ALTER TABLE shop_order ADD COLUMN x bigint NOT NULL DEFAULT extract(epoch from now()) * 1000
ALTER TABLE shop_order ADD COLUMN x jsonb DEFAULT '{}'::jsonb
ALTER TABLE shop_order ADD COLUMN x uuid DEFAULT gen_random_uuid()
ALTER TABLE shop_order ADD COLUMN x timestamptz DEFAULT clock_timestamp()
ALTER TABLE shop_order ADD COLUMN x bigserial
ALTER TABLE shop_order ADD COLUMN x bigint GENERATED ALWAYS AS IDENTITY
ALTER TABLE shop_order ADD COLUMN x int GENERATED ALWAYS AS (number * 2) STORED
ALTER TABLE shop_order ADD COLUMN x text UNIQUE
ALTER TABLE shop_order ADD COLUMN x int CHECK (x >= 0)
ALTER TABLE shop_order ADD COLUMN x bigint REFERENCES shop_customer
ALTER TABLE shop_order ADD COLUMN x bigint DEFAULT 1 REFERENCES shop_customer
ALTER TABLE shop_order ADD CONSTRAINT c FOREIGN KEY (loose_id) REFERENCES shop_customer (id)
ALTER TABLE shop_order ADD CONSTRAINT c FOREIGN KEY (loose_id) REFERENCES shop_customer (id) NOT VALID
ALTER TABLE shop_order ADD CHECK (count >= 0)
ALTER TABLE shop_order ADD CONSTRAINT c CHECK (count >= 0) NOT VALID
ALTER TABLE shop_order VALIDATE CONSTRAINT unproved
ALTER TABLE shop_order DROP CONSTRAINT unproved
ALTER TABLE shop_order ADD UNIQUE (number, count)
ALTER TABLE shop_order ADD CONSTRAINT c UNIQUE USING INDEX shop_order_unique
ALTER TABLE shop_order ADD EXCLUDE USING btree (number WITH =)
ALTER TABLE shop_order ALTER COLUMN email SET NOT NULL
ALTER TABLE shop_order ALTER COLUMN city DROP NOT NULL
ALTER TABLE shop_order ALTER count SET DEFAULT 5
ALTER TABLE shop_order ALTER count TYPE bigint
ALTER TABLE shop_order ALTER email TYPE varchar(10) USING left(email, 10)
ALTER TABLE shop_order ALTER email SET STATISTICS 500
ALTER TABLE shop_order DROP COLUMN email
ALTER TABLE shop_order RENAME email TO mail
ALTER TABLE shop_order RENAME TO shop_purchase
CREATE INDEX i ON shop_order (email)
CREATE UNIQUE INDEX i ON shop_order (number) WHERE count > 5
CREATE TABLE item (order_id bigint REFERENCES shop_order, customer_id bigint, FOREIGN KEY (customer_id) REFERENCES shop_customer)
DROP TABLE shop_order CASCADE
REINDEX TABLE shop_order
CLUSTER shop_order USING shop_order_number
TRUNCATE shop_order
ALTER TABLE shop_order SET UNLOGGED
""".strip().splitlines()
#: What PostgreSQL takes since 18.
SQL_18 = """
ALTER TABLE shop_order ADD COLUMN x int GENERATED ALWAYS AS (number * 2)
ALTER TABLE shop_order ADD COLUMN x int GENERATED ALWAYS AS (number * 2) VIRTUAL
ALTER TABLE shop_order ADD COLUMN x uuid DEFAULT uuidv7()
ALTER TABLE shop_order ADD NOT NULL email
ALTER TABLE shop_order ADD CONSTRAINT c NOT NULL email
ALTER TABLE shop_order ADD CONSTRAINT c NOT NULL email NOT VALID
ALTER TABLE shop_order ADD CONSTRAINT c CHECK (count > 0) NOT ENFORCED
ALTER TABLE shop_order ADD CONSTRAINT c FOREIGN KEY (loose_id) REFERENCES shop_customer (id) NOT ENFORCED
""".strip().splitlines()


class Seen(NamedTuple):
    """What is done to the table of orders, and the lock on that of customers. Weak locks, which nobody waits for, are 0."""

    lock: int
    parent: int
    scan: bool
    rewrite: bool
    build: bool


@pytest.fixture(scope="module")
def dsn() -> Iterator[dict[str, str]]:
    """A PostgreSQL with the tables in it."""
    pytest.importorskip("psycopg")
    with postgresql("SELECT 1") as folder:
        if folder is None:
            pytest.skip("PostgreSQL is not installed here: apt-get install postgresql")
        yield {"host": str(folder), "user": "postgres", "dbname": "postgres"}


@pytest.fixture(scope="module")
def first(dsn: dict[str, str]) -> Any:
    """The state of Django's models behind the first migration, which has been run."""
    pytest.importorskip("django")
    connection = django_connection(dsn["host"])
    from django.db.migrations.state import ProjectState

    migration = _class_of(FIRST)
    with connection.schema_editor() as editor:
        state = migration.apply(ProjectState(), editor)
    with connection.cursor() as cursor:
        cursor.execute(FILL)
    return state


def _class_of(text: str) -> Any:
    space: dict[str, Any] = {}
    exec(text, space)
    return space["Migration"]("0001_first", "shop")


def predicted(text: str, path: str, version: int) -> Seen:
    """What the model says of a migration behind the first one."""
    contexts = [Context(source, parse(source), Settings()) for source in _sources(text, path)]
    past = History([json.loads(fact) for ctx in contexts for fact in collect(ctx.tree, ctx)])
    migration = migration_of(contexts[1])
    assert migration is not None
    lock = parent = 0
    effects = []
    for operation, one in migration.statements():
        if one.changes == "unique_together":
            old = past.sets_before(path, "shop_order", one.changes)
            assert old is not None
            is_sent = list(one.columns) not in old
        elif one.changes:
            key = ast.literal_eval(operation.call.args[1])
            before = past.before(path, "shop_order", key)
            assert before is not None
            assert operation.column is not None
            is_sent = is_other(before, operation.column, one.changes)
        else:
            is_sent = True
        if not is_sent:
            continue
        found = effect(one, version)
        if one.table == "shop_order":
            lock = max(lock, found.lock)
            effects.append(found)
        if one.other == "shop_customer":
            parent = max(parent, found.parent)
        elif one.other == "shop_order":
            lock = max(lock, found.parent)
        if one.on_new_table and one.deferred and found.scan:
            effects.append(found)  # of the new table, but the server's message does not say so
    return Seen(
        lock if lock >= Lock.SHARE_UPDATE_EXCLUSIVE else 0,
        parent if parent >= Lock.SHARE_UPDATE_EXCLUSIVE else 0,
        *(any(getattr(one, what) for one in effects) for what in ("scan", "rewrite", "build")),
    )


def _sources(text: str, path: str) -> list[Source]:
    return [Source("shop/migrations/0001_first.py", FIRST.encode()), Source(path, text.encode())]


def observed(cursor: Any, notices: list[str], ids: tuple[int, int], file: int) -> Seen:
    """What the server has done in this transaction."""
    cursor.execute("SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation IN (%s, %s)", ids)
    locks = dict.fromkeys(ids, 0)
    for oid, mode in cursor.fetchall():
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", mode.removesuffix("Lock")).upper()
        strength = Lock[name].value if name in Lock.__members__ else 0
        locks[oid] = max(locks[oid], strength if strength >= Lock.SHARE_UPDATE_EXCLUSIVE else 0)
    cursor.execute("SELECT pg_relation_filenode(%s)", ids[:1])
    rewritten = cursor.fetchone() not in ((file,), (None,))  # none: the table is gone
    text = "\n".join(notices)
    return Seen(
        locks[ids[0]],
        locks[ids[1]],
        bool(re.search(r'verifying table "shop_order"|validating foreign key constraint', text)),
        rewritten,
        bool(re.search(r'building index "[^"]*" on table "(?:shop_order"|pg_temp_)', text)),
    )


def prepared(cursor: Any) -> tuple[tuple[int, int], int, int]:
    cursor.execute("SET client_min_messages = debug1")
    cursor.execute("SELECT 'shop_order'::regclass::oid::int, 'shop_customer'::regclass::oid::int")
    ids = cursor.fetchone()
    cursor.execute("SELECT pg_relation_filenode('shop_order'), current_setting('server_version_num')::int / 10000")
    return ids, *cursor.fetchone()


@pytest.mark.parametrize("line", DJANGO.strip().splitlines())
def test_django(line: str, first: Any) -> None:
    from django.db import connection, transaction

    text = (
        "from django.contrib.postgres.functions import RandomUUID\n"
        "from django.contrib.postgres.operations import AddConstraintNotValid\n"
        "from django.db import migrations, models\n"
        "from django.db.models.functions import Now, Random\n"
        "class Migration(migrations.Migration):\n"
        f'    dependencies = [("shop", "0001_first")]\n    operations = [{line}]\n'
    )
    connection.ensure_connection()
    with transaction.atomic():
        notices: list[str] = []
        connection.connection.add_notice_handler(lambda notice: notices.append(notice.message_primary))
        with connection.cursor() as cursor:
            ids, file, version = prepared(cursor)
        with connection.schema_editor() as editor:
            _class_of(text).apply(first.clone(), editor)
        with connection.cursor() as cursor:
            seen = observed(cursor, notices, ids, file)
        transaction.set_rollback(True)
    assert predicted(text, "shop/migrations/0002_next.py", version) == seen


@pytest.mark.parametrize("line", ALEMBIC.strip().splitlines())
def test_alembic(line: str, first: Any, dsn: dict[str, str]) -> None:
    pytest.importorskip("alembic")
    import psycopg
    import sqlalchemy as sa
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    text = f'revision = "b2"\ndown_revision = "a1"\ndef upgrade():\n    {line}\n'
    notices: list[str] = []
    engine = sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(**dsn))
    with engine.connect() as connection:
        transaction = connection.begin()
        connection.connection.dbapi_connection.add_notice_handler(lambda one: notices.append(one.message_primary))
        cursor = connection.connection.cursor()
        ids, file, version = prepared(cursor)
        space: dict[str, Any] = {"op": Operations(MigrationContext.configure(connection)), "sa": sa}
        exec(text, space)
        space["upgrade"]()
        seen = observed(cursor, notices, ids, file)
        transaction.rollback()
    engine.dispose()
    assert predicted(text, "versions/b2.py", version) == seen


@pytest.mark.parametrize("line", [*SQL, *SQL_18])
def test_file_of_sql(line: str, first: Any, dsn: dict[str, str]) -> None:
    import psycopg

    notices: list[str] = []
    with psycopg.connect(**dsn) as connection:
        connection.add_notice_handler(lambda one: notices.append(one.message_primary or ""))
        cursor = connection.cursor()
        ids, file, version = prepared(cursor)
        if line in SQL_18 and version < 18:
            pytest.skip("needs PostgreSQL 18")
        cursor.execute(line.encode())
        seen = observed(cursor, notices, ids, file)
        connection.rollback()
    assert predicted(f"-- migrate:up\n{line};\n", "shop/migrations/0002_next.sql", version) == seen


def test_each_kind_of_statement_is_run() -> None:
    """Those that are not are few, and named here."""
    texts = [
        (f"class Migration(x):\n    operations = [{line}]\n", "shop/migrations/0002_next.py")
        for line in DJANGO.strip().splitlines()
    ]
    texts += [(f"down_revision = 1\ndef upgrade():\n    {line}\n", "v/b.py") for line in ALEMBIC.strip().splitlines()]
    kinds = set()
    for text, path in texts:
        ctx = Context(source := Source(path, text.encode()), parse(source), Settings())
        found = migration_of(ctx)
        kinds |= {statement.kind for _, statement in found.statements()} if found else set()
    harmless = {
        Kind.CODE,
        Kind.UNKNOWN,
        Kind.SELECT,
        Kind.COMMIT,
        Kind.SETTING,
        Kind.INSERT,
        Kind.DELETE,
        Kind.HARMLESS,
        Kind.CREATE_VIEW,
    }
    outside = {Kind.VACUUM_FULL, Kind.SET_TABLESPACE, Kind.ADD_ENUM_VALUE, Kind.ADD_NOT_NULL}
    others = {Kind.RENAME_OTHER, Kind.CREATE_TRIGGER, Kind.DROP_TRIGGER, Kind.ADD_PRIMARY_KEY}
    assert set(Kind) - kinds <= harmless | outside | others
