"""Sizes of tables: from the query, through the file, into findings."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from databases import mariadb, postgresql
from harness import Readlint

CONCISE = "--output-format=concise"
MIGRATION = """\
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Random


def fill(apps, schema_editor):
    apps.get_model("shop", "Order").objects.update(x=1)


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddIndex("order", models.Index(fields=["email"], name="i")),
        migrations.AddField("order", "x", models.FloatField(db_default=Random(), null=True)),
        migrations.AddConstraint("order", models.CheckConstraint(condition=models.Q(a__gt=0), name="c")),
        migrations.AddConstraint("order", models.UniqueConstraint(fields=["a"], name="u")),
        migrations.AddConstraint("order", models.ExclusionConstraint(name="e", expressions=[])),
        migrations.AlterField("order", "a", models.BigIntegerField(null=True)),
        migrations.AlterField("order", "b", models.IntegerField()),
        migrations.AlterField("order", "c", models.IntegerField(default=1)),
        migrations.RunSQL("UPDATE shop_order SET a = 1", migrations.RunSQL.noop),
        migrations.RunSQL("REINDEX TABLE shop_order", migrations.RunSQL.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddField("order", "y", models.ForeignKey("shop.User", models.CASCADE, null=True)),
        migrations.AddField("order", "z", models.IntegerField(default=1)),
        migrations.AddField("order", "w", models.PositiveIntegerField(default=1)),
        migrations.AddField("order", "v", models.UUIDField(default=make, unique=True)),
        migrations.RenameField("order", "email", "mail"),
    ]
"""
FIRST = """\
class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel("Order", [
            ("email", models.TextField()),
            ("a", models.IntegerField(null=True)),
            ("b", models.IntegerField(null=True)),
            ("c", models.IntegerField(null=True)),
        ]),
    ]
