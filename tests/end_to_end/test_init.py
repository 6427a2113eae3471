"""`readlint init`: what it finds, what it proposes, and that it never changes what is there."""

from __future__ import annotations

import io
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import BAD, Pack, Ran, Readlint

from readlint.cli import init, options
from readlint.start import write
from readlint.start.survey import survey

Lint = Callable[..., Ran]
BASELINE = "readlint-baseline.jsonl"
FILES = ["readlint.toml", ".pre-commit-config.yaml", ".github/workflows/readlint.yml"]


def make(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / re.sub("_(txt|toml|py)$", r".\1", name.replace("__", "/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(
    ("pyproject", "kind", "frameworks", "databases"),
    [
        (
            "[project]\ndependencies = ['Django>=5', 'psycopg[binary]>=3', 'celery']",
            "web",
            ["Django", "Celery"],
            ["PostgreSQL"],
        ),
        ("[project]\ndependencies = ['Celery~=5.4']", "worker", ["Celery"], []),
        ("[project.optional-dependencies]\nserver = ['fastapi', 'PyMySQL']", "web", ["FastAPI"], ["MySQL"]),
        ("[tool.poetry.dependencies]\nflask = '^3'\nasyncpg = '*'", "web", ["Flask"], ["PostgreSQL"]),
        ("[project.scripts]\nx = 'x:main'", "cli", [], []),
        ("[build-system]\nrequires = ['hatchling']", "library", [], []),
        ("[project]\ndependencies = ['flask-not', 'notdjango']", "auto", [], []),
        ("[project]\ndependencies = 'flask'\noptional-dependencies = 1", "auto", [], []),
        ("this is no TOML", "auto", [], []),
    ],
)
def test_what_it_finds(tmp_path: Path, pyproject: str, kind: str, frameworks: list[str], databases: list[str]) -> None:
    make(tmp_path, pyproject_toml=pyproject)
    found = survey(str(tmp_path))
    assert found.service_kind == kind
    assert [one.name for one in found.frameworks] == frameworks
    assert [(one.name, one.where) for one in found.databases] == [(name, "pyproject.toml") for name in databases]


ADD_INDEX = """\
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("app", "0001_first"), ("shop", "0002_second")]
    operations = [migrations.AddIndex("order", models.Index(fields=["email"], name="by_email"))]
"""


def test_requirements_and_migrations(tmp_path: Path) -> None:
    make(
        tmp_path,
        requirements_txt="# flask\n-r other.txt\ndjango == 5.1  # here\n",
        requirements__prod_txt="psycopg2-binary\nalembic",
        app__migrations__0001_first_py="",
        app__migrations__0002_second_py=ADD_INDEX,
        app__migrations__0002_other_py="dependencies = [('app', '0001_first')]",
        app__migrations__notes_py="",
        db__versions__a_py='revision: str = "1a"\ndown_revision = None\n',
        db__versions__b_py='revision = "2b"\ndown_revision: Union[str, None] = "1a"\n',
        db__versions__c_py='revision = "3c"\ndown_revision = "1a"\n',
        db__versions__d_py='revision = "4d"\ndown_revision = (\n    "2b",\n    "3c",\n)\n',
    )
    found = survey(str(tmp_path))
    assert [(one.name, one.where) for one in found.frameworks] == [("Django", "requirements.txt")]
    assert [(one.name, one.where) for one in found.databases] == [("PostgreSQL", "requirements/prod.txt")]
    assert [tuple(one) for one in found.migrations] == [
        ("Django", "app/migrations", ["app.0002_other", "app.0002_second"]),
        ("Alembic", "db/versions", ["4d"]),
    ]


def test_migrations_that_were_run_are_history(lint: Lint, tmp_path: Path) -> None:
    make(
        tmp_path,
        requirements_txt="django\npsycopg\n",
        app__migrations__0001_first_py="",
        app__migrations__0002_second_py=ADD_INDEX,
    )
    assert lint("--output-format=concise").codes == ["RL501"]
    lint("init", "--yes")
    assert 'start-after = ["app.0002_second"]' in (tmp_path / "readlint.toml").read_text()
    assert lint("--output-format=concise").codes == []
    make(tmp_path, app__migrations__0003_third_py=ADD_INDEX.replace("0001_first", "0002_second"))
    assert lint("--output-format=concise").codes == ["RL501"]


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [("psycopg", ""), ("pymysql", "database = 'mysql'"), ("oracledb", ""), ("pymysql\npsycopg", "")],
)
def test_the_database(lint: Lint, tmp_path: Path, requirements: str, expected: str) -> None:
    make(tmp_path, requirements_txt=requirements)
    lint("init", "--yes")
    text = (tmp_path / "readlint.toml").read_text()
    assert [line for line in text.splitlines() if line.startswith("database")] == [expected.replace("'", '"')] * bool(
        expected
    )


@pytest.mark.parametrize(
    ("path", "ci"),
    [(".github/x", "github"), (".gitlab-ci.yml", "gitlab"), ("azure-pipelines.yml", "azure"), ("setup.cfg", "github")],
)
def test_the_service_that_the_project_uses(tmp_path: Path, path: str, ci: str) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).touch()
    assert survey(str(tmp_path)).ci == ci


