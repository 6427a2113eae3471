"""The model of migrations: what SQL says, what the frameworks send, what the history knows."""

from __future__ import annotations

import ast
import json
import textwrap
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readlint_rules.migrations import _judging, index_not_concurrent, migration_imports_live_code
from readlint_rules.migrations._code import functions_of, nodes_of, reached_from
from readlint_rules.migrations._discovery import migration_of
from readlint_rules.migrations._expressions import statements_below
from readlint_rules.migrations._facts import once_a_run
from readlint_rules.migrations._history import History, collect
from readlint_rules.migrations._holding import Locks
from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._locks import EFFECTS, effect, row
from readlint_rules.migrations._model import Column, Default, Migration
from readlint_rules.migrations._sql import default_of, statements

from readlint.analysis.context import Context
from readlint.analysis.tree import walk
from readlint.files.source import Source
from readlint.settings.model import Settings
from readlint.syntax.parse import parse


def context(text: str, path: str = "shop/migrations/0002_next.py") -> Context:
    source = Source(path, text.encode())
    return Context(source, parse(source), Settings())


def migration(text: str, path: str = "shop/migrations/0002_next.py") -> Migration:
    found = migration_of(context(text, path))
    assert found is not None
    return found


def django(operations: str, path: str = "shop/migrations/0002_next.py", **attributes: object) -> str:
    lines = "\n".join(f"    {name} = {value!r}" for name, value in attributes.items())
    return f"class Migration(migrations.Migration):\n{lines}\n    operations = [{operations}]\n"


def revision(body: str, name: str = "b2", down: str | None = "a1") -> str:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"revision = {name!r}\ndown_revision = {down!r}\n\n\ndef upgrade():\n{lines}\n"


def shown(found: Migration, version: int = 14) -> list[str]:
    """The rows of the statements in the order in which they are sent, with their transactions."""
    return [f"{row(statement, version)} [{statement.transaction}]" for _, statement in found.statements()]


@pytest.mark.parametrize(
    ("sql", "kind", "table"),
    [
        ("create index concurrently if not exists a on only public.orders (x)", Kind.CREATE_INDEX, "orders"),
        ('CREATE UNIQUE INDEX ON "Order Lines" USING gin (x)', Kind.CREATE_INDEX, "Order Lines"),
        ("ALTER TABLE IF EXISTS ONLY acme.orders ADD x int", Kind.ADD_COLUMN, "acme.orders"),
        ("alter table orders alter column x set data type bigint using x::bigint", Kind.CHANGE_TYPE, "orders"),
        ("alter table orders alter x drop not null", Kind.DROP_NOT_NULL, "orders"),
        ("alter table orders add constraint a not null x not valid", Kind.ADD_NOT_NULL, "orders"),
        ("alter table orders rename constraint a to b", Kind.RENAME_OTHER, "orders"),
        ("alter table orders rename x to y", Kind.RENAME_COLUMN, "orders"),
        ("alter table orders enable row level security", Kind.ROW_SECURITY, "orders"),
        ("drop table if exists orders cascade", Kind.DROP_TABLE, "orders"),
        ("create trigger t before insert on orders for each row execute function f()", Kind.CREATE_TRIGGER, "orders"),
        ("with old as (select 1) delete from orders", Kind.DELETE, ""),
        ("update only orders set x = 1", Kind.UPDATE, "orders"),
        ("alter type mood add value 'glad'", Kind.ADD_ENUM_VALUE, ""),
        ("create extension if not exists pg_trgm", Kind.HARMLESS, ""),
        ("create view totals as select 1", Kind.CREATE_VIEW, "totals"),
        ("CREATE OR REPLACE VIEW public.totals AS SELECT 1", Kind.CREATE_VIEW, "totals"),
        ("CREATE MATERIALIZED VIEW IF NOT EXISTS sales.totals AS SELECT 1", Kind.CREATE_VIEW, "sales.totals"),
        ("DROP VIEW IF EXISTS totals", Kind.HARMLESS, ""),
        ("do $$ begin execute 'drop table x'; end $$", Kind.UNKNOWN, ""),
    ],
)
def test_sql_is_read(sql: str, kind: Kind, table: str) -> None:
    (found,) = statements(sql, ast.Pass())
    assert (found.kind, found.table) == (kind, table)


