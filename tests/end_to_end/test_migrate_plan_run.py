"""Plans of `readlint migrate-plan` are run on a PostgreSQL with rows in it, forward and back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import postgresql
from test_migrate_plan import ALEMBIC, alembic, django, planned

pytestmark = pytest.mark.slow

FIRST_OF_DJANGO = """
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("auth", "0001_initial")]
    operations = [
        migrations.CreateModel(
            "Order",
            [
                ("email", models.TextField(null=True)),
                ("city", models.CharField(max_length=20)),
                ("seller", models.ForeignKey("auth.User", models.CASCADE, null=True)),
                ("buyer", models.ForeignKey("auth.User", models.CASCADE, db_constraint=False, null=True)),
                ("broker", models.ForeignKey("auth.User", models.CASCADE)),
            ],
            options={"db_table": DB_TABLE},
        ),
    ]
"""
OPERATIONS = [
    'migrations.AddIndex("order", models.Index(fields=["city"], name="order_city"))',
    'migrations.AddConstraint("order", models.UniqueConstraint(fields=["seller", "city"], name="order_uniq"))',
    'migrations.AddConstraint("order", models.CheckConstraint(condition=models.Q(city__gt="a"), name="order_check"))',
    'migrations.AlterField("order", "email", models.TextField(default="none"))',
    'migrations.AlterField("order", "city", models.CharField(max_length=20, unique=True))',
    'migrations.AlterField("order", "buyer", models.ForeignKey("auth.User", models.CASCADE, null=True))',
    'migrations.AlterField("order", "seller", models.ForeignKey("auth.User", models.CASCADE))',
    'migrations.AlterField("order", "broker", models.ForeignKey("auth.User", models.CASCADE, null=True))',
    'migrations.AddField("order", "agent", models.ForeignKey("auth.User", models.CASCADE, null=True))',
    'migrations.AddField("order", "zip", models.SlugField(null=True))',
    'migrations.AddField("order", "phone", models.TextField(null=True, unique=True))',
    'migrations.AddField("order", "token", models.UUIDField(db_default=RandomUUID()))',
    "migrations.RunPython(fill, migrations.RunPython.noop)",
]
RUN_DJANGO = """
import os, sys
sys.path.insert(0, ".")
import django
from django.conf import settings

database = {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": "postgres", "HOST": os.environ["AT"]}
apps = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.postgres", "shop"]
settings.configure(INSTALLED_APPS=apps, DATABASES={"default": database}, DEFAULT_AUTO_FIELD="django.db.models.AutoField")
django.setup()
from django.core.management import call_command
from django.db import connection

call_command("migrate", "shop", "0001", verbosity=0)
cursor = connection.cursor()
user = "password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined, last_login"
cursor.execute(f"INSERT INTO auth_user ({user}) VALUES ('', true, 'u', '', '', '', true, true, now(), now())")
order = f"INSERT INTO {os.environ['TABLE']} (city, seller_id, broker_id) SELECT 'c' || i, u.id, u.id"
cursor.execute(f"{order} FROM generate_series(1, 1500) i, auth_user u")
call_command("migrate", "shop", verbosity=0)
cursor.execute("SELECT count(*) FROM pg_constraint WHERE NOT convalidated")
invalid = cursor.fetchone()[0]
cursor.execute("SELECT count(*) FROM pg_index WHERE NOT indisvalid")
invalid += cursor.fetchone()[0]
cursor.execute(f"SELECT count(DISTINCT token), count(email) FROM {os.environ['TABLE']}")
print(invalid, *cursor.fetchone())
call_command("migrate", "shop", "0001", verbosity=0)
"""
FIRST_OF_ALEMBIC = """
import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))
    names = ["total", "user_id"]
    op.create_table("orders", sa.Column("email", sa.Text()), *[sa.Column(one, sa.Integer()) for one in names])
"""
ENVIRONMENT = '''
import os

import sqlalchemy as sa
from alembic import context

engine = sa.create_engine("postgresql+psycopg://postgres@/postgres?host=" + os.environ["AT"])
LOCKS = """
SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'orders'::regclass
AND mode IN ('ShareRowExclusiveLock', 'AccessExclusiveLock')
"""


@sa.event.listens_for(engine, "before_cursor_execute")
def count_locks(connection, cursor, statement, *more):
    if "VALIDATE CONSTRAINT" in statement:
        context.config.attributes["locks"].append(cursor.connection.execute(LOCKS).fetchone()[0])


with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
'''
RUN_ALEMBIC = """
import os

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

config = Config()
config.set_main_option("script_location", ".")
url = "postgresql+psycopg://postgres@/postgres?host=" + os.environ["AT"]
engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
command.upgrade(config, "a1")
with engine.connect() as connection:
    connection.exec_driver_sql("INSERT INTO orders (email, total) SELECT 'e', i FROM generate_series(1, 1500) i")
config.attributes["locks"] = []
command.upgrade(config, "head")
with engine.connect() as connection:
    invalid = connection.exec_driver_sql("SELECT count(*) FROM pg_constraint WHERE NOT convalidated").scalar()
    invalid += connection.exec_driver_sql("SELECT count(*) FROM pg_index WHERE NOT indisvalid").scalar()
    locked = bool(sum(config.attributes["locks"]))
    print(len(config.attributes["locks"]), locked, invalid, *connection.exec_driver_sql("SELECT count(DISTINCT token), count(DISTINCT x) FROM orders").one())
command.downgrade(config, "a1")
"""


@pytest.fixture
def server() -> Iterator[str]:
    for package in ("django", "alembic", "psycopg"):
        pytest.importorskip(package)
    with postgresql("SELECT 1") as folder:
        if folder is None:
            pytest.skip("PostgreSQL is not installed")
        yield str(folder)


def result_of(program: str, folder: Path, server: str, table: str = "") -> str:
    (folder / "run.py").write_text(program)
    command = [sys.executable, "run.py"]
    environment = {**os.environ, "AT": server, "TABLE": table}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("table", ["shop_order", "orders"])
def test_django(tmp_path: Path, server: str, table: str) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    migrations = tmp_path / "shop/migrations"
    migrations.mkdir(parents=True)
    for folder in (migrations, migrations.parent):
        (folder / "__init__.py").write_text("")
    (migrations / "0001_initial.py").write_text(FIRST_OF_DJANGO.replace("DB_TABLE", repr(table)))
    planned(tmp_path, "shop/migrations/0002_next.py", django(OPERATIONS))
    assert result_of(RUN_DJANGO, tmp_path, server, table) == "0 1500 1500"


@pytest.mark.parametrize("per_migration", [True, False])
def test_alembic(tmp_path: Path, server: str, per_migration: bool) -> None:
    """In one transaction the plan ends where it should, but tables are locked while constraints are validated."""
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text(ENVIRONMENT)
    (tmp_path / "versions/a1_first.py").write_text(FIRST_OF_ALEMBIC)
    operations = [one for one in ALEMBIC if "op.f(" not in one]
    planned(tmp_path, "versions/b2_next.py", alembic(operations))
    if not per_migration:
        (tmp_path / "env.py").write_text(ENVIRONMENT.replace(", transaction_per_migration=True", ""))
    assert result_of(RUN_ALEMBIC, tmp_path, server) == f"5 {not per_migration} 0 1500 1500"
