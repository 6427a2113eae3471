"""Which files a run looks at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from readlint.errors import UserError
from readlint.files import discovery as module
from readlint.files.discovery import Discovery, discover


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is the current folder."""
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    return project


def make(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("")


def ignore(root: Path, folder: str, *lines: str) -> None:
    (root / folder).mkdir(parents=True, exist_ok=True)
    (root / folder / ".gitignore").write_text("\n".join(lines))


def files(*paths: str, **options: object) -> list[str]:
    return discover(paths or ["."], **options).files  # type: ignore[arg-type]


# What counts as a Python file


def test_python_files_in_order(tree: Path) -> None:
    make(tree, "b.py", "a/z.pyi", "a/a.py", "c.txt", "d.ipynb", "e", "f.pyc", ".hidden/g.py", "a.b/h.py", "py")
    (tree / "e").write_text("#!/usr/bin/env python3\n")
    assert files() == [".hidden/g.py", "a.b/h.py", "a/a.py", "a/z.pyi", "b.py"]


def test_a_file_given_by_name_may_be_called_anything(tree: Path) -> None:
    make(tree, "script", "a.txt")
    assert files("script", "a.txt") == ["a.txt", "script"]


def test_a_notebook_is_not_linted(tree: Path) -> None:
    make(tree, "a.ipynb")
    found = discover(["a.ipynb"])
    assert (found.files, found.warnings) == ([], ["a.ipynb: skipped, no rule that is on reads notebooks"])


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="this system's file names are text")
def test_strange_names_survive(tree: Path) -> None:
    strange = ["a\nb.py", "😀/é.py", os.fsdecode(b"x\xff/y\xfe.py"), " .py", "-x.py", "a\\b.py"]
    make(tree, *strange)
    assert files() == sorted(strange)
    assert files(*strange) == sorted(strange)


# How files are shown


def test_what_is_outside_is_shown_absolute(tree: Path) -> None:
    make(tree.parent, "other/a.py", "projects/b.py")
    outside = str(tree.parent)
    assert files("../other", f"{outside}/projects/b.py") == [f"{outside}/other/a.py", f"{outside}/projects/b.py"]


def test_what_is_inside_is_shown_relative(tree: Path) -> None:
    make(tree, "src/a.py", "src/b.py", "src/c/d.py")
    assert files(str(tree / "src" / "a.py"), "./src//b.py", "src/../src/c/") == ["src/a.py", "src/b.py", "src/c/d.py"]
    assert files(str(tree)) == files("src/c/..") == ["src/a.py", "src/b.py", "src/c/d.py"]


def test_a_link_to_the_current_folder_is_the_current_folder(tree: Path) -> None:
    make(tree, "src/a.py")
    (tree.parent / "link").symlink_to(tree)
    assert files(str(tree.parent / "link" / "src" / "a.py")) == ["src/a.py"]


def test_a_file_is_listed_once(tree: Path) -> None:
    make(tree, "src/a.py", "src/b/c.py")
    assert files("src/a.py", "./src/a.py", "src", str(tree / "src"), "src/b", ".") == ["src/a.py", "src/b/c.py"]


# Links and special files


def test_links_to_folders_are_followed_only_when_given(tree: Path) -> None:
    make(tree, "real/a.py")
    (tree / "link").symlink_to("real")
    (tree / "real" / "loop").symlink_to("..")
    assert files() == ["real/a.py"]
    assert files("link") == ["link/a.py"]
    assert files("link", ".") == ["link/a.py"]


def test_a_link_counts_where_its_file_does_not(tree: Path) -> None:
    make(tree, "z.py", "hidden.txt", "data.txt")
    for name, target in [("a.py", "z.py"), ("b.py", "hidden.txt"), ("c.py", "hidden.txt"), ("d.py", "data.txt")]:
        (tree / name).symlink_to(target)
    assert files() == ["b.py", "d.py", "z.py"]
    assert files("a.py") == ["a.py"]
    assert files("a.py", "z.py") == ["z.py"]


def test_a_link_out_of_the_folders_counts_only_when_given(tree: Path) -> None:
    make(tree, "src/a.py", "lib/b.py", "../outside.py")
    (tree / "src" / "in.py").symlink_to("../lib/b.py")
    (tree / "src" / "out.py").symlink_to("../../outside.py")
    assert files() == ["lib/b.py", "src/a.py"]
    assert files("src", "lib") == ["lib/b.py", "src/a.py"]
    found = discover(["src"])
    assert found.files == ["src/a.py"]
    text = "skipped, a link to a file outside of the folders that are linted"
    assert sorted(found.warnings) == [f"src/in.py: {text}", f"src/out.py: {text}"]
    assert files("src/out.py") == ["src/out.py"]


