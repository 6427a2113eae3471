"""Finding packs: what readlint reads itself is what `importlib.metadata` says."""

from __future__ import annotations

import sys
import sysconfig
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from readlint.packs import GROUP, pack_names

STANDARD = sysconfig.get_path("stdlib")
POINTS = """
[console_scripts]
acme = acme:main

[readlint.rules]
# said = nothing
acme = acme_rules
 more=acme.more_rules

[readlint.rules.others]
wrong = wrong_rules
"""


def install(folder: Path, name: str, points: str) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.partition('-')[0]}\nVersion: 1\n")
    (folder / name / "entry_points.txt").write_text(points)


def named_by_python() -> list[str]:
    return sorted({entry.value for entry in entry_points(group=GROUP)})


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    standard = [folder for folder in sys.path if folder.startswith(STANDARD) and "site-packages" not in folder]
    monkeypatch.setattr(sys, "path", [*standard, *(str(tmp_path / name) for name in ("one", "two", "gone"))])
    install(tmp_path / "one", "acme-1.dist-info", POINTS)
    return sys.path


def test_those_of_this_environment() -> None:
    assert pack_names() == named_by_python()
    assert "readlint_rules" in pack_names()


def test_the_section_is_read_as_python_reads_it(path: list[str]) -> None:
    assert pack_names() == named_by_python() == ["acme.more_rules", "acme_rules"]


@pytest.mark.parametrize("name", ["Acme-2.dist-info", "acme-1.egg-info"])
def test_the_first_distribution_of_a_name_counts(path: list[str], tmp_path: Path, name: str) -> None:
    install(tmp_path / "two", name, "[readlint.rules]\nold = old_rules\n")
    assert pack_names() == named_by_python() == ["acme.more_rules", "acme_rules"]


def test_others_count_too(path: list[str], tmp_path: Path) -> None:
    install(tmp_path / "two", "Other.Pack-2.dist-info", "[readlint.rules]\nother = other_rules\n")
    install(tmp_path / "two", "plain-2.dist-info", "[console_scripts]\nplain = plain:main\n")
    (tmp_path / "two" / "old-1.egg-info").write_text("Name: old\n")
    assert pack_names() == named_by_python() == ["acme.more_rules", "acme_rules", "other_rules"]


def test_packs_in_an_archive(path: list[str], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as archive:
        archive.writestr("zipped-1.dist-info/entry_points.txt", "[readlint.rules]\nzipped = zipped_rules\n")
        archive.writestr("zipped-1.dist-info/METADATA", "Name: zipped\nVersion: 1\n")
    path.append(str(tmp_path / "pack.zip"))
    assert pack_names() == named_by_python()
    assert "zipped_rules" in pack_names()


def test_a_finder_of_somebody_else_is_asked(path: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Finder:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> None:
            return None

        @staticmethod
        def find_distributions(context: object = None) -> list[object]:
            asked.append(context)
            return []

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    assert pack_names() == ["acme.more_rules", "acme_rules"]
    assert asked
