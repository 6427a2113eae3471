"""Completions for bash, zsh and fish, made from the argument parsers of the command line.

Which rules there are depends on the packs that are installed, so a shell asks `readlint rules` for them.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Iterator
from typing import NamedTuple

from readlint.cli import COMMANDS, options
from readlint.report import formats
from readlint.settings.schema import RULES, SETTINGS

_MADE = "# Made from the command line's own definition by `python -m readlint.generated`. Change it there.\n"
#: What a metavariable stands for: how its values are completed.
_KINDS = {
    "RULE": "rule",
    "RULES": "rules",
    "FOLDER": "folder",
    "FORMAT": "format",
    "FORMAT=FILE": "report",
    "SETTING": "setting",
    **dict.fromkeys(("PATH", "PATH[:LINE]", "FILE", "FILE|KEY=VALUE", "PATTERNS", "PATTERN:RULES"), "file"),
}
_LINT = "lint"


class Word(NamedTuple):
    """An option, or with no names what stands without one."""

    names: tuple[str, ...]
    help: str
    kind: str  # how the value is completed; empty where there is none
    choices: tuple[str, ...] = ()
    optional: bool = False


def completions() -> dict[str, str]:
    """The scripts by their paths in the repository."""
    return {
        "completions/readlint.bash": _bash(),
        "completions/_readlint": _zsh(),
        "completions/readlint.fish": _fish(),
    }


def _commands() -> dict[str, list[Word]]:
    """What may follow each subcommand; linting is called `lint` here."""
    modules = {name: module for name, module in COMMANDS.items() if module != _LINT}
    parsers = {name: importlib.import_module(f"readlint.cli.{module}").parser() for name, module in modules.items()}
    return {name: list(_words(parser)) for name, parser in {_LINT: options.parser(), **parsers}.items()}


def _placed(words: list[Word]) -> list[tuple[Word, str]]:
    """Words with where they stand: `1`, `2*` (there and after that) or `*`, and nothing for options."""
    bare = [word for word in words if not word.names]
    first = "1" if len(bare) > 1 else "*"
    return [(word, "" if word.names else first if word is bare[0] else "2*") for word in words]


def _words(parser: argparse.ArgumentParser) -> Iterator[Word]:
    for action in parser._actions:
        if action.help is argparse.SUPPRESS:
            continue
        kind = ""
        if action.nargs != 0:
            kind = "choice" if action.choices else _KINDS.get(str(action.metavar), "text")
        choices = tuple(map(str, action.choices or ()))
        yield Word(
            tuple(action.option_strings),
            action.help or "",
            kind,
            choices,
            bool(action.option_strings) and action.nargs == "?",
        )


def _descriptions() -> dict[str, str]:
    """What each subcommand is for."""
    modules = {name: importlib.import_module(f"readlint.cli.{module}") for name, module in COMMANDS.items()}
    return {
        name: (options if module.__name__.endswith(_LINT) else module).parser().description or ""
        for name, module in modules.items()
    }


def _values(kind: str) -> list[str]:
    """The words that are known when this is made."""
    if kind == "format":
        return formats()
    if kind == "report":
        return [f"{name}=" for name in formats()]
    return [*SETTINGS, RULES] if kind == "setting" else []


# bash


def _bash() -> str:
    cases, positional, offered = [], [], []
    for command, words in _commands().items():
        tests = {"1": "((COMP_CWORD == 2)) && ", "2*": "((COMP_CWORD != 2)) && ", "*": ""}
        kinds = [f"{tests[place]}kind={_bash_kind(word)}" for word, place in _placed(words) if place]
        if kinds:
            positional.append(f"        {command}) {'; '.join(kinds)} ;;")
        for word in words:
            if word.names and word.kind and not word.optional:
                pattern = "|".join(f'"{command} {name}"' for name in word.names)
                cases.append(f"        {pattern}) kind={_bash_kind(word)} ;;")
        names = " ".join(name for word in words for name in word.names)
        offered.append(f'        {command}) words="{names}" ;;')
    parts = {
        "@MADE@": _MADE,
        "@SUBCOMMANDS@": " ".join(COMMANDS),
        "@OTHERS@": "|".join(name for name, module in COMMANDS.items() if module != _LINT),
        "@VALUES@": "\n".join(cases),
        "@POSITIONAL@": "\n".join(positional),
        "@OFFERED@": "\n".join(offered),
        "@FORMATS@": " ".join(formats()),
        "@REPORTS@": " ".join(_values("report")),
        "@SETTINGS@": " ".join(_values("setting")),
    }
    script = _BASH
    for mark, text in parts.items():
        script = script.replace(mark, text)
    return script


def _bash_kind(word: Word) -> str:
    return f"'={' '.join(word.choices)}'" if word.choices else word.kind


_BASH = r"""@MADE@
_readlint() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=lint kind= words= before= word
    # bash cuts words at `=`: `--color=al` is three of them.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = && COMP_CWORD -gt 1 ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
        kind=file
    fi
    if ((COMP_CWORD > 1)); then
        case ${COMP_WORDS[1]} in
        @OTHERS@) command=${COMP_WORDS[1]} ;;
        esac
    fi
    case "$command $prev" in