def test_links_to_nowhere(tree: Path) -> None:
    (tree / ".#a.py").symlink_to("user@host.1:2")
    (tree / "loop.py").symlink_to("loop.py")
    (tree / "folder.py").symlink_to(".")
    found = discover(["."])
    assert (found.files, found.warnings) == ([], ["loop.py: skipped, a loop of symbolic links"])


def test_a_folder_that_is_called_like_a_file(tree: Path) -> None:
    make(tree, "a.py/b.py")
    assert files() == ["a.py/b.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this system's file tree")
def test_pipes_are_passed_by_unless_given(tree: Path) -> None:
    os.mkfifo(tree / "a.py")
    os.mkfifo(tree / ".gitignore")
    os.mkfifo(tree / ".git")
    assert files() == []
    assert files("a.py") == ["a.py"]


# What goes wrong


@pytest.mark.parametrize("path", ["no.py", "", "a.py/b.py", "loop", "a\0b", "\ud800"])
def test_a_path_that_does_not_exist(tree: Path, path: str) -> None:
    make(tree, "a.py")
    (tree / "loop").symlink_to("loop")
    with pytest.raises(UserError) as caught:
        discover([path])
    assert caught.value.path == path


def scandir_failing_at(folder: str, error: OSError, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def scandir(path: str) -> object:
        if path == folder:
            raise error
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)


def test_a_folder_that_cannot_be_read(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tree, "a.py", "shut/b.py")
    scandir_failing_at("shut", PermissionError(13, "Permission denied"), monkeypatch)
    found = discover(["."])
    assert found.files == ["a.py"]
    assert found.warnings == ["shut: skipped, the folder cannot be read: Permission denied"]
    assert found.folders == [".", "shut"]


def test_a_folder_that_vanishes(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tree, "a.py", "gone/b.py")
    scandir_failing_at("gone", FileNotFoundError(2, "No such file"), monkeypatch)
    found = discover(["."])
    assert (found.files, found.warnings, found.folders) == (["a.py"], [], ["."])


def test_a_current_folder_that_vanished(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(os, "getcwd", fail)
    with pytest.raises(UserError, match="does not exist any more"):
        module.current_folder()


def test_deep_folders(tree: Path) -> None:
    deep = "/".join(["d"] * 900)
    os.makedirs(deep)
    make(tree, f"{deep}/a.py")
    assert files() == [f"{deep}/a.py"]


# Excludes


def test_the_usual_excludes(tree: Path) -> None:
    make(tree, "a.py", "build/b.py", "src/venv/c.py", "src/x.egg-info/d.py", ".git/e.py", "src/build.py")
    assert files() == ["a.py", "src/build.py"]
    assert files(excludes=[]) == ["a.py", "build/b.py", "src/build.py", "src/venv/c.py", "src/x.egg-info/d.py"]


def test_excludes_are_relative_to_their_root(tree: Path) -> None:
    make(tree, "sub/gen/a.py", "sub/sub/gen/b.py", "sub/c_pb2.py", "sub/keep_pb2.py")
    patterns = ["/gen/", "*_pb2.py", "!keep_pb2.py"]
    assert files("sub", root="sub", excludes=patterns) == ["sub/keep_pb2.py", "sub/sub/gen/b.py"]
    assert files("sub", root=".", excludes=["sub/gen"]) == ["sub/c_pb2.py", "sub/keep_pb2.py", "sub/sub/gen/b.py"]


def test_an_excluded_folder_is_not_entered(tree: Path) -> None:
    make(tree, "gen/a.py", "gen/b/c.py")
    found = discover(["."], excludes=["gen", "!gen/b/c.py"])
    assert (found.files, found.folders) == ([], ["."])


def test_what_is_given_is_taken(tree: Path) -> None:
    make(tree, "build/a.py", "build/venv/b.py", "build/b/c.py")
    ignore(tree, ".", "*.py")
    assert files("build/a.py") == ["build/a.py"]
    (tree / ".gitignore").unlink()
    assert files("build") == ["build/a.py", "build/b/c.py"]


@pytest.mark.parametrize("given", ["build/a.py", "build", "build/b", "build/b/c.py", "gen/d.py", "gen", "ignored/e.py"])
def test_unless_excludes_are_forced(tree: Path, given: str) -> None:
    make(tree, "build/a.py", "build/b/c.py", "gen/d.py", "ignored/e.py")
    ignore(tree, ".", "ignored/")
    assert files(given)
    assert files(given, "gen", excludes=["build", "gen/"], force_exclude=True) == []


def test_forced_excludes_leave_the_rest(tree: Path) -> None:
    make(tree, "src/a.py", "src/b.py")
    ignore(tree, "src", "b.py")
    assert files("src/a.py", "src/b.py", force_exclude=True) == ["src/a.py"]
    assert files("src/a.py", "src/b.py", force_exclude=True, respect_gitignore=False) == ["src/a.py", "src/b.py"]


def test_folders_above_the_root_are_not_excluded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "build/project/a.py")
    monkeypatch.chdir(tmp_path / "build" / "project")
    assert files("a.py", ".", force_exclude=True) == ["a.py"]