def test_what_it_writes_is_right(lint: Lint, tmp_path: Path) -> None:
    make(
        tmp_path,
        pyproject_toml="[project]\ndependencies = ['django', 'psycopg']",
        app__migrations__0001_a_py="",
        src__a_py=BAD,
    )
    ran = lint("init", "--yes")
    assert ran.status == 0
    assert ran.out.endswith(f"Wrote {', '.join([*FILES, BASELINE])}.\n")
    text = (tmp_path / "readlint.toml").read_text()
    assert (
        "#   Django (pyproject.toml)\n#   PostgreSQL (pyproject.toml)\n#   migrations of Django (app/migrations/)\n"
        in text
    )
    assert 'service-kind = "web"\n' in text
    shown = lint("--show-settings").out
    assert 'service-kind = "web"' in shown
    assert 'fail-on = "warning"' in shown
    assert lint("--output-format=concise", "--no-baseline").codes == ["RL101", "RL201", "RL106", "RL806"]
    assert lint("--output-format=concise").codes == []
    assert "src: src\n" in (tmp_path / FILES[2]).read_text()


@pytest.mark.parametrize(
    ("ci", "name"), [("gitlab", ".gitlab-ci.yml"), ("github", FILES[2]), ("azure", "azure-pipelines.yml")]
)
def test_the_files_of_services_are_yaml(tmp_path: Path, ci: str, name: str) -> None:
    yaml = pytest.importorskip("yaml")
    from readlint.start.files import proposals

    for proposal in proposals(survey(str(tmp_path))._replace(ci=ci)):
        if not proposal.path.endswith(".toml"):
            assert "readlint" in str(yaml.safe_load(proposal.text))
        for line in re.findall(r"readlint (-o .*)", proposal.text):
            options.parse(shlex.split(line))
    assert name in [proposal.path for proposal in proposals(survey(str(tmp_path))._replace(ci=ci))]


def test_each_is_shown_first_and_written_only_on_a_yes(lint: Lint, tmp_path: Path) -> None:
    ran = lint("init", stdin=b"y\nno\n")
    assert [name for name in FILES if (tmp_path / name).exists()] == ["readlint.toml"]
    assert ran.out.index("+++ b/readlint.toml") < ran.out.index("Write readlint.toml, the settings? [y/N]")
    assert ran.out.index("+++ b/.pre-commit") < ran.out.index("Write .pre-commit-config.yaml")
    assert ran.out.endswith("Wrote readlint.toml.\n")


def test_without_an_answer_nothing_is_written(lint: Lint, tmp_path: Path) -> None:
    ran = lint("init", stdin=b"")
    assert (ran.status, list(tmp_path.iterdir())) == (0, [])
    assert ran.out.endswith("Nothing was written.\n`readlint init --yes` writes without asking.\n")


def test_a_second_run_changes_nothing(lint: Lint, tmp_path: Path) -> None:
    lint("init", "--yes")
    before = {name: (tmp_path / name).read_bytes() for name in FILES}
    ran = lint("init", "--yes")
    assert ran.out.count("is there already and stays as it is.") == 3
    assert ran.out.endswith("Nothing was written.\n")
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == before


def test_what_belongs_into_a_file_that_is_there_is_shown(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / ".pre-commit-config.yaml").write_text("repos: []\n")
    (tmp_path / "pyproject.toml").write_text("[tool.readlint]\nfail-on = 'error'\n")
    ran = lint("init", "--yes")
    assert "pyproject.toml is there already and stays as it is.\n" in ran.out
    assert "      - id: readlint\n" in ran.out
    assert not (tmp_path / "readlint.toml").exists()
    assert (tmp_path / ".pre-commit-config.yaml").read_text() == "repos: []\n"


