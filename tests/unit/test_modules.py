"""Which file a dotted name leads to."""

from __future__ import annotations

import pytest

from readlint.project.modules import Modules

FILES = (
    *("src/acme/__init__.py", "src/acme/obs.py", "src/acme/lib/__init__.py", "src/acme/lib/deep.py"),
    *(
        "src/acme/plain/inner.py",
        "manage.py",
        "tools/gen.py",
        "tests/test_obs.py",
        "src/acme/both.py",
        "src/acme/both/__init__.py",
    ),
)


@pytest.mark.parametrize(
    ("name", "asking", "expected"),
    [
        ("acme", "manage.py", ("src/acme/__init__.py", [])),
        ("acme.obs", "manage.py", ("src/acme/obs.py", [])),
        ("acme.obs.report", "manage.py", ("src/acme/obs.py", ["report"])),
        ("acme.report", "manage.py", ("src/acme/__init__.py", ["report"])),
        ("acme.lib.deep.A.f", "tests/test_obs.py", ("src/acme/lib/deep.py", ["A", "f"])),
        ("acme.plain.inner.f", "manage.py", ("src/acme/plain/inner.py", ["f"])),  # a folder without `__init__.py`
        ("manage.main", "src/acme/obs.py", ("manage.py", ["main"])),
        ("gen.f", "tools/other.py", ("tools/gen.py", ["f"])),
        ("tools.gen.f", "manage.py", ("tools/gen.py", ["f"])),
        ("obs.report", "manage.py", None),  # inside of a package
        ("requests.get", "manage.py", None),
        ("", "manage.py", None),
        (".obs.report", "src/acme/job.py", ("src/acme/obs.py", ["report"])),
        (".obs.report", "src/acme/__init__.py", ("src/acme/obs.py", ["report"])),
        (".report", "src/acme/job.py", ("src/acme/__init__.py", ["report"])),
        ("..obs.report", "src/acme/lib/deep.py", ("src/acme/obs.py", ["report"])),
        ("..lib.deep.f", "src/acme/lib/deep.py", ("src/acme/lib/deep.py", ["f"])),
        (".manage.f", "manage.py", ("manage.py", ["f"])),
        (".gen.f", "tools/gen.py", ("tools/gen.py", ["f"])),
        ("...acme.obs.f", "src/acme/lib/deep.py", ("src/acme/obs.py", ["f"])),
        (".....x", "src/acme/lib/deep.py", None),
        (".nowhere", "manage.py", None),
    ],
)
def test_names(name: str, asking: str, expected: tuple[str, list[str]] | None) -> None:
    assert Modules(FILES).find(name, asking) == expected


def test_two_packages_of_one_name() -> None:
    """As in a monorepo: the one around the asking file, or else none."""
    modules = Modules(
        ["a/src/acme/__init__.py", "a/src/acme/x.py", "b/src/acme/__init__.py", "b/src/acme/x.py", "c/run.py"]
    )
    assert modules.find("acme.x.f", "a/src/acme/y.py") == ("a/src/acme/x.py", ["f"])
    assert modules.find("acme.x.f", "b/src/acme/y.py") == ("b/src/acme/x.py", ["f"])
    assert modules.find("acme.x.f", "c/run.py") is None


def test_absolute_paths() -> None:
    modules = Modules(["/srv/acme/__init__.py", "/srv/acme/x.py"])
    assert modules.find("acme.x.f", "/srv/acme/y.py") == ("/srv/acme/x.py", ["f"])
    assert modules.find(".x.f", "/srv/acme/y.py") == ("/srv/acme/x.py", ["f"])


def test_a_list_of_which_only_some_are_there() -> None:
    """Two versions of a project share what is known of the list."""
    modules = Modules(FILES, lambda path: path != "src/acme/__init__.py")
    assert modules.find("acme.report", "manage.py") is None
    assert modules.find("obs.report", "manage.py") == ("src/acme/obs.py", ["report"])
    everything = modules.seen_by(lambda path: True)
    assert everything.find("acme.report", "manage.py") == ("src/acme/__init__.py", ["report"])
    assert everything.find("obs.report", "manage.py") is None
