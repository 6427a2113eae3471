"""What is read of a git repository, and that nothing secret of it is told."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.report.sarif.repository import Repository, remote_url, repository_of, web_address

REVISION = "0123456789abcdef0123456789abcdef01234567"


def make(folder: Path, head: str = "ref: refs/heads/main\n", config: str = "") -> Path:
    git = folder / ".git"
    (git / "refs/heads").mkdir(parents=True)
    (git / "HEAD").write_text(head)
    (git / "config").write_text(config)
    return git


def test_a_repository(tmp_path: Path) -> None:
    git = make(tmp_path, "ref: refs/heads/fix/a#1\n", '[remote "origin"]\n\turl = git@github.com:acme/shop.git\n')
    (git / "refs/heads/fix").mkdir()
    (git / "refs/heads/fix/a#1").write_text(REVISION + "\n")
    (tmp_path / "src/deep").mkdir(parents=True)
    expected = Repository(str(tmp_path), "https://github.com/acme/shop.git", REVISION, "fix/a#1")
    assert repository_of(str(tmp_path / "src/deep")) == expected


def test_a_packed_revision(tmp_path: Path) -> None:
    git = make(tmp_path)
    (git / "packed-refs").write_text(
        f"# pack-refs with: peeled\n{'f' * 40} refs/heads/mainline\n{REVISION} refs/heads/main\n"
    )
    assert repository_of(str(tmp_path)) == Repository(str(tmp_path), "", REVISION, "main")


def test_a_detached_head_has_no_branch(tmp_path: Path) -> None:
    make(tmp_path, REVISION + "\n")
    assert repository_of(str(tmp_path)) == Repository(str(tmp_path), "", REVISION, "")


@pytest.mark.parametrize(
    "head", ["", "\xff\xfe", "ref: refs/heads/none", "ref: ../../../../secret", "ref: " + "x" * 5000]
)
def test_a_head_that_leads_nowhere(tmp_path: Path, head: str) -> None:
    make(tmp_path, head)
    found = repository_of(str(tmp_path))
    assert found is not None
    assert found.revision == ""


def test_references_that_are_not_in_files(tmp_path: Path) -> None:
    make(tmp_path, "ref: refs/heads/.invalid\n")
    assert repository_of(str(tmp_path)) == Repository(str(tmp_path), "", "", "")


def test_no_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()  # without a HEAD
    found = repository_of(str(tmp_path))
    assert found is None or found.root != str(tmp_path)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_worktrees_are_as_git_sees_them(tmp_path: Path) -> None:
    def git(*arguments: str, folder: Path = tmp_path / "main") -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments]
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, check=True, text=True
        ).stdout.strip()

    (tmp_path / "main").mkdir()
    git("init", "-q", "-b", "trunk")
    git("commit", "-q", "--allow-empty", "-m", "one")
    git("remote", "add", "origin", "https://name:hunter2@example.com/acme/shop")
    git("worktree", "add", "-q", "-b", "side", "../side")
    git("commit", "-q", "--allow-empty", "-m", "two", folder=tmp_path / "side")
    for name, branch in (("main", "trunk"), ("side", "side")):
        revision = git("rev-parse", "HEAD", folder=tmp_path / name)
        expected = Repository(str(tmp_path / name), "https://example.com/acme/shop", revision, branch)
        assert repository_of(str(tmp_path / name)) == expected
    git("pack-refs", "--all")
    packed = repository_of(str(tmp_path / "main"))
    assert packed is not None
    assert packed.revision == git("rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("config", "url"),
    [
        ("", ""),
        ("url = https://a.example/x", ""),
        ('[remote "fork"]\nurl = one\n[remote "origin"]\n  URL=two ; a remark\n', "two"),
        ('[remote "fork"] url = "one # two"\n[branch "main"]\nremote = fork\nurl = three', "one # two"),
        ('[Remote "a"]\n# url = none\nurl = one\nurl = two\n[core]\nurl = three\n', "one"),
        ('[url "https://name:hunter2@example.com/"]\n\tinsteadOf = gh:\n', ""),
    ],
)
def test_remotes(config: str, url: str) -> None:
    assert remote_url(config) == url


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://github.com/acme/shop.git", "https://github.com/acme/shop.git"),
        ("git@github.com:acme/shop.git", "https://github.com/acme/shop.git"),
        ("github.com:acme/shop.git", "https://github.com/acme/shop.git"),
        ("ssh://git@git.example.com:2222/acme/shop", "https://git.example.com/acme/shop"),
        ("https://git.example.com:8443/a b", "https://git.example.com:8443/a%20b"),
        ("https://hunter2@example.com/x", "https://example.com/x"),
        ("https://name:hunter2@example.com/x?token=hunter2#hunter2", "https://example.com/x"),
        ("https://name:hun@ter2@example.com/x", "https://example.com/x"),
        ("https://name:hun/ter2@example.com/x", ""),
        ("oauth2:hunter2@example.com:acme/shop", ""),
        ("https:///hunter2@example.com", ""),
        ("https://[hunter2/x", ""),
        ("ext::sh -c hunter2", ""),
        ("/srv/git/shop.git", ""),
        ("../shop", ""),
        ("C:\\git\\shop", ""),
        ("file:///srv/git/shop", ""),
        ("", ""),
    ],
)
def test_addresses(url: str, address: str) -> None:
    assert web_address(url) == address


@given(st.sampled_from(["https", "http", "ssh", "git"]), st.text(alphabet="ab:@%/?#[] é", max_size=12))
def test_no_credentials_leave(scheme: str, password: str) -> None:
    assert "hunter2" not in web_address(f"{scheme}://name:{password}hunter2@example.com/shop")
    assert "hunter2" not in web_address(f"name:{password}hunter2@example.com:shop")