@VALUES@
    esac
    COMPREPLY=()
    if [[ -z $kind && $cur == -* ]]; then
        case $command in
@OFFERED@
        esac
    elif [[ -z $kind ]]; then
        case $command in
@POSITIONAL@
        esac
        ((COMP_CWORD > 1)) || words="@SUBCOMMANDS@"
    fi
    case $kind in
    rule) words=$("${COMP_WORDS[0]}" rules 2>/dev/null | awk '{print $1, $2}') ;;
    rules) words="ALL DEFAULT $("${COMP_WORDS[0]}" rules 2>/dev/null | awk '{print $1, $2}')" ;;
    format) words="@FORMATS@" ;;
    report) words="@REPORTS@" ;;
    setting) words="@SETTINGS@" ;;
    =*) words=${kind#=} ;;
    esac
    if [[ $kind == rules && $cur == *,* ]]; then
        before=${cur%,*},
        cur=${cur##*,}
    fi
    [[ $kind != report ]] || compopt -o nospace 2>/dev/null
    for word in $words; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$before$word")
    done
    case $kind in
    file) while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur") ;;
    folder) while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$cur") ;;
    esac
    case $kind in
    file | folder) compopt -o filenames 2>/dev/null ;;
    esac
    return 0
}
complete -F _readlint readlint
"""


# zsh


def _zsh() -> str:
    commands = _commands()
    functions = []
    for command, words in commands.items():
        specs = [_zsh_spec(word, command == _LINT, place) for word, place in _placed(words)]
        functions.append(f"_readlint_command_{command.replace('-', '_')}() {{\n    _arguments -s -S \\\n        ")
        functions[-1] += " \\\n        ".join(specs) + "\n}\n"
    others = [name for name in commands if name != _LINT]
    described = [f"        {_quoted(f'{name}:{text}')}" for name, text in _descriptions().items()]
    parts = {
        "@MADE@": _MADE,
        "@FUNCTIONS@": "\n".join(functions),
        "@OTHERS@": "|".join(others),
        "@DESCRIBED@": "\n".join(described),
        "@FORMATS@": " ".join(formats()),
        "@SETTINGS@": " ".join(_values("setting")),
    }
    script = _ZSH
    for mark, text in parts.items():
        script = script.replace(mark, text)
    return script


def _zsh_spec(word: Word, first_may_be_command: bool, place: str) -> str:
    kinds = {
        "choice": f"({' '.join(word.choices)})",
        "rule": "_readlint_rule",
        "rules": "_readlint_rules",
        "format": "_readlint_formats",
        "report": "_readlint_reports",
        "setting": "_readlint_settings",
        "folder": "_files -/",
        "file": "_files",
    }
    action = kinds.get(word.kind, " ")
    if not word.names:
        return _quoted(f"{place.removeprefix('2')}: :{'_readlint_first' if first_may_be_command else action}")
    text = word.help.replace("[", r"\[").replace("]", r"\]").replace(":", r"\:")
    value = f":value:{action}" if word.kind and not word.optional else ""
    if len(word.names) == 1:
        return _quoted(f"*{word.names[0]}[{text}]{value}")
    return f"'*'{{{','.join(word.names)}}}{_quoted(f'[{text}]{value}')}"


_ZSH = r"""#compdef readlint
@MADE@
_readlint_rule() {
    local -a rules
    rules=(${(f)"$(${(Q)_readlint_program} rules 2>/dev/null | awk '{print $1; print $2}')"})
    compadd "$@" -a rules
}

