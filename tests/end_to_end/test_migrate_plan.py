"""`readlint migrate-plan`: what it prints are migrations, in one line after the other, and no rule objects to them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

FIRST = """
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            "Order",
            [
                ("email", models.TextField(null=True)),
                ("city", models.CharField(max_length=20)),
                ("seller", models.ForeignKey("auth.User", models.CASCADE)),
                ("buyer", models.ForeignKey("auth.User", models.CASCADE, db_constraint=False)),
                ("patron", models.ForeignKey("auth.User", models.CASCADE, null=True)),
            ],
        ),
    ]
"""
DJANGO = [
    'migrations.AddIndex("order", models.Index(fields=["city"], name="order_city"))',
    'migrations.AddConstraint("order", models.UniqueConstraint(fields=["seller", "city"], name="order_uniq"))',
    'migrations.AddConstraint("order", models.CheckConstraint(condition=models.Q(city__gt="a"), name="order_check"))',
    'migrations.AlterField("order", "email", models.TextField())',
    'migrations.AlterField("order", "email", models.TextField(default="none"))',
    'migrations.AlterField("order", "email", models.TextField(default=dict))',
    'migrations.AlterField("order", "city", models.CharField(max_length=20, db_index=True))',
    'migrations.AlterField("order", "city", models.CharField(max_length=20, unique=True))',
    'migrations.AlterField("order", "buyer", models.ForeignKey("auth.User", models.CASCADE))',
    'migrations.AlterField("order", "seller", models.ForeignKey("auth.User", models.CASCADE, null=True))',
    'migrations.AlterField("order", "patron", models.ForeignKey("auth.User", models.CASCADE))',
    'migrations.AddField("order", "agent", models.ForeignKey("auth.User", models.CASCADE, null=True))',
    'migrations.AddField("order", "zip", models.SlugField(null=True))',
    'migrations.AddField("order", "zip", models.TextField(null=True, unique=True))',
    'migrations.AddField("order", "token", models.UUIDField(db_default=RandomUUID(), null=True))',
    'migrations.AddField("order", "token", models.UUIDField(db_default=RandomUUID()))',
]
ALEMBIC = [
    'op.create_index("orders_email", "orders", ["email"])',
    'op.create_index(op.f("orders_email"), "orders", ["email"], unique=True)',
    'op.create_unique_constraint("orders_total", "orders", ["total"])',
    'op.create_foreign_key("orders_user", "orders", "users", ["user_id"], ["id"])',
    'op.create_check_constraint("orders_check", "orders", "total >= 0")',
    'op.alter_column("orders", "email", nullable=False)',
    'op.add_column("orders", sa.Column("user", sa.Integer(), sa.ForeignKey("users.id"), index=True))',
    'op.add_column("orders", sa.Column("code", sa.Text(), unique=True))',
    'op.add_column("orders", sa.Column("token", sa.UUID(), server_default=sa.text("gen_random_uuid()")))',
    'op.add_column("orders", sa.Column("x", sa.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False))',
]
HAZARDS = "RL501,RL502,RL503,RL504,RL505,RL506,RL508,RL513"


def django(operations: list[str]) -> str:
    lines = "\n".join(f"        {one}" if one.startswith("#") else f"        {one}," for one in operations)
    return f"""
from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models


def fill(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
{lines}
    ]
