"""RL509 in diff mode: code that the commit compared with still had is what runs beside the new schema."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import Ran, git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

Lint = Callable[..., Ran]
SINCE = "--new-from=HEAD"
MODELS = """\
from django.db import models


class Order(models.Model):
    name = models.TextField()
    fax = models.TextField(null=True)


class Visit(models.Model):
    place = models.TextField()
"""
WITHOUT_FAX = MODELS.replace("    fax = models.TextField(null=True)\n", "")
FAX = 'migrations.RemoveField("order", "fax")'
STATE = f"migrations.SeparateDatabaseAndState(state_operations=[{FAX}])"
DROP = 'migrations.RunSQL("ALTER TABLE shop_order DROP COLUMN fax", migrations.RunSQL.noop)'
TOGETHER = "error: The same change takes `fax` out of `Order` and drops it from `shop_order`"
WARNED = "warning: Instances of the release before fail from this drop of `fax`"


def django(after: str, *operations: str) -> str:
    listed = ", ".join(operations)
    dependencies = [("shop", after)] if after else []
    return (
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        f"    dependencies = {dependencies}\n    operations = [{listed}]\n"
    )


CREATED = (
    'migrations.CreateModel("Order", [("name", models.TextField()), ("fax", models.TextField(null=True))])',
    'migrations.CreateModel("Visit", [("place", models.TextField())])',
)


def write(folder: Path, **files: str) -> None:
    """`shop__models` is `shop/models.py`; an empty text takes the file away."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        if text:
            path.write_text(text)
        else:
            path.unlink()


def found(lint: Lint, *arguments: str) -> list[str]:
    """`path: severity: message` of each finding."""
    out = lint("--select=RL509", "--output-format=json-lines", *arguments).out
    return [f"{one['path']}: {one['severity']}: {one['message']}" for one in map(json.loads, out.splitlines())]


def commit(folder: Path) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    write(tmp_path, shop__models=MODELS, shop__migrations__m1=django("", *CREATED))
    commit(tmp_path)
    return tmp_path


def test_the_model_has_the_field_at_the_base(project: Path, lint: Lint) -> None:
    write(project, shop__models=WITHOUT_FAX, shop__migrations__m2=django("m1", FAX))
    (said,) = since = found(lint, SINCE)
    assert said.startswith(f"shop/migrations/m2.py: {TOGETHER}")
    assert "First remove the field in `state_operations` of a `SeparateDatabaseAndState`" in said
    git(project, "add", "-A")
    assert found(lint, "--staged") == since
    git(project, "commit", "-q", "-m", "x")
    assert found(lint, "--new-from-merge-base=HEAD~1") == since
    assert found(lint, SINCE) == []


def test_without_a_base_it_is_a_question(project: Path, lint: Lint) -> None:
    write(project, shop__models=WITHOUT_FAX, shop__migrations__m2=django("m1", FAX))
    for _ in range(2):  # whatever a run remembers is right for the next, with a base and without
        plain = found(lint, "--cache-dir=.kept")
        assert [WARNED in said for said in plain] == [True]
        assert [TOGETHER in said for said in found(lint, "--cache-dir=.kept", SINCE)] == [True]
    shutil.rmtree(project / ".git")
    assert found(lint, "--no-cache") == plain


def test_another_base_is_another_answer(project: Path, lint: Lint) -> None:
    first = git(project, "rev-parse", "HEAD")
    write(project, shop__models=WITHOUT_FAX)
    second = commit(project)
    write(project, shop__migrations__m2=django("m1", FAX))
    for _ in range(2):
        assert [TOGETHER in said for said in found(lint, "--cache-dir=.kept", f"--new-from={first}")] == [True]
        assert [WARNED in said for said in found(lint, "--cache-dir=.kept", f"--new-from={second}")] == [True]


def test_a_model_that_goes(project: Path, lint: Lint) -> None:
    write(
        project,
        shop__models=MODELS.partition("\n\n\nclass Visit")[0],
        shop__migrations__m2=django("m1", 'migrations.DeleteModel("Visit")'),
    )
    (said,) = found(lint, SINCE)
    assert "error: The same change takes `Visit` out of the code and drops `shop_visit`" in said