def test_statements_and_actions_are_parted_where_sql_parts_them() -> None:
    text = """
    -- DROP TABLE a; a comment
    ALTER TABLE orders ADD x numeric(8, 2) DEFAULT coalesce(1, 2) CHECK (x IN (1, 2)), DROP y;
    CREATE FUNCTION f() RETURNS int AS $body$ SELECT 1; SELECT 2 $body$ LANGUAGE sql;
    UPDATE orders SET z = 'a;b''c' WHERE "odd;name" = 1
    """
    found = statements(text, ast.Pass())
    assert [one.kind for one in found] == [Kind.ADD_COLUMN, Kind.DROP_COLUMN, Kind.HARMLESS, Kind.UPDATE]
    assert found[0].column == Column("x", "numeric(8,2)", default=Default.CONSTANT, check="x in ( 1 , 2 )")


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    statements(text, ast.Pass())
    default_of(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("now()", "stable"),
        ("CURRENT_TIMESTAMP", "stable"),
        ("'random()'", "constant"),
        ("'{}'::jsonb", "constant"),
        ("5", "constant"),
        ("gen_random_uuid()", "volatile"),
        ("'x' || nextval('s'::regclass)", "volatile"),
        ("house_style()", "unknown"),
        ("'5'::numeric(8, 2)", "constant"),
        ("NULL", "none"),
        ("", "none"),
    ],
)
def test_how_often_a_default_is_computed(text: str, kind: str) -> None:
    assert default_of(text) == kind


def test_every_row_of_the_table_of_locks_is_reached_by_its_name() -> None:
    """A statement whose row has no effect takes no lock, so a name that is spelled wrong would go unnoticed."""
    heads = {kind.value for kind in Kind}
    assert {name.partition(",")[0] for name in EFFECTS} <= heads


def test_what_django_sends_for_an_added_field() -> None:
    field = 'migrations.AddField("order", "user", models.ForeignKey("auth.User", models.CASCADE, default=1))'
    found = migration(django(f"{field}, migrations.RunPython(fill)", dependencies=[("shop", "0001_initial")]))
    assert shown(found) == [
        "ADD COLUMN, references, default [0]",
        "DROP DEFAULT [0]",
        "Python code [0]",
        "CREATE INDEX [0]",
    ]
    (first, _, _, _) = found.statements()
    assert effect(first[1], 14).scan


def test_without_a_transaction_each_statement_commits_and_code_has_its_own() -> None:
    text = django(
        'migrations.AddField("order", "x", models.TextField(default="")), migrations.RunPython(f, atomic=True), '
        "migrations.RunSQL('SELECT 1; SELECT 2')",
        atomic=False,
    )
    kinds = [statement.transaction for _, statement in migration(text).statements()]
    assert kinds[:2] == [None, None]
    assert kinds[2] not in (None, *kinds[3:])
    assert kinds[3] == kinds[4] is not None


LOOPS = """
for table in TABLES:
    op.drop_table(table)
for table, column in (("a", "x"), ["b", "y"]):
    op.drop_column(table, column)
for table, columns in {"c": ("x", "y")}.items():
    for column in columns:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
for column in [sa.Column("n", sa.Integer()), sa.Column("m", sa.Text())]:
    op.add_column("d", column)
for table in reversed(list(named)):
    op.drop_table(table)
for table in found():
    op.drop_table(table)
for query in queries.split(";"):
    op.execute(query)
for query in "".split(";"):
    op.execute(query)
for table in ("e",):
    add("f", nullable=True)
    add(nullable=False, name=table)
    op.drop_table(table)
"""
MORE = """

def add(name, kind=sa.Text(), *, nullable=True):
    table = TABLES
    op.add_column(name, sa.Column("z", kind))
    op.drop_table(table)
"""


def test_what_loops_and_functions_are_given_is_known() -> None:
    text = (
        'TABLES = ["t", "u"]\n'
        + revision('named = {"v": 1, "w": 2}\nqueries = "DROP TABLE q; DROP TABLE r;"' + LOOPS)
        + MORE
    )
    found = [
        (one.kind.value, one.table, *one.columns, operation.turn) for operation, one in migration(text).statements()
    ]
    drop, drop_column, add = Kind.DROP_TABLE.value, Kind.DROP_COLUMN.value, Kind.ADD_COLUMN.value
    assert found == [
        *[(drop, "t", 0), (drop, "u", 1), (drop_column, "a", "x", 0), (drop_column, "b", "y", 1)],
        *[(drop_column, "c", "x", 0), (drop_column, "c", "y", 1), (add, "d", "n", 0), (add, "d", "m", 1)],
        *[(drop, "v", 0), (drop, "w", 1), (drop, "{table}", 0), (drop, "q", 0), (drop, "r", 1)],
        *[(add, "f", "z", 0), (drop, "{table}", 0), (add, "e", "z", 1), (drop, "{table}", 1), (drop, "e", 0)],
    ]