"""


def alembic(operations: list[str]) -> str:
    head = (
        'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "b2"\ndown_revision = "a1"\n\n\ndef upgrade():\n'
    )
    return head + textwrap.indent("\n".join(operations), "    ") + "\n"


def readlint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "readlint", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    for folder in ("shop/migrations", "versions"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "shop/migrations/0001_initial.py").write_text(FIRST)
    (tmp_path / "env.py").write_text("context.configure(connection=connection, transaction_per_migration=True)\n")
    return tmp_path


def planned(project: Path, path: str, text: str) -> dict[str, str]:
    """The migrations of a plan by their files, after they have taken the place of the one that was planned."""
    (project / path).write_text(text)
    done = readlint(project, "migrate-plan", path)
    assert (done.returncode, done.stderr) == (0, "")
    pieces = re.split(r"^# file: (.*)\n", done.stdout, flags=re.MULTILINE)
    assert pieces[0] == ""
    plan = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    for name, code in plan.items():
        (project / name).write_text(code)
    return plan


def names_of(code: str) -> tuple[set[str], set[str]]:
    """The names that a module binds at its top, and those that it reads."""
    tree = ast.parse(code)
    bound = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            bound |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
            bound |= {one.arg for one in node.args.args} if isinstance(node, ast.FunctionDef) else set()
    return bound, {one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}


def is_right(project: Path, plan: dict[str, str]) -> None:
    """Every migration is one, has what it needs and follows the one before; no rule objects."""
    for code in plan.values():
        bound, read = names_of(code)
        assert read <= bound | {"list", "dict"}
    done = readlint(project, "--no-cache", "--isolated", f"--select={HAZARDS}", "--output-format=concise", ".")
    assert (done.stdout.strip(), done.returncode) == (f"No findings in {len(plan) + 2} files.", 0)


@pytest.mark.parametrize("operation", DJANGO)
def test_one_operation_of_django(project: Path, operation: str) -> None:
    path = "shop/migrations/0002_next.py"
    plan = planned(project, path, django([operation]))
    before = '("shop", "0001_initial")'
    for name, code in plan.items():
        assert f"dependencies = [{before}]" in code
        before = f'("shop", "{Path(name).stem}")'
    assert next(iter(plan)) == path
    is_right(project, plan)


@pytest.mark.parametrize("operation", ALEMBIC)
def test_one_operation_of_alembic(project: Path, operation: str) -> None:
    path = "versions/b2_next.py"
    first = 'revision = "a1"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n'
    (project / "versions/a1.py").write_text(first)
    (project / "shop/migrations/0001_initial.py").unlink()
    plan = planned(project, path, alembic([operation]))
    values = [dict(re.findall(r"^(revision|down_revision) = '(\w+)'$", code, re.MULTILINE)) for code in plan.values()]
    assert [one["down_revision"] for one in values] == ["a1", *(one["revision"] for one in values[:-1])]
    assert next(iter(plan)) == path
    is_right(project, plan)


def test_what_is_harmless_stays_together_and_in_order(project: Path) -> None:
    operations = [
        'migrations.AddField("order", "a", models.TextField(null=True))',
        "migrations.RunPython(fill, migrations.RunPython.noop)",
        DJANGO[0],
        'migrations.AddField("order", "b", models.TextField(null=True))',
    ]
    plan = planned(project, "shop/migrations/0002_next.py", django(operations))
    first, second, third = plan.values()
    assert operations[0] in first
    assert operations[1] in first
    assert "def fill" in first
    assert "AddIndexConcurrently(" in second
    assert "def fill" not in second + third
    assert operations[3] in third
    is_right(project, plan)


def test_a_downgrade_goes_where_its_operation_went(project: Path) -> None:
    upgrade = ["bind = op.get_bind()", 'op.add_column("orders", sa.Column("a", sa.Text()))', ALEMBIC[0], "bind.close()"]
    downgrade = ["def downgrade():", '    op.drop_index("orders_email", "orders")', '    op.drop_column("orders", "a")']
    text = alembic(upgrade) + "\n\n" + "\n".join(downgrade) + "\n"
    first, second, third = planned(project, "versions/b2_next.py", text).values()
    assert 'def downgrade():\n    op.drop_column("orders", "a")\n' in first
    assert "op.drop_index('orders_email', 'orders', postgresql_concurrently=True, if_exists=True)" in second
    assert "bind = op.get_bind()\n    bind.close()\n" in third


COMMENTED = """\
def upgrade():
    # ### commands auto generated by Alembic - please adjust! ###
    # the importer looks for the buyer
    # by the address
    op.create_foreign_key("orders_user", "orders", "users", ["user_id"], ["id"])  # as in the shop

    # filled by hand
    op.add_column("orders", sa.Column("a", sa.Text()))
    # ### end Alembic commands ###


