"""The completions, asked for in real shells."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from readlint import generated
from readlint.completions import completions
from readlint.report import formats

CASES = [
    (["ru"], {"rule", "rules"}),
    (["--col"], {"--color"}),
    (["--color", ""], {"auto", "always", "never"}),
    (["--fail-on", "w"], {"warning"}),
    (["--output-format", ""], set(formats())),
    (["src", "--output-format", "conc"], {"concise"}),
    (["--select", "wall"], {"wall-clock-duration", "wall-clock-deadline"}),
    (["--select", "RL20"], {"RL201", "RL202", "RL203"}),
    (["--select", "RL101,wall-clock-du"], {"RL101,wall-clock-duration"}),
    (["--select", "DEF"], {"DEFAULT"}),
    (["rule", "jump"], {"jump-in-finally"}),
    (["rule", "--output-format", "m"], {"markdown"}),
    (["settings", "fail"], {"fail-on"}),
    (["settings", "--sch"], {"--schema"}),
    (["some"], {"some.py"}),
    (["new-rule", "--fam"], {"--family"}),
    (["secrets", ""], {"allow"}),
    (["migrations", ""], {"sizes"}),
    (["secrets", "allow", "so"], {"some.py"}),
]
IDS = [" ".join(words) for words, _ in CASES]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scripts, a file to complete, and a `readlint` on the path."""
    folder = tmp_path_factory.mktemp("shell")
    for name, text in completions().items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    (folder / "work").mkdir()
    (folder / "work" / "some.py").touch()
    (folder / "bin").mkdir()
    command = folder / "bin" / "readlint"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m readlint "$@"\n')
    command.chmod(0o755)
    return folder


def shell(place: Path, name: str, script: str, *arguments: str) -> list[str]:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    no_settings = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[name]
    environment = {**os.environ, "PATH": f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}", "HOME": str(place)}
    done = subprocess.run(
        [path, *no_settings, "-c", script, *arguments],
        cwd=place / "work", env=environment, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


BASH = """source ../completions/readlint.bash
COMP_WORDS=(readlint "$@") COMP_CWORD=$#
_readlint
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(("words", "expected"), CASES, ids=IDS)
def test_bash(place: Path, words: list[str], expected: set[str]) -> None:
    assert set(shell(place, "bash", BASH, "bash", *words)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--color", "=", "al"], {"always"}),  # as bash cuts `--color=al`
        (["--color", "="], {"auto", "always", "never"}),
        (["-o", "json", "=", "some"], {"some.py"}),
        (["-o", "json-"], {"json-lines="}),
    ],
)
def test_bash_cuts_words_at_equals_signs(place: Path, words: list[str], expected: set[str]) -> None:
    assert set(shell(place, "bash", BASH, "bash", *words)) == expected


FISH = "source ../completions/readlint.fish; complete -C $argv[1]"


@pytest.mark.parametrize(("words", "expected"), CASES, ids=IDS)
def test_fish(place: Path, words: list[str], expected: set[str]) -> None:
    assert {line.partition("\t")[0] for line in shell(place, "fish", FISH, " ".join(["readlint", *words]))} == expected


#: zsh has no command that completes a line: another zsh types it, with `compadd` telling what it was given.
ZSH = r"""
zmodload zsh/zpty
zpty -b shell 'zsh -f -i'
line() { zpty -w shell "$1"; }
line "PS1=; fpath=(${(q)PWD:h}/completions \$fpath); autoload -Uz compinit; compinit -u -D; stty -echo"
line "compadd() { local -a found; builtin compadd -O found \"\$@\"; print -r -- \"\${(@)found/#/FOUND:\$IPREFIX\$PREFIX:}\" >> ${(q)PWD:h}/found-$$; builtin compadd \"\$@\" }"
line "_done() { _main_complete; print DONE >> ${(q)PWD:h}/found-$$ }; zle -C asked complete-word _done; bindkey '^I' asked; : > ${(q)PWD:h}/found-$$"
zpty -n -w shell "readlint ${(j: :)@}"$'\t'
for i in {1..400}; do
    zpty -r -t shell ignored
    grep -qs DONE ${PWD:h}/found-$$ && break
    sleep 0.05
done
cat ${PWD:h}/found-$$
zpty -d shell
"""


@pytest.mark.parametrize(("words", "expected"), CASES, ids=IDS)
def test_zsh(place: Path, words: list[str], expected: set[str]) -> None:
    lines = shell(place, "zsh", ZSH, "zsh", *words)
    found = {word.rpartition(":")[2] for line in lines for word in line.split() if word.startswith("FOUND:")}
    assert lines[-1] == "DONE"
    # What stands before a comma is not part of what zsh completes; a dash may be completed apart.
    assert {word.rpartition(",")[2] for word in expected} <= found, lines


def test_the_files_in_the_repository_are_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path)
    assert generated.main(["--check", folder]) == 1
    assert generated.main(["--write", folder]) == 0
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")) != []
    assert generated.main(["--check", folder]) == 0
    (tmp_path / "completions" / "_readlint").write_text("")
    capsys.readouterr()
    assert generated.main(["--check", folder]) == 1
    assert f"Run: python -m readlint.generated --write {folder}" in capsys.readouterr().out