def test_a_loop_of_many_turns_is_read_once() -> None:
    tables = [f"t{number}" for number in range(41)]
    found = migration(revision(f"for table in {tables}:\n    op.drop_table(table)"))
    assert [one.table for one in found.operations] == ["{table}"]


def test_loops_within_loops_are_few() -> None:
    tables, columns = [f"t{number}" for number in range(40)], [f"c{number}" for number in range(40)]
    body = f"for table in {tables}:\n    for column in {columns}:\n        op.drop_column(table, column)"
    found = migration(revision(f"{body}\nfor table in {columns}:\n    op.drop_table(table)"))
    dropped = [(one.table, *one.columns) for _, one in found.statements()]
    assert dropped == [*((table, "{column}") for table in tables), *((column,) for column in columns)]


def test_a_loop_is_told_of_by_the_first_table_that_is_in_use() -> None:
    body = 'op.create_table("a")\nfor table in ("a", "b", "c"):\n    op.create_index(f"ix_{table}", table, ["x"])'
    found = _judging.candidates(context(revision(body)), Kind.CREATE_INDEX)
    assert [(one.table, one.statement.name) for one in found] == [("b", "ix_b")]


def test_blocks_that_commit_part_the_transactions_of_a_revision() -> None:
    body = """op.add_column("a", sa.Column("x", sa.Text()))
with op.get_context().autocommit_block():
    op.create_index("i", "a", ["x"], postgresql_concurrently=True)
op.drop_column("a", "y")"""
    found = shown(migration(revision(body)))
    assert found == ["ADD COLUMN [0]", "CREATE INDEX, concurrently [None]", "DROP COLUMN [1]"]


@pytest.mark.parametrize(
    ("test", "runs"),
    [
        ("op.get_bind().dialect.name == 'postgresql'", "body"),
        ("op.get_bind().dialect.name != 'postgresql'", "orelse"),
        ("dialect in ('mysql', 'sqlite')", "orelse"),
        ("not dialect == 'sqlite'", "body"),
        ("has_table('a')", "both"),
    ],
)
def test_branches_for_other_databases_are_left_out(test: str, runs: str) -> None:
    found = migration(revision(f"if {test}:\n    op.drop_table('body')\nelse:\n    op.drop_table('orelse')"))
    tables = [statement.table for _, statement in found.statements()]
    assert tables == (["body", "orelse"] if runs == "both" else [runs])


@pytest.mark.parametrize(
    "text",
    ["x = 1", "class Migration(Base):\n    pass", "down_revision = 'a1'", "# class Migration(x)\noperations = []"],
)
def test_other_files_are_no_migrations(text: str) -> None:
    assert migration_of(context(text)) is None


def history(*files: tuple[str, str]) -> History:
    facts: list[Any] = []
    for path, text in files:
        ctx = context(text, path)
        facts += [json.loads(fact) for fact in collect(ctx.tree, ctx)]
    return History(facts)


def test_the_history_follows_dependencies_not_names() -> None:
    first = 'migrations.CreateModel("Order", [("x", models.TextField(null=True))])'
    change = 'migrations.AlterField("order", "x", models.TextField())'
    past = history(
        ("shop/migrations/a.py", django(change, dependencies=[("shop", "b")])),
        ("shop/migrations/b.py", django(first)),
        ("shop/migrations/0.py", django("", dependencies=[("shop", "a")])),
    )
    before_a, before_0 = (past.before(f"shop/migrations/{name}.py", "shop_order", "x") for name in "a0")
    assert before_a is not None
    assert before_0 is not None
    assert (before_a.null, before_0.null) == (True, False)
    assert past.before("shop/migrations/b.py", "shop_order", "x") is None
    assert past.before("other/migrations/a.py", "shop_order", "x") is None
    assert past.is_last("shop/migrations/0.py")
    over = [past.is_over(f"shop/migrations/{name}.py", ["shop.a"]) for name in "ba0"]
    assert over == [True, True, False]


def test_the_history_follows_renames() -> None:
    past = history(
        ("v/a1.py", revision('op.create_table("a", sa.Column("x", sa.Text(), nullable=False))', "a1", None)),
        ("v/b2.py", revision('op.alter_column("a", "x", new_column_name="y")\nop.rename_table("a", "b")', "b2", "a1")),
        ("v/c3.py", revision("pass", "c3", "b2")),
    )
    found = past.before("v/c3.py", "b", "y")
    assert found is not None
    assert not found.null
    assert past.before("v/c3.py", "a", "x") is None