def downgrade():
    # nothing reads it
    op.drop_column("orders", "a")
    # the key last
    op.drop_constraint("orders_user", "orders", type_="foreignkey")
"""


def test_the_comments_of_alembic_stay(project: Path) -> None:
    text = alembic(["pass"]).partition("def upgrade")[0] + COMMENTED
    first, second, third = planned(project, "versions/b2_next.py", text).values()
    said = "def upgrade():\n    # the importer looks for the buyer\n    # by the address\n    op.create_foreign_key("
    assert said in first
    assert "#" not in second  # which validates the key
    assert 'def upgrade():\n    # filled by hand\n    op.add_column("orders", ' in third
    assert 'def downgrade():\n    # nothing reads it\n    op.drop_column("orders", "a")\n' in third
    assert "###" not in first + third


def test_the_comments_of_django_stay(project: Path) -> None:
    first, second, third = planned(
        project,
        "shop/migrations/0002_next.py",
        django(["# for the search", DJANGO[0].replace("(", "(\n            ", 1), "# from the shop", DJANGO[2]]),
    ).values()
    assert "    operations = [\n        # for the search\n        " in first
    assert "    operations = [\n        # from the shop\n        " in second
    assert "#" not in third


LAID_OUT = '''\
import sqlalchemy as sa
from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.add_column(
        "orders",
        sa.Column("code", sa.Text()),
    )
    try:
        op.alter_column(
            "orders", "code", server_default="none"
        )
    except Exception:
        print("""not
    here""")
    op.execute("""
        UPDATE orders SET note = 'two
  lines'
        WHERE id = 1
    """)
    op.alter_column(
        "orders",
        "email",
        nullable=False,
    )


def downgrade():
    if True:
        op.drop_column("orders", "code")
'''


def test_code_keeps_its_layout_and_its_strings(project: Path) -> None:
    (project / "versions/a1.py").write_text('revision = "a1"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n')
    plan = planned(project, "versions/b2_next.py", LAID_OUT)
    first, *_, last = plan.values()
    kept = LAID_OUT[LAID_OUT.index("def upgrade") : LAID_OUT.rindex("    op.alter_column")]
    assert kept in first
    assert first.count("op.drop_column") == 1  # which both statements about that column could ask for
    changed = LAID_OUT[LAID_OUT.rindex("    op.alter_column") : LAID_OUT.index("\n\ndef downgrade")]
    assert changed in last
    for code in plan.values():
        ast.parse(code)


@pytest.mark.parametrize(
    ("operations", "needs"),
    [
        (ALEMBIC[3:4], True),  # NOT VALID, then VALIDATE
        (ALEMBIC[2:3], False),  # an index in an autocommit block, then the constraint
        ([ALEMBIC[0], 'op.add_column("orders", sa.Column("a", sa.Text()))'], False),
        ([ALEMBIC[2], 'op.add_column("orders", sa.Column("a", sa.Text()))'], True),  # two revisions without a block
    ],
)
@pytest.mark.parametrize("folder", ["versions", "db/versions/2026"])
def test_a_plan_says_that_it_needs_transactions(project: Path, operations: list[str], needs: bool, folder: str) -> None:
    (project / folder).mkdir(parents=True, exist_ok=True)
    environment = project / folder / ".." / "env.py" if folder == "versions" else project / "db" / "env.py"
    path = f"{folder}/b2_next.py"
    (project / path).write_text(alembic(operations))
    shown = environment.resolve().relative_to(project.resolve())
    said = f"give `context.configure` in {shown} `transaction_per_migration=True`\n"
    for text in ("context.configure(connection=connection)\n", "transaction_per_migration = False\n"):
        environment.write_text(text)
        done = readlint(project, "migrate-plan", path)
        assert (done.returncode, said in done.stderr) == (0, needs)
    environment.write_text("options = {'transaction_per_migration': True}\ncontext.configure(**options)\n")
    assert readlint(project, "migrate-plan", path).stderr == ""
    environment.unlink()
    (project / "env.py").unlink(missing_ok=True)
    assert ("in env.py `transaction_per_migration=True`" in readlint(project, "migrate-plan", path).stderr) == needs


def test_what_is_left_of_a_downgrade_is_said(project: Path) -> None:
    """Whether it belongs to a statement that became several, and to which of these, is not known."""
    text = alembic(['op.create_index("orders_email", "orders", ["email"])', 'op.execute("GRANT x TO y")'])
    back = 'def downgrade():\n    op.drop_index("orders_email")\n    op.execute("REVOKE x FROM y")\n'
    (project / "versions/b2_next.py").write_text(f"{text}\n\n{back}")
    done = readlint(project, "migrate-plan", "versions/b2_next.py")
    line = text.count("\n") + 5
    assert f"readlint: the plan does not have line {line} of the downgrade\n" in done.stderr
    assert "REVOKE" not in done.stdout


REVISION = """\
import sqlalchemy as sa
from alembic import op