"""
SIZED = {"RL501", "RL503", "RL505", "RL506", "RL507", "RL508", "RL512", "RL513"}
SELECT = f"--select={','.join(sorted(SIZED))},RL504,RL510"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "shop" / "migrations"
    folder.mkdir(parents=True)
    (tmp_path / "readlint.toml").write_text("migrations.table-sizes = 'sizes.csv'\n")
    (folder / "0001_initial.py").write_text(f"from django.db import migrations, models\n\n\n{FIRST}")
    (folder / "0002_next.py").write_text(MIGRATION)
    return tmp_path


def sized(project: Path, rows: object, size: object) -> None:
    (project / "sizes.csv").write_text(f"schema,table,rows,bytes\npublic,shop_order,{rows},{size}\n")


def test_a_large_table_says_how_large_it_is(readlint: Readlint, project: Path) -> None:
    sized(project, 200_000_000, 48_000_000_000)
    found = json.loads(readlint("--output-format=json", SELECT, "shop").out)["findings"]
    told = {one["code"] for one in found if "(200 million rows, 48 GB)" in one["message"]}
    assert told == SIZED
    untold = [one["message"] for one in found if "(200 million" not in one["message"] and one["code"] in SIZED]
    assert all("is computed once" in message for message in untold), untold


def test_a_small_table_leaves_what_is_no_matter_of_time(readlint: Readlint, project: Path) -> None:
    sized(project, 200, 16_384)
    found = readlint(CONCISE, SELECT, "shop")
    assert set(found.codes) == {"RL504", "RL506", "RL510"}
    assert found.out.count("is computed once") == found.codes.count("RL506") == 1
    assert found.codes.count("RL504") == 3


def with_tables_of_other_names(project: Path, without: tuple[str, ...] = (".RunSQL", ".RunPython")) -> None:
    """The first migration calls them so; the second one, knows nothing of it."""
    first = project / "shop" / "migrations" / "0001_initial.py"
    owner = '            ("owner", models.ForeignKey("shop.User", models.CASCADE, db_constraint=False)),\n'
    named = first.read_text().replace("        ]),", f'{owner}        ], options={{"db_table": "orders"}}),')
    user = '        migrations.CreateModel("User", [], options={"db_table": "people"}),\n'
    first.write_text(named.replace("    operations = [\n", f"    operations = [\n{user}"))
    second = project / "shop" / "migrations" / "0002_next.py"
    kept = "".join(line for line in MIGRATION.splitlines(True) if not any(one in line for one in without))
    constrained = '        migrations.AlterField("order", "owner", models.ForeignKey("shop.User", models.CASCADE)),\n'
    second.write_text(kept.replace("    operations = [\n", f"    operations = [\n{constrained}"))


@pytest.mark.parametrize(
    ("rows", "codes"),
    [(200_000_000, SIZED - {"RL512"} | {"RL504", "RL510"}), (200, {"RL504", "RL506", "RL510"})],
)
def test_another_migration_may_name_the_table(readlint: Readlint, project: Path, rows: int, codes: set[str]) -> None:
    with_tables_of_other_names(project)
    (project / "sizes.csv").write_text(f"schema,table,rows,bytes\npublic,orders,{rows},{rows}\n")
    ran = readlint(CONCISE, SELECT, "shop")
    assert set(ran.codes) == codes
    assert "shop_" not in ran.out
    assert ("`orders` (200 million rows" in ran.out) == (rows > 200)
    assert ("`people`" in ran.out) == (rows > 200)


def test_a_table_may_have_a_schema(readlint: Readlint, project: Path) -> None:
    with_tables_of_other_names(project)
    first = project / "shop" / "migrations" / "0001_initial.py"
    first.write_text(first.read_text().replace('"orders"', "'sales\".\"orders'"))
    (project / "sizes.csv").write_text("schema,table,rows,bytes\nsales,orders,200000000,9\npublic,orders,1,9\n")
    assert "on `sales.orders` (200 million rows, 9 bytes)" in readlint(CONCISE, "--select=RL501", "shop").out


@pytest.mark.parametrize(("rows", "is_found"), [(200_000_000, True), (200, False)])
def test_code_may_write_such_a_table(readlint: Readlint, project: Path, rows: int, is_found: bool) -> None:
    with_tables_of_other_names(project, without=(".RunSQL",))
    (project / "sizes.csv").write_text(f"schema,table,rows,bytes\npublic,orders,{rows},{rows}\n")
    ran = readlint(CONCISE, "--select=RL512", "shop")
    assert ("of `Order` (200 million rows, 200 MB)" in ran.out) == is_found == bool(ran.codes)


def test_another_migration_may_name_the_small_table(readlint: Readlint, project: Path) -> None:
    with_tables_of_other_names(project)
    for table, is_found in (("orders", False), ("people", True)):
        (project / "readlint.toml").write_text(f"migrations.small-tables = ['{table}']\n")
        assert bool(readlint(CONCISE, SELECT, "shop", status=None).codes) == is_found


@pytest.mark.parametrize("database", ["postgresql", "mysql", "sqlite"])
def test_what_cannot_be_taken_back_is_said_of_any_size(readlint: Readlint, project: Path, database: str) -> None:
    sized(project, 200, 16_384)
    path = project / "shop" / "migrations" / "0001_initial.py"
    path.write_text(path.read_text().replace("(null=True)", "()"))
    operations = 'migrations.RemoveField("order", "a"), migrations.RenameField("order", "email", "mail")'
    text = f"{MIGRATION.partition('    operations')[0]}    operations = [{operations}]\n"
    (project / "shop" / "migrations" / "0002_next.py").write_text(text)
    codes = readlint(CONCISE, "--select=RL510,RL511", "--config", f"database = '{database}'", "shop").codes
    assert sorted(codes) == ["RL510", "RL511"]


def test_another_file_is_another_result(readlint: Readlint, project: Path) -> None:
    for rows, is_found in ((200, False), (200_000, True), ("", True), (200, False)):
        sized(project, rows, 16_384)
        for _ in range(2):
            assert ("RL501" in readlint(CONCISE, "shop").codes) == is_found
    (project / "sizes.csv").unlink()
    assert "readlint.toml: `migrations.table-sizes` names sizes.csv, which is not there" in readlint("shop").err
    (project / "sizes.csv").write_text("schema,table,rows,bytes\npublic,shop_order,many,1\n")
    assert "sizes.csv:2: `rows` must be a whole number" in readlint("shop", status=2).err


def test_settings_show_the_file(readlint: Readlint, project: Path) -> None:
    sized(project, 1, 1)
    shown = readlint("--show-settings", "shop", status=0).out
    assert f'migrations.table-sizes = "{project / "sizes.csv"}"  # readlint.toml' in shown


def test_the_query_is_that_of_the_database(readlint: Readlint, project: Path) -> None:
    (project / "readlint.toml").write_text("database = 'mysql'\n")
    assert "FROM information_schema.tables" in readlint("migrations", "sizes", status=0).out
    assert "FROM pg_class" in readlint("migrations", "sizes", "--database=postgresql", status=0).out
    ran = readlint("migrations", "sizes", "--database=sqlite", status=2)
    assert ran.err == "readlint: sqlite keeps no sizes of tables, and needs none: nothing is said of its locks\n"
    assert ran.out == ""


def test_a_folder_of_that_name_is_linted(readlint: Readlint, project: Path) -> None:
    (project / "readlint.toml").unlink()
    assert "the following arguments are required: action" in readlint("migrations", status=2).err
    os.rename(project / "shop" / "migrations", project / "migrations")
    assert "RL501" in readlint("migrations", CONCISE).codes
    assert "FROM pg_class" in readlint("migrations", "sizes", status=0).out


ROWS = ", ".join(f"({number})" for number in range(300))


@pytest.mark.real
def test_what_psql_gives_for_the_query_is_such_a_file(readlint: Readlint, project: Path) -> None:
    setup = f"""
        CREATE TABLE shop_order (id int); INSERT INTO shop_order VALUES {ROWS};
        CREATE SCHEMA sales; CREATE TABLE sales."Odd, ""name" (id int);
        CREATE TABLE day (id int) PARTITION BY RANGE (id);
        CREATE TABLE day_1 PARTITION OF day FOR VALUES FROM (0) TO (100);
        CREATE TABLE day_2 PARTITION OF day FOR VALUES FROM (100) TO (999);
        INSERT INTO day SELECT id FROM shop_order;
        CREATE TABLE fresh (id int);
        ANALYZE shop_order, day, day_1, day_2;
        INSERT INTO fresh VALUES (1)
    """
    query = readlint("migrations", "sizes", status=0).out
    with postgresql(setup) as folder:
        if folder is None:
            pytest.skip("PostgreSQL is not installed")
        command = ["psql", "--csv", "--no-psqlrc", "-h", str(folder), "-U", "postgres"]
        out = subprocess.run(command, input=query.encode(), check=True, capture_output=True).stdout
    (project / "sizes.csv").write_bytes(out)
    rows = [line.rpartition(",")[0] for line in out.decode().splitlines()]
    assert set(rows) >= {"schema,table,rows", "public,shop_order,300", "public,day,300", "public,day_2,200"}
    assert "public,fresh," in rows  # nobody has counted
    assert any(row.startswith('sales,"Odd, ""name",') for row in rows)
    assert "RL501" not in readlint(CONCISE, "shop").codes


@pytest.mark.real
def test_what_mysql_gives_for_the_query_is_such_a_file(readlint: Readlint, project: Path) -> None:
    query = readlint("migrations", "sizes", "--database=mysql", status=0).out
    tables = (
        f'CREATE TABLE shop_order (id int); INSERT INTO shop_order VALUES {ROWS}; CREATE TABLE `Odd, "name` (id int)'
    )
    with mariadb(f"{tables}; ANALYZE TABLE shop_order") as folder:
        if folder is None:
            pytest.skip("MariaDB is not installed")
        command = [shutil.which("mariadb") or "mysql", "--no-defaults", "-S", str(folder / "socket"), "-u", "root"]
        out = subprocess.run(
            [*command, "--batch", "--raw"], input=query.encode(), check=True, capture_output=True
        ).stdout
    (project / "sizes.csv").write_bytes(out)
    rows = out.decode().splitlines()
    assert rows[:2] == ["schema,table,rows,bytes", '"shop","Odd, ""name",0,16384']
    assert rows[2].startswith('"shop","shop_order",300,')
    assert "RL501" not in readlint(CONCISE, "shop").codes
