"""The files that a project starts with, as texts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from readlint import __version__
from readlint.settings.schema import SETTINGS, quoted
from readlint.start.survey import Survey


class Proposal(NamedTuple):
    """A file that the project should have, and what it is for."""

    path: str
    text: str
    purpose: str


def proposals(found: Survey) -> list[Proposal]:
    ci = {"github": _github, "gitlab": _gitlab, "azure": _azure}[found.ci](found)
    return [
        Proposal("readlint.toml", _settings(found), "the settings"),
        Proposal(
            ".pre-commit-config.yaml", _PRE_COMMIT.format(version=__version__), "a hook that lints what is committed"
        ),
        ci,
    ]


def _settings(found: Survey) -> str:
    return "\n".join([*_introduction(found), "", *_values(found)]) + "\n"


def _introduction(found: Survey) -> Iterator[str]:
    yield "# Settings of readlint; `readlint settings` explains all of them."
    seen = [f"{one.name} ({one.where})" for one in (*found.frameworks, *found.databases)]
    seen += [f"migrations of {one.name} ({one.where}/)" for one in found.migrations]
    if seen:
        yield "# Found in this project:"
        yield from (f"#   {_plain(text)}" for text in seen)


def _values(found: Survey) -> Iterator[str]:
    if found.service_kind != SETTINGS["service-kind"].default:
        yield f"# Some rules hold for long-running services only: {_plain(found.because)}."
        yield f"service-kind = {quoted(found.service_kind)}"
        yield ""
    yield "# Notes are shown, but only warnings and errors fail a run."
    yield 'fail-on = "warning"'
    database = _DATABASES.get(found.databases[0].name) if len(found.databases) == 1 else None
    if database and database != SETTINGS["database"].default:
        yield ""
        yield f"database = {quoted(database)}"
    last = [name for one in found.migrations for name in one.last]
    if last:
        yield ""
        yield "[migrations]"
        yield "# Migrations that were run are history: nothing is said of these, and of those before them."
        yield f"start-after = [{', '.join(map(quoted, last))}]"


#: Those that there is a choice for, by their names for people.
_DATABASES = {"PostgreSQL": "postgresql", "MySQL": "mysql", "SQLite": "sqlite"}


def _plain(text: str) -> str:
    """As it can stand in a comment."""
    return quoted(text)[1:-1]


_PRE_COMMIT = """\
repos:
  - repo: https://github.com/readlint/readlint
    rev: v{version}
    hooks:
      - id: readlint
"""


def _github(found: Survey) -> Proposal:
    text = _GITHUB.format(src=found.sources)
    return Proposal(".github/workflows/readlint.yml", text, "a workflow that lints every pull request")


def _gitlab(found: Survey) -> Proposal:
    return Proposal(".gitlab-ci.yml", _GITLAB.format(src=found.sources), "a job that lints every merge request")


def _azure(found: Survey) -> Proposal:
    return Proposal("azure-pipelines.yml", _AZURE.format(src=found.sources), "steps that lint every build")


_GITHUB = """\
name: readlint
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
  security-events: write # to upload the log
jobs:
  readlint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: readlint/readlint@v0
        id: readlint
        with:
          src: {src}
      - uses: github/codeql-action/upload-sarif@v3
        if: always() && steps.readlint.outputs.sarif-file != ''
        with:
          sarif_file: ${{{{ steps.readlint.outputs.sarif-file }}}}
          category: readlint
"""
_GITLAB = """\
readlint:
  image: python:3.14
  script:
    - pip install readlint
    - readlint -o gitlab=gl-code-quality-report.json -o text=- {src}
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
"""
_AZURE = """\
steps:
  - task: UsePythonVersion@0
    inputs:
      versionSpec: "3.x"
  - script: pip install readlint
  - script: readlint -o azure=- {src}
"""


def settings_exist(folder: str) -> str:
    """The settings file that the project has; empty if none."""
    from readlint.settings.documents import Documents
    from readlint.settings.load import NAMES

    documents = Documents(folder)
    for name in NAMES:
        document = documents.get(os.path.join(folder, name))
        if document is not None and document.table is not None:
            return name
    return ""