revision = "b2"
down_revision = "a1"
"""


@pytest.mark.parametrize(
    ("message", "follows"),
    [
        ('"""Add an index\n\nRevision ID: b2\nRevises: a1\n"""', '"""Add an index, part 2"""'),
        ("'Say \"no\"'", "'Say \"no\", part 2'"),
    ],
)
def test_a_plan_has_the_message_of_its_revision(project: Path, message: str, follows: str) -> None:
    """Which `alembic history` shows."""
    text = f"""\
{message}

{REVISION}

def upgrade():
    op.create_index("orders_email", "orders", ["email"])
    op.create_unique_constraint("orders_total", "orders", ["total"])


def downgrade():
    pass
"""
    first, second, *_ = planned(project, "versions/b2_next.py", text).values()
    assert first.startswith(f"{message}\n\nfrom alembic import op\n")
    assert second.startswith(f"{follows}\n\n")


def test_what_a_plan_needs_of_its_file(project: Path) -> None:
    """Values with a type, names in a tuple, imports in the function, its parameters, the place of the revision."""
    text = f"""\
{REVISION}branch_labels: str | None = None
depends_on = "c3"

FILL: Final = sa.text("UPDATE orders SET email = '' WHERE id = 1")
ORDERS, KINDS = "orders", "city"
KEY = "orders_total"


def upgrade(prefix=""):
    from shop.names import checked

    op.execute(FILL)
    op.create_index("orders_email", "orders", ["email"])
    op.create_unique_constraint(KEY, "orders", ["total"])
    orders = prefix + checked(ORDERS)
    op.create_index(f"{{orders}}_city", orders, ["city"])


def downgrade():
    pass
"""
    first, second, *_, fourth, fifth = planned(project, "versions/b2_next.py", text.replace("Final", "str")).values()
    assert "depends_on = 'c3'" in first.replace('"', "'")
    assert all("branch_labels" not in code for code in (first, second, fifth))
    assert "depends_on" not in second + fifth
    assert "FILL: str = sa.text(" in first
    assert "FILL" not in second
    assert "ADD CONSTRAINT" in fourth
    for code in (first, fifth):
        bound, read = names_of(code)
        assert read <= bound | {"str"}
    assert fifth.count("orders = prefix + checked(ORDERS)") == 2  # both ways
    assert fifth.count("from shop.names import checked") == 2
    assert "def upgrade(prefix=''):" in fifth
    assert "def downgrade(prefix=''):" in fifth
    assert 'op.drop_index(f"{orders}_city", orders, postgresql_concurrently=True, if_exists=True)' in fifth


def test_a_downgrade_makes_what_upgrade_drops(project: Path) -> None:
    """What has the same name is made and dropped both ways."""
    text = f"""\
{REVISION}