def test_a_model_that_still_has_the_field(project: Path, lint: Lint) -> None:
    write(project, shop__migrations__m2=django("m1", FAX))
    assert "error: `Order` still maps `fax`" in found(lint, SINCE)[0]


def test_a_column_that_has_to_be_filled(project: Path, lint: Lint) -> None:
    """Code without it could not insert rows while it is there."""
    write(
        project,
        shop__models=MODELS.replace("    name = models.TextField()\n", ""),
        shop__migrations__m2=django("m1", 'migrations.RemoveField("order", "name")'),
    )
    (said,) = found(lint, SINCE)
    assert "error: The same change takes `name` out of `Order`" in said
    assert "It is NOT NULL without a default: make it nullable, then remove the field in `state_operations`" in said


def test_two_steps(project: Path, lint: Lint) -> None:
    write(project, shop__models=WITHOUT_FAX, shop__migrations__m2=django("m1", STATE))
    assert found(lint, SINCE) == []
    commit(project)
    write(project, shop__migrations__m3=django("m2", DROP))
    assert found(lint, SINCE) == []
    # Both in one change are no two steps.
    assert [TOGETHER in said for said in found(lint, "--new-from=HEAD~1")] == [True]
    assert found(lint) == []


def test_a_field_that_is_only_marked_as_one_to_go(project: Path, lint: Lint) -> None:
    deprecated = MODELS.replace("models.TextField(null=True)", "deprecate_field(models.TextField(null=True))")
    write(project, shop__models=deprecated)
    commit(project)
    write(project, shop__models=WITHOUT_FAX, shop__migrations__m2=django("m1", FAX))
    assert [WARNED in said for said in found(lint, SINCE)] == [True]


def test_what_the_change_itself_has_made(project: Path, lint: Lint) -> None:
    added = 'migrations.AddField("order", "zip", models.TextField(null=True))'
    made = 'migrations.CreateModel("Draft", [("text", models.TextField())])'
    gone = ('migrations.RemoveField("order", "zip")', 'migrations.DeleteModel("Draft")')
    write(
        project,
        shop__migrations__m2=django("m1", added, made),
        shop__migrations__m3=django("m2", 'migrations.RemoveField("draft", "text")', *gone),
    )
    assert found(lint, SINCE) == []
    write(project, shop__migrations__m3="")
    commit(project)
    write(project, shop__migrations__m3=django("m2", *gone))
    assert len(found(lint, SINCE)) == 2


def test_a_migration_that_has_been_shipped(project: Path, lint: Lint) -> None:
    write(project, shop__migrations__m2=django("m1", FAX))
    commit(project)
    write(project, shop__models=WITHOUT_FAX)
    assert found(lint, SINCE) == []
    write(project, shop__migrations__m2=django("m1", FAX + "  # sic\n"))
    assert [WARNED in said for said in found(lint, SINCE)] == [True]
    # By another name, as after a conflict of numbers, it is still the same.
    write(project, shop__migrations__m2="", shop__migrations__m3=django("m1", FAX + "  # sic\n"))
    assert [WARNED in said for said in found(lint, SINCE)] == [True]


def test_models_that_had_another_name(project: Path, lint: Lint) -> None:
    write(project, shop__models="", shop__models__orders=WITHOUT_FAX, shop__migrations__m2=django("m1", FAX))
    assert [TOGETHER in said for said in found(lint, SINCE)] == [True]


def test_models_that_were_not_there(project: Path, lint: Lint) -> None:
    write(project, shop__models="")
    commit(project)
    write(project, shop__models=WITHOUT_FAX, shop__migrations__m2=django("m1", FAX))
    assert [WARNED in said for said in found(lint, SINCE)] == [True]


@pytest.mark.parametrize(("head", "said"), [(b"# coding: latin-1\n# caf\xe9\n", TOGETHER), (b"# caf\xe9\n", WARNED)])
def test_how_the_models_were_encoded(project: Path, lint: Lint, head: bytes, said: str) -> None:
    (project / "shop" / "models.py").write_bytes(head + MODELS.encode())
    commit(project)
    write(project, shop__models=WITHOUT_FAX, shop__migrations__m2=django("m1", FAX))
    assert [said in one for one in found(lint, SINCE)] == [True]