def test_a_circle_of_dependencies_ends() -> None:
    past = history(*((f"v/{new}.py", revision("pass", new, old)) for new, old in [*pairwise("abc"), ("c", "a")]))
    assert {past.positions["v", name] for name in "abc" if ("v", name) in past.positions}


def test_a_renamed_field_takes_its_column_along() -> None:
    fields = (
        '[("a", models.TextField()), ("b", models.TextField(db_column="c")), '
        '("d", models.ForeignKey("X", models.CASCADE))]'
    )
    renames = [f'migrations.RenameField("order", "{old}", "{old}_new")' for old in "abd"]
    past = history(
        ("shop/migrations/0001_a.py", django(f'migrations.CreateModel("Order", {fields})')),
        ("shop/migrations/0002_b.py", django(", ".join(renames), dependencies=[("shop", "0001_a")])),
        ("shop/migrations/0003_c.py", django("", dependencies=[("shop", "0002_b")])),
    )
    columns = [past.before("shop/migrations/0003_c.py", "shop_order", f"{key}_new") for key in "abd"]
    assert [column and column.name for column in columns] == ["a_new", "c", "d_new_id"]


def test_a_slow_step_points_to_the_lock_that_is_held() -> None:
    steps = """
        op.add_column("orders", sa.Column("x", sa.Integer()))
        op.create_index("i", "orders", ["y"])
    """
    ctx = context(revision(textwrap.dedent(steps), "b2", "a1"), "v/b2.py")
    finding = next(iter(index_not_concurrent.check(ctx.tree, ctx)))
    assert [place.message for place in finding.related] == ["`orders` is under a lock, ACCESS EXCLUSIVE, from here on"]


def test_the_history_knows_when_tables_and_columns_are_there() -> None:
    past = history(
        ("v/a1.py", revision('op.create_table("a", sa.Column("x", sa.Text()))', "a1", None)),
        ("v/b2.py", revision('op.drop_column("a", "x")\nop.drop_table("b")', "b2", "a1")),
        ("v/c3.py", revision('op.rename_table("a", "b")\nop.add_column("b", sa.Column("y", sa.Text()))', "c3", "b2")),
        ("v/d4.py", revision("pass", "d4", "c3")),
    )
    assert [past.is_gone_before("v/d4.py", *one) for one in (("a",), ("a", "x"), ("b",), ("b", "y"), ("c",))] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert [past.comes_back("v/b2.py", *one) for one in (("a", "x"), ("b",), ("b", "y"))] == [False, True, True]


def test_an_app_without_its_folders_name_is_that_of_the_migration_before() -> None:
    before = [("core", "0041_order"), ("auth", "0012_alter_user")]
    found = migration(django("", dependencies=before), "shop/app/migrations/0042_email.py")
    assert (found.app, found.is_initial) == ("core", False)
    first = migration(django("", dependencies=[("auth", "0000_x")]), "shop/app/migrations/0001_initial.py")
    assert (first.app, first.is_initial) == ("app", True)


def test_statements_come_by_kind_as_they_are_sent() -> None:
    """What Django defers comes last, and a rule that asks for several kinds has them in their order."""
    ctx = context(
        django(
            """
            migrations.AddField("Order", "owner", models.ForeignKey("shop.Owner", models.CASCADE, null=True)),
            migrations.AddIndex("Order", models.Index(fields=["a"], name="a_idx")),
            migrations.RemoveField("Order", "a"),
            migrations.RunSQL(["CREATE INDEX b_idx ON b (x)", "CREATE INDEX c_idx ON c (x)"]),
            """,
            dependencies=[("shop", "0001_initial")],
        )
    )
    found = ctx.once(migration_of)
    assert found is not None
    sent = [statement for _, statement in found.statements()]
    assert sorted(sent, key=lambda one: one.deferred) == sent
    assert [one for kind in Kind for one in found.of_kind(kind)] == sorted(
        sent, key=lambda one: list(Kind).index(one.kind)
    )
    kinds = [one.statement for one in _judging.statements(ctx, Kind.DROP_COLUMN, Kind.CREATE_INDEX)]
    # One operation is one place: of the two indexes in one `RunSQL` the first one is judged.
    assert [one.name or one.columns[0] for one in kinds] == ["a_idx", "a", "b_idx", "owner_id"]