def upgrade():
    op.drop_constraint("orders_user", "orders")
    op.create_foreign_key("orders_user", "orders", "users", ["user_id"], ["id"], ondelete="CASCADE")
    op.alter_column("orders", "mail", new_column_name="email")
    with op.batch_alter_table("lines") as batch_op:
        batch_op.add_column(sa.Column("a", sa.Text()))
    op.create_index("orders_email", "orders", ["email"])


def downgrade():
    op.drop_index("orders_email")
    with op.batch_alter_table("lines") as batch_op:
        batch_op.drop_column("a")
    op.alter_column("orders", "email", new_column_name="mail")
    op.drop_constraint("orders_user", "orders")
    op.create_foreign_key("orders_user", "orders", "users", ["user_id"], ["id"])
"""
    first, _, third, _ = planned(project, "versions/b2_next.py", text).values()
    back = [code.partition("def downgrade():\n")[2].rstrip("\n") for code in (first, third)]
    assert back == [
        "    op.drop_constraint('orders_user', 'orders', type_='foreignkey')\n"
        '    op.create_foreign_key("orders_user", "orders", "users", ["user_id"], ["id"])',
        '    with op.batch_alter_table("lines") as batch_op:\n        batch_op.drop_column("a")\n'
        '    op.alter_column("orders", "email", new_column_name="mail")',
    ]


def test_a_constraint_is_replaced_at_once(project: Path) -> None:
    """There is no time without either, in which rows come in that the new one does not allow."""
    text = f"""\
{REVISION}

def upgrade():
    op.add_column("orders", sa.Column("a", sa.Text()))
    op.drop_constraint("orders_nr", "orders", type_="unique")
    op.create_unique_constraint("orders_nr", "orders", ["nr", "a"])
    op.drop_constraint("lines_order", "lines", type_="foreignkey")
    op.create_foreign_key(None, "lines", "orders", ["order_id"], ["id"], ondelete="CASCADE", source_schema=None)


def downgrade():
    op.drop_constraint(None, "lines", type_="foreignkey")
    op.create_foreign_key("lines_order", "lines", "orders", ["order_id"], ["id"])
    op.drop_constraint("orders_nr", "orders", type_="unique")
    op.create_unique_constraint("orders_nr", "orders", ["nr"])
    op.drop_column("orders", "a")
"""
    codes = list(planned(project, "versions/b2_next.py", text).values())
    ways = [code.partition("def upgrade():\n")[2].split("\n\n\ndef downgrade():\n") for code in codes]
    assert [up for up, _ in ways] == [
        '    op.add_column("orders", sa.Column("a", sa.Text()))',
        "    with op.get_context().autocommit_block():\n"
        "        op.create_index('orders_nr_new', 'orders', ['nr', 'a'], unique=True, postgresql_concurrently=True, "
        "if_not_exists=True)",
        '    op.drop_constraint("orders_nr", "orders", type_="unique")\n'
        '    op.execute(\'ALTER TABLE "orders" ADD CONSTRAINT "orders_nr" UNIQUE USING INDEX "orders_nr_new"\')',
        '    op.drop_constraint("lines_order", "lines", type_="foreignkey")\n'
        '    op.create_foreign_key(\'lines_order_id_fkey\', "lines", "orders", ["order_id"], ["id"], '
        'ondelete="CASCADE", source_schema=None, postgresql_not_valid=True)',
        '    op.execute(\'ALTER TABLE "lines" VALIDATE CONSTRAINT "lines_order_id_fkey"\')',
    ]
    assert ways[2][1].rstrip().splitlines() == [
        "    op.drop_constraint('orders_nr', 'orders', type_='unique')",
        '    op.create_unique_constraint("orders_nr", "orders", ["nr"])',
    ]


def test_what_ends_a_migration_ends_each_part(project: Path) -> None:
    text = f"""\
{REVISION}

def upgrade(name=""):
    if name:
        return
    op.create_index("orders_nr", "orders", ["nr"])
    bind = op.get_bind()
    op.add_column("orders", sa.Column("a", sa.Text()))
    if bind.dialect.name != "postgresql":
        return
    op.create_index("orders_a", "orders", ["a"])


