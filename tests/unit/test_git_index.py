"""What git lists of its index."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from harness import git

from readlint.files.blobs import path_of
from readlint.files.git import Repository

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def test_files_and_what_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q")
    names = ["a.py", "with space 120000 x.py", "b\nc.py", "z.py"]
    for name in names:
        (tmp_path / name).write_text(name)
    (tmp_path / "z.py").chmod(0o755)
    git(tmp_path, "add", "-A")
    assert Repository().tracked()().others == []
    os.symlink("a.py", tmp_path / "link.py")
    git(tmp_path, "add", "-A")
    blob = git(tmp_path, "hash-object", "a.py")
    git(tmp_path, "update-index", "--add", "--cacheinfo", f"160000,{blob},sub")
    index = Repository().tracked()()
    assert sorted(map(path_of, index.files)) == sorted(names)
    assert f"{blob} 0\ta.py" in index.files
    assert list(map(path_of, index.others)) == ["link.py", "sub"]
    assert index.has_submodules
    assert Repository().staged_blobs(["a.py", "link.py", "sub", "gone.py"]) == {"a.py": blob}


def test_nothing_is_tracked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q")
    index = Repository().tracked()()
    assert (index.files, index.others, index.has_submodules) == ([], [], False)