def test_the_gravest_lock_is_the_first_one() -> None:
    ctx = context(
        django(
            """
            migrations.RunSQL("CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f()"),
            migrations.AlterField("Order", "b", models.TextField(unique=True)),
            migrations.RunSQL("ALTER TABLE c ADD x int"),
            migrations.RunSQL("ALTER TABLE d ADD x int"),
            migrations.RunSQL("UPDATE d SET x = 1"),
            """,
            dependencies=[("shop", "0001_initial")],
        )
    )
    found, locks = ctx.once(migration_of), ctx.once(Locks)
    assert found is not None
    for _, statement in found.statements():
        held = locks.held_at(statement)
        assert locks.gravest_at(statement) == (held[0] if held else None)
    last = locks.gravest_at(found.statements()[-1][1])
    assert last is not None
    assert (last.table, last.is_certain) == ("d", True)


COLUMNS = st.builds(
    Column, st.text(), st.text(), st.booleans(), st.sampled_from([Default.NONE, Default.STABLE]), unique=st.booleans()
)


@given(COLUMNS)
def test_a_column_is_remembered(column: Column) -> None:
    parts = json.loads(json.dumps(column.parts()))
    assert Column(*parts) == column
    assert parts == column.parts()


def test_facts_are_read_once_a_run() -> None:
    read: list[int] = []

    @once_a_run
    def count(facts: Sequence[str]) -> int:
        read.append(len(facts))
        return len(facts)

    run, other = ["a", "b"], ["c"]
    assert [count(run), count(run), count(None), count(None), count(other), count(run)] == [2, 2, 0, 0, 1, 2]
    assert read == [2, 0, 1, 2]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("from shop.models import Order as O\nimport shop.models\nfrom . import a\nfrom .b import c\n", "O shop a c"),
        ("import sqlalchemy as sa\nfrom alembic import op\nfrom django.db import models\nimport alembic.op\n", ""),
        ("from django.contrib.auth import get_user_model as g\nfrom django.contrib import auth\n", "g auth"),
        ("from django.contrib.auth.models import Group\n", ""),
        ("def f(): ...\nclass A:\n    def g(self): ...\nasync def h(): ...\n", "f A g h"),
        ("import x\ny = x.y\nif y:\n    z = y\nw = v = z.a.b\nu: int = w\nt = x()\n", "x y z w v u"),
        ("a = b\nb = a\nc = row.id\nd = dict.fromkeys\n", "d"),
        ("try:\n    import a\nexcept E:\n    import b\nelse:\n    import c\nfinally:\n    import d\n", "a b c d"),
    ],
)
def test_names_that_may_lead_out_of_the_file(text: str, names: str) -> None:
    found = migration_imports_live_code._foreign_names(context(text, "shop/next.py"))
    assert found is not None
    assert found - {"self", "cls", "mcs"} == set(names.split())


def test_what_a_migration_defines_is_no_question() -> None:
    """Its own classes are as old as itself; elsewhere a file may hold a migration and the models."""
    text = revision("s.query(Order).all()").replace("\n\n\n", "\n\nclass Order(Base): ...\n\n")
    asked = {
        path: [one.data["name"] for one in migration_imports_live_code.check(ast.Module([], []), context(text, path))]
        for path in ("shop/migrations/b2.py", "versions/b2.py", "shop/b2.py")
    }
    assert asked == {"shop/migrations/b2.py": [], "versions/b2.py": [], "shop/b2.py": [".b2.Order"]}


def test_any_name_may_lead_out_of_a_file_with_a_walrus() -> None:
    assert migration_imports_live_code._foreign_names(context("print(a := b)\n")) is None


def test_all_statements_of_a_file() -> None:
    for path in sorted((Path(__file__).parents[1] / "fixtures").glob("*/*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except SyntaxError:
            continue  # of a later Python
        found = list(statements_below(tree))
        assert set(found) == {node for node in ast.walk(tree) if isinstance(node, ast.stmt)}
        assert found == [node for node in walk(tree) if isinstance(node, ast.stmt)], path


def test_functions_that_are_reached() -> None:
    """A function whose name stands at its head only is called by nobody."""
    ctx = context("def a():\n    b()\ndef b():\n    map(c, x)\ndef c(): ...\ndef d():\n    a.b\n")
    functions = ctx.once(functions_of)
    names = [one.name for one in reached_from(functions["a"], ctx) if isinstance(one, ast.FunctionDef)]
    assert names == ["a", "b", "c"]
    assert reached_from(functions["d"], ctx) == [functions["d"], functions["a"], functions["b"]]
    assert list(nodes_of(functions["b"], ctx)) == list(walk(functions["b"]))


def test_the_query_that_a_name_stands_for() -> None:
    body = 'if a:\n    q = "UPDATE a SET x = 1"\nop.execute(q)\nq = "DROP TABLE b"\nop.execute(q)'
    assert shown(migration(revision(body), "versions/b2.py")) == ["UPDATE [0]", "DROP TABLE [0]"]