def downgrade(name=""):
    if name:
        return
    op.drop_index("orders_a")
    op.drop_index("orders_nr")
"""
    codes = list(planned(project, "versions/b2_next.py", text).values())
    ways = [code.partition("def upgrade(name=''):\n")[2].split("\n\n\ndef downgrade(name=''):\n") for code in codes]
    out = "    if name:\n        return\n"
    assert [up.partition("    with")[0].partition("    op.")[0] for up, _ in ways] == [
        out,
        out,
        f'{out}    bind = op.get_bind()\n    if bind.dialect.name != "postgresql":\n        return\n',
    ]
    assert [back.partition("    with")[0].rstrip() for _, back in ways] == [out.rstrip(), "    pass", out.rstrip()]


def test_a_schema_stays_one(project: Path) -> None:
    text = f"""\
{REVISION}

def upgrade():
    op.create_index("orders_email", "orders", ["email"], schema="sales")
    op.create_unique_constraint("orders_total", "orders", ["total"], schema="sales")
    op.alter_column("orders", "email", nullable=False, schema="sales")
"""
    plan = planned(project, "versions/b2_next.py", text)
    code = "\n".join(plan.values())
    assert "'sales.orders'" not in code
    assert "op.drop_index('orders_email', 'orders', schema='sales', postgresql_concurrently=True" in code
    assert "op.create_index('orders_total', 'orders', ['total'], unique=True, schema='sales'," in code
    assert "op.drop_constraint('orders_total', 'orders', type_='unique', schema='sales')" in code
    assert "op.alter_column('orders', 'email', schema='sales', nullable=True)" in code


def test_rows_are_written_apart(project: Path) -> None:
    """And then the new column is one that has rows."""
    text = f"""\
{REVISION}

def upgrade():
    op.add_column("orders", sa.Column("code", sa.Text(), server_default=""))
    op.execute("UPDATE orders SET code = email")
    op.execute("UPDATE orders SET code = '' WHERE code IS NULL")
    op.alter_column("orders", "code", nullable=False)


def downgrade():
    op.drop_column("orders", "code")
"""
    plan = planned(project, "versions/b2_next.py", text)
    first, *filled, third, fourth, last = plan.values()
    assert "UPDATE" not in first
    assert [code.count("op.") for code in filled] == [1, 1]
    assert "postgresql_not_valid=True" in third
    assert "VALIDATE" in fourth
    assert 'op.alter_column("orders", "code", nullable=False)' in last
    (project / "shop/migrations/0001_initial.py").unlink()
    (project / "versions/a1.py").write_text('revision = "a1"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n')
    is_right(project, plan)


def test_what_is_slow_only_apart_is_said(project: Path) -> None:
    """A column that is no longer new has no plan where the statement changes more of it."""
    text = f"""\
{REVISION}

def upgrade():
    op.add_column("orders", sa.Column("code", sa.Text()))
    op.execute("UPDATE orders SET code = email")
    op.alter_column("orders", "code", nullable=False, server_default="")
"""
    (project / "versions/b2_next.py").write_text(text)
    done = readlint(project, "migrate-plan", "versions/b2_next.py")
    assert (done.returncode, done.stdout.count("# file: ")) == (1, 3)
    assert "readlint: no plan for RL508 in line 11\n" in done.stderr


def test_what_stands_in_another_function_has_no_plan(project: Path) -> None:
    text = f"""\
{REVISION}

def upgrade():
    add_keys("CASCADE")


def add_keys(how):
    op.create_foreign_key("orders_user", "orders", "users", ["user_id"], ["id"], ondelete=how)


def downgrade():
    add_keys(None)