def test_models_that_the_settings_leave_out(project: Path, lint: Lint) -> None:
    write(project, shop__models=WITHOUT_FAX, shop__migrations__m2=django("m1", FAX))
    assert [WARNED in said for said in found(lint, SINCE, '--config=exclude=["models.py"]')] == [True]
    assert [TOGETHER in said for said in found(lint, SINCE, "shop/migrations")] == [True]


def test_a_shallow_clone(
    project: Path, lint: Lint, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, other="x = 1\n")
    commit(project)
    clone = tmp_path_factory.mktemp("clones") / "clone"
    git(project, "clone", "-q", "--depth=1", f"file://{project}", str(clone))
    monkeypatch.chdir(clone)
    write(clone, shop__models=WITHOUT_FAX, shop__migrations__m2=django("m1", FAX))
    assert [TOGETHER in said for said in found(lint, SINCE)] == [True]
    ran = lint("--select=RL509", "--new-from=HEAD~1")
    assert (ran.status, ran.out) == (2, "")
    assert "git fetch --unshallow" in ran.err


def test_a_submodule_is_a_project_of_its_own(
    project: Path, lint: Lint, tmp_path_factory: pytest.TempPathFactory
) -> None:
    inner = tmp_path_factory.mktemp("inner")
    git(inner, "init", "-q", "-b", "main")
    write(inner, models=MODELS, migrations__m1=django("", *CREATED))
    commit(inner)
    git(project, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "vendored")
    commit(project)
    write(project / "vendored", models=WITHOUT_FAX)
    write(project, shop__models=WITHOUT_FAX, shop__migrations__m2=django("m1", FAX))
    assert [said.startswith(f"shop/migrations/m2.py: {TOGETHER}") for said in found(lint, SINCE)] == [True]


ORDERS = """\
from sqlalchemy.orm import Mapped, mapped_column


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    fax: Mapped[str]
"""


def test_alembic(project: Path, lint: Lint) -> None:
    first = "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = 'a1'\ndown_revision = None\n\n\n"
    first += "def upgrade():\n    op.create_table('orders', sa.Column('fax', sa.Text()), sa.Column('zip', sa.Text()))\n"
    write(project, app__tables=ORDERS, versions__a1=first)
    commit(project)
    second = first.replace("None", "'a1'").replace("'a1'\nd", "'b2'\nd").partition("    op.")[0]
    write(
        project,
        app__tables=ORDERS.replace("    fax: Mapped[str]\n", ""),
        versions__b2=second + "    op.drop_column('orders', 'fax')\n    op.drop_column('orders', 'zip')\n",
    )
    fax, other = found(lint, SINCE)
    assert "error: The same change takes `fax` out of `Order` and drops it from `orders`" in fax
    assert fax.endswith("First deploy code without it, and drop the column in a later migration.")
    assert "warning: Instances of the release before fail from this drop of `zip`" in other


def test_a_class_that_stays_and_is_not_used(project: Path, lint: Lint) -> None:
    """It is not taken out of the code either."""
    revision = 'from alembic import op\n\nrevision = "{}"\ndown_revision = {}\n\n\ndef upgrade():\n    {}\n'
    mapped = 'class Visit(Base):\n    __tablename__ = "visits"\n    place = Column(Text)\n'
    made = revision.format("a1", None, 'op.create_table("visits")')
    write(project, app__tables=f"from sqlalchemy import Column, Text\n\n\n{mapped}", versions__a1=made)
    commit(project)
    write(project, versions__b2=revision.format("b2", '"a1"', 'op.drop_column("visits", "place")'))
    assert ["warning: Instances" in said for said in found(lint, SINCE)] == [True]
    write(project, app__tables="from sqlalchemy import Column, Text\n")
    assert ["error: The same change takes `place`" in said for said in found(lint, SINCE)] == [True]
