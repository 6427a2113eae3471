"""What kind of project this is, read from the files that say what it depends on. Nothing is imported or run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from readlint.files.discovery import discover
from readlint.settings.documents import parse

#: Distribution -> its name for people, and the kind of service that depends on it.
FRAMEWORKS: Mapping[str, tuple[str, str]] = {
    "django": ("Django", "web"),
    "flask": ("Flask", "web"),
    "fastapi": ("FastAPI", "web"),
    "starlette": ("Starlette", "web"),
    "litestar": ("Litestar", "web"),
    "aiohttp": ("aiohttp", "web"),
    "sanic": ("Sanic", "web"),
    "tornado": ("Tornado", "web"),
    "celery": ("Celery", "worker"),
    "rq": ("RQ", "worker"),
    "dramatiq": ("Dramatiq", "worker"),
    "arq": ("arq", "worker"),
    "huey": ("Huey", "worker"),
}
DATABASES: Mapping[str, str] = {
    "psycopg": "PostgreSQL",
    "psycopg2": "PostgreSQL",
    "psycopg2-binary": "PostgreSQL",
    "asyncpg": "PostgreSQL",
    "mysqlclient": "MySQL",
    "pymysql": "MySQL",
    "aiomysql": "MySQL",
    "mysql-connector-python": "MySQL",
    "oracledb": "Oracle",
    "pyodbc": "SQL Server",
    "aiosqlite": "SQLite",
}
_REQUIREMENTS = re.compile(r"requirements[\w.-]*\.(?:txt|in)")
_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_DJANGO = re.compile(r"(?:^|.*/)migrations/\d{4}_\w+\.py")
_ALEMBIC = re.compile(r"(?:^|.*/)versions/\w+\.py")
_DEPENDENCY = re.compile(r"""\(\s*["'](\w+)["']\s*,\s*["'](\w+)["']\s*,?\s*\)""")
_REVISION = re.compile(r"""^revision\b[^=\n]*=\s*["'](\w+)["']""", re.MULTILINE)
_DOWN_REVISION = re.compile(r"^down_revision\b[^=\n]*=\s*(\([^)]*\)|[^\n]*)", re.MULTILINE)
_QUOTED = re.compile(r"""["'](\w+)["']""")
_LARGEST = 1_000_000  # bytes of a list of requirements


class Found(NamedTuple):
    """One thing that was found, and the file that says so."""

    name: str
    where: str


class Migrations(NamedTuple):
    """A folder of migrations."""

    name: str  # of what writes them
    where: str
    last: list[str]  # those that no other one follows, as the setting `migrations.start-after` has them


class Survey(NamedTuple):
    frameworks: list[Found]
    databases: list[Found]
    migrations: list[Migrations]
    service_kind: str  # one of the setting's choices
    because: str  # why it is that kind
    sources: str  # what to lint
    ci: str  # github, gitlab or azure


def survey(folder: str) -> Survey:
    """Look at the project in an absolute folder."""
    pyproject = _pyproject(folder)
    wanted = dict(reversed(list(_dependencies(folder, pyproject))))  # the first file that names one counts
    frameworks = [Found(FRAMEWORKS[name][0], wanted[name]) for name in FRAMEWORKS if name in wanted]
    databases = {DATABASES[name]: wanted[name] for name in DATABASES if name in wanted}
    kind, because = _kind(wanted, pyproject, folder)
    return Survey(
        frameworks,
        [Found(name, where) for name, where in databases.items()],
        list(_migrations(folder, wanted)),
        kind,
        because,
        "src" if os.path.isdir(os.path.join(folder, "src")) else ".",
        _ci(folder),
    )


def _pyproject(folder: str) -> Mapping[str, object]:
    try:
        return parse("\n".join(_lines(os.path.join(folder, "pyproject.toml"))))
    except (ValueError, RecursionError):  # it says nothing then; whose it is will say so
        return {}


def _dependencies(folder: str, pyproject: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Each distribution that the project asks for, with the file that does."""
    for text in _of_pyproject(pyproject):
        yield from _named(text, "pyproject.toml")
    for place in (folder, os.path.join(folder, "requirements")):
        for name in sorted(os.listdir(place)) if os.path.isdir(place) else ():
            if _REQUIREMENTS.fullmatch(name) or (place != folder and name.endswith((".txt", ".in"))):
                path = os.path.join(place, name)
                for line in _lines(path):
                    yield from _named(line, os.path.relpath(path, folder))
    for line in _lines(os.path.join(folder, "setup.cfg")):
        yield from _named(line, "setup.cfg")


def _of_pyproject(data: Mapping[str, object]) -> Iterator[str]:
    project = _table(data, "project")
    for group in (project.get("dependencies"), *_table(project, "optional-dependencies").values()):
        yield from (text for text in (group if isinstance(group, list) else ()) if isinstance(text, str))
    yield from _table(_table(_table(data, "tool"), "poetry"), "dependencies")


def _table(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _named(text: str, where: str) -> Iterator[tuple[str, str]]:
    match = _NAME.match(text)
    if match:
        yield re.sub(r"[-_.]+", "-", match[1]).lower(), where


def _lines(path: str) -> list[str]:
    if not os.path.isfile(path) or os.path.getsize(path) > _LARGEST:
        return []
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def _kind(wanted: Mapping[str, str], pyproject: Mapping[str, object], folder: str) -> tuple[str, str]:
    for kind in ("web", "worker"):
        for name, (shown, its_kind) in FRAMEWORKS.items():
            if its_kind == kind and name in wanted:
                return kind, f"{shown} in {wanted[name]}"
    if _table(_table(pyproject, "project"), "scripts"):
        return "cli", "scripts in pyproject.toml"
    if "build-system" in pyproject or os.path.exists(os.path.join(folder, "setup.py")):
        return "library", "it is built as a package and has no service's framework"
    return "auto", ""


def _migrations(folder: str, wanted: Mapping[str, str]) -> Iterator[Migrations]:
    """The folders of migrations, by what writes such files."""
    files = [os.path.relpath(path, folder).replace(os.sep, "/") for path in discover([folder]).files]
    kinds = [("Django", _DJANGO, _last_of_django)] if "django" in wanted else []
    if "alembic" in wanted or os.path.exists(os.path.join(folder, "alembic.ini")):
        kinds.append(("Alembic", _ALEMBIC, _last_of_alembic))
    for name, pattern, last in kinds:
        here = [path for path in files if pattern.fullmatch(path)]
        for place in sorted(set(map(os.path.dirname, here))):
            texts = {
                path: "\n".join(_lines(os.path.join(folder, path))) for path in here if os.path.dirname(path) == place
            }
            yield Migrations(name, place, last(place, texts))


def _last_of_django(place: str, texts: Mapping[str, str]) -> list[str]:
    """Those of an app that no other one of it depends on, as `app.0042_name`."""
    app = os.path.basename(os.path.dirname(place))
    needed = {name for text in texts.values() for its_app, name in _DEPENDENCY.findall(text) if its_app == app}
    names = sorted(os.path.basename(path).removesuffix(".py") for path in texts)
    return [f"{app}.{name}" for name in names if name not in needed]


def _last_of_alembic(place: str, texts: Mapping[str, str]) -> list[str]:
    """The revisions that no other one revises."""
    needed = {
        name for text in texts.values() for value in _DOWN_REVISION.findall(text) for name in _QUOTED.findall(value)
    }
    return sorted({name for text in texts.values() for name in _REVISION.findall(text)} - needed)


def _ci(folder: str) -> str:
    """The service that the project uses; GitHub's where nothing shows."""
    if os.path.isdir(os.path.join(folder, ".github")):
        return "github"
    names = {"gitlab": ".gitlab-ci.yml", "azure": "azure-pipelines.yml"}
    return next((ci for ci, name in names.items() if os.path.exists(os.path.join(folder, name))), "github")