"""
    (project / "versions/b2_next.py").write_text(text)
    done = readlint(project, "migrate-plan", "versions/b2_next.py")
    line = text.count("\n", 0, text.index("op.create_foreign_key")) + 1
    assert (done.returncode, done.stderr) == (1, f"readlint: no plan for RL505 in line {line}\n")
    assert done.stdout == f"# file: versions/b2_next.py\n{text}"  # as it is


def test_a_statement_with_a_result_stays(project: Path) -> None:
    text = f"""\
{REVISION}

def upgrade():
    done = op.get_bind().execute(sa.text("UPDATE orders SET email = '' WHERE id = 1"))
    op.create_index("orders_email", "orders", ["email"])
"""
    first, second = planned(project, "versions/b2_next.py", text).values()
    assert "done = op.get_bind()" in first
    assert "UPDATE" not in second


def test_a_name_has_the_value_that_it_had(project: Path) -> None:
    text = f"""\
{REVISION}

def upgrade():
    bind = op.get_bind()
    query = "INSERT INTO orders (id) VALUES (1)"
    bind.execute(sa.text(query))
    query = "INSERT INTO orders (id) VALUES (2)"
    bind.execute(sa.text(query))
    op.create_index("orders_email", "orders", ["email"])
    bind.execute(sa.text(query))
    query = "INSERT INTO orders (id) VALUES (3)"
"""
    first, _, last = planned(project, "versions/b2_next.py", text).values()
    assert text.partition("def upgrade():\n")[2].partition("    op.")[0] in first
    second = '    query = "INSERT INTO orders (id) VALUES (2)"\n    bind.execute(sa.text(query))\n\n'
    assert f"def upgrade():\n    bind = op.get_bind()\n{second}" in last


def test_what_has_no_plan_is_said(project: Path) -> None:
    path = "shop/migrations/0002_next.py"
    (project / path).write_text(django(['migrations.AddField("order", "x", models.OneToOneField("auth.User", 1))']))
    done = readlint(project, "migrate-plan", path)
    assert done.returncode == 1
    assert re.search(r"readlint: no plan for RL506.* in line 13\n", done.stderr)
    assert "OneToOneField" in done.stdout


ADD_ZIP = 'migrations.AddField("order", "zip", models.CharField(max_length=9, null=True))'


@pytest.mark.parametrize(
    "operations",
    [
        [ADD_ZIP, 'migrations.AlterField("order", "zip", models.CharField(max_length=9, default="", unique=True))'],
        ['migrations.AlterField("order", "city", models.CharField(max_length=200, unique=True))'],
        ['migrations.AlterField("order", "city", models.CharField(max_length=200, db_index=True))'],
    ],
)
def test_what_a_plan_would_not_change_keeps_it_away(project: Path, operations: list[str]) -> None:
    """Django is told of the whole field, so all of it must come into the database: here NOT NULL, and a length."""
    path = "shop/migrations/0002_next.py"
    (project / path).write_text(django(operations))
    done = readlint(project, "migrate-plan", path)
    assert done.returncode == 1
    assert re.search(rf"readlint: no plan for RL50[16] in line {12 + len(operations)}\n", done.stderr)
    assert "SeparateDatabaseAndState" not in done.stdout


def test_a_field_is_what_stands_above(project: Path) -> None:
    made = 'migrations.AlterField("order", "zip", models.CharField(max_length=9, null=True, unique=True))'
    plan = planned(project, "shop/migrations/0002_next.py", django([ADD_ZIP, made]))
    assert [code.count("migrations.AddField(") for code in plan.values()] == [1, 0, 0]
    is_right(project, plan)


def test_nothing_to_plan_for(project: Path) -> None:
    done = readlint(project, "migrate-plan", "shop/migrations/0001_initial.py")
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing to plan for" in done.stderr


@pytest.mark.parametrize(("text", "problem"), [("x = 1\n", "is no migration"), (None, "No such file")])
def test_no_migration(project: Path, text: str | None, problem: str) -> None:
    if text is not None:
        (project / "other.py").write_text(text)
    done = readlint(project, "migrate-plan", "other.py")
    assert done.returncode == 2
    assert problem.lower() in done.stderr.lower()