def test_the_baseline_is_shown_and_asked_for(lint: Lint, tmp_path: Path) -> None:
    make(tmp_path, src__a_py=BAD, b_py=BAD)
    ran = lint("init", stdin=b"no\nno\nno\nyes\n")
    question = f"Write {BASELINE}, the 8 findings in 2 files that are there now and fail no run? [y/N]"
    assert ran.out.index(f"+++ b/{BASELINE}\n") < ran.out.index('+["b.py", "RL101", ') < ran.out.index(question)
    assert ran.out.endswith(f"Wrote {BASELINE}.\n")
    written = (tmp_path / BASELINE).read_bytes()
    lint("baseline", "write")
    assert (tmp_path / BASELINE).read_bytes() == written
    (tmp_path / BASELINE).unlink()
    lint("init", stdin=b"no\nno\nno\nno\n")
    assert not (tmp_path / BASELINE).exists()


def test_the_baseline_counts_with_the_settings_that_were_written(lint: Lint, tmp_path: Path) -> None:
    make(tmp_path, requirements_txt="django\npsycopg\n", app__migrations__0001_first_py="")
    make(tmp_path, app__migrations__0002_second_py=ADD_INDEX)
    ran = lint("init", "--yes")
    assert "Nothing was found in the code, so there is no baseline to write." in ran.out
    assert not (tmp_path / BASELINE).exists()


def test_a_baseline_that_is_there_stays(lint: Lint, tmp_path: Path) -> None:
    make(tmp_path, a_py=BAD, app__b_py=BAD)
    (tmp_path / ".git").mkdir()
    lint("baseline", "write", "a.py")
    before = (tmp_path / BASELINE).read_bytes()
    assert f"{BASELINE} is there already and stays as it is." in lint("init", "--yes").out
    assert f"../{BASELINE} is there already and stays as it is." in lint("init", "--yes", "app").out
    assert (tmp_path / BASELINE).read_bytes() == before
    assert not (tmp_path / "app" / BASELINE).exists()


def test_the_baseline_of_another_folder(lint: Lint, tmp_path: Path) -> None:
    """Its paths count from there, whatever the current folder is, which stays the current one."""
    make(tmp_path, project__src__a_py=BAD, beside_py=BAD)
    assert lint("init", "--yes", "project").status == 0
    assert Path.cwd() == tmp_path
    assert '["src/a.py", "RL101", ' in (tmp_path / "project" / BASELINE).read_text()
    assert "beside" not in (tmp_path / "project" / BASELINE).read_text()


def test_of_a_long_baseline_the_beginning_is_shown(lint: Lint, tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"m{number:02}.py").write_text(BAD)
    ran = lint("init", "--yes")
    assert '+["m13.py", "RL' in ran.out
    assert '+["m15.py", "RL' not in ran.out
    assert re.search(r"\n\.\.\. and 24 more lines\n", ran.out)
    assert (tmp_path / BASELINE).read_text().count("\n") == 81


def test_the_baseline_and_a_rule_that_fails(readlint: Readlint, pack: Pack) -> None:
    """What the others found is offered, and the status says that something is missing."""
    pack.add("broken", "@RULE.on(ast.Module)\ndef check(node, ctx):\n    raise ValueError\n    yield")
    make(readlint.folder, a_py=BAD)
    ran = readlint("init", "--yes", status=2)
    assert "internal error" in ran.err
    assert (readlint.folder / BASELINE).read_text().count("\n") == 5


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_lead_nowhere(lint: Lint, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (project / ".github").symlink_to("../elsewhere")
    (project / "readlint.toml").symlink_to("../elsewhere/nowhere")
    ran = lint("init", "--yes", "project")
    assert ran.status == 2
    assert ".github/workflows/readlint.yml: cannot be written: its folder is a link out of the project" in ran.err
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_that_appears_meanwhile_and_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.toml"
    path.write_text("mine")
    with pytest.raises(write.UserError, match="is there already, and was left as it is"):
        write.create(str(path), "text", str(tmp_path))
    assert path.read_text() == "mine"

    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    def opened(name: str, mode: str) -> Full:
        Path(name).touch(exist_ok=False)
        return Full()

    monkeypatch.setattr(write, "open", opened, raising=False)
    with pytest.raises(write.UserError, match=r"b\.toml: cannot be written: No space left on device"):
        write.create(str(tmp_path / "b.toml"), "text", str(tmp_path))
    assert not (tmp_path / "b.toml").exists()


def test_names_that_want_to_be_settings(tmp_path: Path) -> None:
    """The name of a folder is text in a comment and in a string."""
    from readlint.start.files import proposals

    make(tmp_path, requirements_txt="django")
    folder = tmp_path / 'a"\nselect = []\n#' / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_a.py").touch()
    text = proposals(survey(str(tmp_path)))[0].text
    assert "\nselect" not in text


def test_the_folder_must_be_there(lint: Lint) -> None:
    ran = lint("init", "gone")
    assert (ran.status, ran.err) == (2, "readlint: gone: there is no such folder\n")
    assert init.parser().parse_args([]).folder == "."