_readlint_rules() {
    compset -P '*,'
    compadd -S '' ALL DEFAULT
    _readlint_rule -S ''
}

_readlint_formats() {
    compadd @FORMATS@
}

_readlint_reports() {
    if compset -P '*='; then
        _files
    else
        compadd -S '=' @FORMATS@
    fi
}

_readlint_settings() {
    compadd @SETTINGS@
}

_readlint_first() {
    local -a commands
    commands=(
@DESCRIBED@
    )
    (( CURRENT == 2 )) && _describe command commands
    _files
}

@FUNCTIONS@
_readlint() {
    local _readlint_program=$words[1] command=lint
    if (( CURRENT > 2 )); then
        case $words[2] in
        @OTHERS@)
            command=${words[2]//-/_}
            shift words
            (( CURRENT-- ))
            ;;
        esac
    fi
    _readlint_command_$command
}

if [[ $funcstack[1] == _readlint ]]; then
    _readlint "$@"
else
    compdef _readlint readlint
fi
"""


# fish


def _fish() -> str:
    lines = []
    for name, text in _descriptions().items():
        lines.append(f"complete -c readlint -n __readlint_first -a {name} -d {_quoted(text)}")
    for command, words in _commands().items():
        lines += [_fish_line(command, word, place) for word, place in _placed(words)]
    others = " ".join(name for name, module in COMMANDS.items() if module != _LINT)
    return _FISH.replace("@MADE@", _MADE).replace("@OTHERS@", others) + "\n".join(lines) + "\n"


def _fish_line(command: str, word: Word, place: str) -> str:
    where = {"1": "; and __readlint_second", "2*": "; and not __readlint_second"}.get(place, "")
    line = f"complete -c readlint -n '__readlint_in {command}{where}'"
    for name in word.names:
        line += f" -l {name[2:]}" if name.startswith("--") else f" -s {name[1:]}"
    if word.names and word.help:
        line += f" -d {_quoted(word.help)}"
    if not word.kind or word.optional:
        return line
    known = {"rule": "(__readlint_rules)", "rules": "(__readlint_lists)", "folder": "(__fish_complete_directories)"}
    values = known.get(word.kind) or " ".join(word.choices or _values(word.kind))
    if word.kind == "file":
        return f"{line} -r -F" if word.names else f"{line} -F"
    start = f"{line} -x" if word.names else f"{line} -f"
    return f"{start} -a {_quoted(values)}" if values else start


_FISH = r"""@MADE@
function __readlint_in
    set -l words (commandline -opc)
    set -l command lint
    if set -q words[2]; and contains -- $words[2] @OTHERS@
        set command $words[2]
    end
    test $command = $argv[1]
end

function __readlint_first
    test (count (commandline -opc)) -eq 1
end

function __readlint_second
    test (count (commandline -opc)) -eq 2
end

function __readlint_rules
    set -l words (commandline -opc)
    $words[1] rules 2>/dev/null | awk '{print $1 "\t" $2; print $2 "\t" $1}'
end

function __readlint_lists
    set -l before (commandline -ct | string replace -rf '^(.*,).*$' '$1' | string replace -r '^--[a-z-]+=' '')
    printf '%s\n' "$before"ALL "$before"DEFAULT
    for line in (__readlint_rules)
        echo "$before$line"
    end
end

"""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", r"'\''") + "'"