# Ignore files


def test_nested_ignore_files(tree: Path) -> None:
    make(tree, "a.py", "x/a.py", "x/y/a.py", "x/y/b.py", "x/gen/a.py", "gen/a.py")
    ignore(tree, ".", "a.py", "/gen/")
    ignore(tree, "x", "!a.py", "gen/*")
    ignore(tree, "x/y", "/a.py")
    found = discover(["."])
    assert found.files == ["x/a.py", "x/y/b.py"]
    assert set(found.ignore_files) >= {".gitignore", "x/.gitignore", "x/y/.gitignore"}
    assert len(files(respect_gitignore=False)) == 6


def test_a_file_in_an_ignored_folder_stays_ignored(tree: Path) -> None:
    make(tree, "gen/a.py")
    ignore(tree, ".", "gen/", "!gen/a.py")
    assert files() == []


def test_ignore_files_above_count_up_to_the_repository(tree: Path) -> None:
    make(tree, "src/app/a.py", "src/app/b.py", "src/app/c.py", "src/app/d.py")
    (tree / ".git" / "info").mkdir(parents=True)
    (tree / ".git" / "info" / "exclude").write_text("a.py\nd.py\n")
    ignore(tree.parent, ".", "b.py")
    ignore(tree, ".", "/src/app/c.py")
    ignore(tree, "src", "!d.py")
    os.chdir(tree / "src")
    found = discover(["app"])
    assert found.files == ["app/b.py", "app/d.py"]
    assert found.ignore_files == [
        f"{tree}/.gitignore",
        f"{tree}/.git/info/exclude",
        f"{tree}/src/.gitignore",
    ]


def test_a_repository_in_a_repository_is_its_own(tree: Path) -> None:
    make(tree, "a.py", "inner/a.py", "inner/b.py")
    (tree / ".git").mkdir()
    (tree / "inner" / ".git").write_text("gitdir: ../.git/modules/inner\n")
    exclude = tree / ".git" / "modules" / "inner" / "info" / "exclude"
    exclude.parent.mkdir(parents=True)
    exclude.write_text("b.py")
    ignore(tree, ".", "a.py")
    assert files() == files("inner") == ["inner/a.py"]


def test_without_a_repository_what_is_above_the_current_folder_does_not_count(tree: Path) -> None:
    make(tree, "src/a.py", "src/b.py")
    ignore(tree.parent, ".", "a.py")
    ignore(tree, ".", "b.py")
    assert files("src") == files() == ["src/a.py"]
    os.chdir(tree.parent)
    assert files("project/src") == []
    (tree.parent / "elsewhere").mkdir()
    os.chdir("elsewhere")
    assert files(f"{tree}/src") == [f"{tree}/src/a.py", f"{tree}/src/b.py"]


def test_an_ignore_file_that_could_appear_above_is_told(tree: Path) -> None:
    make(tree, "src/app/a.py")
    assert discover(["src/app"]).ignore_files == [f"{tree}/.gitignore", f"{tree}/src/.gitignore"]


def test_without_ignore_files_none_is_read(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tree, "a.py")
    ignore(tree, ".", "a.py")
    monkeypatch.setattr(module, "read_patterns", None)
    found = discover(["."], respect_gitignore=False)
    assert (found.files, found.ignore_files) == (["a.py"], [])


def test_folders_are_told(tree: Path) -> None:
    make(tree, "a/b/c.py", "d/e.txt")
    assert discover(["a", "a/b/c.py", "d"]).folders == ["a", "a/b", "d"]
    assert discover(["."]).folders == [".", "a", "a/b", "d"]
    assert isinstance(discover([]), Discovery)
