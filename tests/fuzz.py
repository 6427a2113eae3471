"""Fuzzing: programs that nobody wrote go through the parser, every rule, every reporter and every fix.

    python tests/fuzz.py --seconds 120              # new programs each time; the seeds of failures are printed
    python tests/fuzz.py --seed 1234567 --count 1   # one of them again

Nothing may crash or hang, every report must be whole, and a fix must leave a program that compiles, and nothing to do
for a second run. What it finds goes, cut down, into `tests/fuzzed/`, which `tests/invariants/test_fuzz.py` replays.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import io
import json
import os
import random
import re
import signal
import sys
import tempfile
import time
import traceback
import warnings
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
CORPUS = ("fixtures/*/*.py", "programs/*.py", "fuzzed/*.py")
HANG = 30  # seconds for all that is done with one program
EVERY = ("--no-cache", "--isolated", "--no-respect-gitignore", "--select=ALL", "--preview", "--jobs=1")
#: Texts that mean something to a parser, a rule, a terminal or a reporter.
ODD = (
    *("\r", "\r\n", "\f", "\t", "\\\n", "\0", "\ufeff", "\u202e", "\x1b[31m", "\u2028", "é", "😀", "]]>", "::error::", "%0A"),
    *("# readlint: ignore[RL101]", "# readlint: disable[ALL] because", "# noqa", "# type: ignore", "#", '"""', "'''"),
    *("lambda: ", "await ", "yield ", "async ", "*", "**", ":=", "f'{", "}'", "b'", "rb'\\", "0x", "1_0", "...", ";", "@"),
    *("match x:\n case _: pass", "del x", "global x", "nonlocal x", "return", "raise", "from e", "else:", "finally:"),
    *("except* OSError:", "type X = int", "with a as (b, c):", "class C[T]: pass", "(", ")", "[", "]", "{", "}", "import *"),
)  # fmt: skip
TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


class Failure(Exception):
    """What a program led to that must not be."""


def corpus() -> list[str]:
    paths = sorted(path for pattern in CORPUS for path in HERE.glob(pattern))
    return [path.read_text(encoding="utf-8") for path in paths if b"coding:" not in path.read_bytes()[:200]]


# Making programs


def program(seed: int, texts: list[str]) -> bytes:
    """The same for the same seed and corpus."""
    chance = random.Random(seed)
    text = chance.choice(texts)
    for _ in range(chance.choice((0, 1, 1, 2, 3, 6))):
        text = chance.choice(MUTATIONS)(text, chance, texts)
    if chance.random() < 0.1:
        text = text.replace("\n", chance.choice(("\r\n", "\r", "\n\n", "\n\f")))
    data = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.03:
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.randbytes(2) + data[at:]
    return b"\xef\xbb\xbf" + data if chance.random() < 0.03 else data


def _lines(text: str, chance: random.Random, texts: list[str]) -> str:
    """Lines are dropped, doubled, moved, indented."""
    lines = text.splitlines(keepends=True) or [""]
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        lines[at] = chance.choice((lambda one: "", lambda one: one * 2, lambda one: f"    {one}", str.lstrip))(
            lines[at]
        )
        other = chance.randrange(len(lines))
        lines[at], lines[other] = chance.choice(((lines[at], lines[other]), (lines[other], lines[at])))
    return "".join(lines)


def _tokens(text: str, chance: random.Random, texts: list[str]) -> str:
    """Words and signs take each other's places, or those of another program."""
    tokens = TOKEN.findall(text) or [""]
    others = TOKEN.findall(chance.choice(texts)) or [""]
    for _ in range(chance.randint(1, 5)):
        tokens[chance.randrange(len(tokens))] = chance.choice(chance.choice((tokens, others)))
    return "".join(tokens)


def _odd(text: str, chance: random.Random, texts: list[str]) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(ODD) + text[at:]


def _cut(text: str, chance: random.Random, texts: list[str]) -> str:
    start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[:start] if chance.random() < 0.3 else text[:start] + text[min(end, start + 30) :]


def _wrapped(text: str, chance: random.Random, texts: list[str]) -> str:
    """The whole program inside of something."""
    head = chance.choice(
        ("def f(self, x):", "async def f():", "class C:", "if x:", "try:", "with a() as b:", "for x in y:")
    )
    tail = "finally:\n    pass\n" if head == "try:" else ""
    return f"{head}\n" + "".join(f"    {line}" for line in text.splitlines(keepends=True)) + f"\n{tail}"


def _joined(text: str, chance: random.Random, texts: list[str]) -> str:
    return f"{text}\n{chance.choice(texts)}"


def _tree(text: str, chance: random.Random, texts: list[str]) -> str:
    """Statements and expressions of other programs stand where others stood."""
    tree, other = _parsed(text), _parsed(chance.choice(texts))
    if tree is None or other is None:
        return _odd(text, chance, texts)
    for _ in range(chance.randint(1, 4)):
        _graft(tree, other, chance)
    try:
        return ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    except (ValueError, RecursionError, AttributeError, TypeError, IndexError):  # a tree that no text means
        return text


def _graft(tree: ast.Module, other: ast.Module, chance: random.Random) -> None:
    blocks = [
        block
        for node in ast.walk(tree)
        for name in ("body", "orelse", "finalbody")
        if isinstance(block := getattr(node, name, None), list)
    ]
    donors = [node for node in ast.walk(other) if isinstance(node, ast.stmt)]
    if chance.random() < 0.5 and blocks and donors:
        block = chance.choice(blocks)
        block.insert(chance.randrange(len(block) + 1), copy.deepcopy(chance.choice(donors)))
        return
    holders = [
        (node, name) for node in ast.walk(tree) for name, value in ast.iter_fields(node) if isinstance(value, ast.expr)
    ]
    values = [node for node in ast.walk(other) if isinstance(node, ast.expr)]
    if holders and values:
        node, name = chance.choice(holders)
        setattr(node, name, copy.deepcopy(chance.choice(values)))


def _generated(text: str, chance: random.Random, texts: list[str]) -> str:
    """Any syntax there is, with the names that the text has."""
    try:
        from pysource_codegen import generate
    except ImportError:
        return _tree(text, chance, texts)
    names = sorted(set(re.findall(r"[A-Za-z_]\w*", text))) or ["x"]
    try:
        made = generate(chance.randrange(10**9), node_limit=chance.choice((20, 60, 150)))
    except ValueError:  # a backslash in an f-string, before 3.12
        return text
    named = re.sub(r"\bname_([0-5])\b", lambda match: chance.choice(names), made)
    return named if "from __future__" in named else f"{text}\n{named}\n"


MUTATIONS: tuple[Callable[[str, random.Random, list[str]], str], ...] = (
    *(_lines, _tokens, _odd, _cut, _wrapped, _joined, _tree, _tree, _tree, _generated),
)


def _parsed(text: str) -> ast.Module | None:
    return compiled(text.encode("utf-8", "surrogatepass"), ast.PyCF_ONLY_AST)  # type: ignore[return-value]


def compiled(data: bytes, flags: int = 0) -> object:
    """What Python makes of a program; None where it refuses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return compile(data, "program", "exec", flags, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, UnicodeError):
            return None


# Trying them


def try_out(data: bytes, folder: str) -> None:
    """Lint, report, fix and suppress one program; `Failure` says what went wrong."""
    path = os.path.join(folder, "program.py")
    _write(path, data)
    _report(folder)
    had_code = compiled(data, ast.PyCF_ONLY_AST) is not None, compiled(data) is not None
    _change(path, ["--fix-only", "--unsafe-fixes"], had_code, again=True)
    _write(path, data)
    _change(path, ["--add-ignore", "it was made by a machine"], had_code, again=False)


def _change(path: str, arguments: list[str], had_code: tuple[bool, bool], *, again: bool) -> None:
    before = Path(path).read_bytes()
    _lint(path, arguments)
    after = Path(path).read_bytes()
    if not had_code[0]:
        _require(after == before, f"{arguments}: a program that Python cannot read was changed")
        return
    _require(compiled(after, ast.PyCF_ONLY_AST) is not None, f"{arguments}: the program does not parse any more")
    _require(not had_code[1] or compiled(after) is not None, f"{arguments}: the program does not compile any more")
    if again:
        _lint(path, arguments)
        _require(Path(path).read_bytes() == after, f"{arguments}: a second run changed the program again")


def _lint(path: str, arguments: list[str]) -> object:
    from readlint.cli import options
    from readlint.cli.lint import Options
    from readlint.report.model import read_lines_of_file
    from readlint.run import lint

    read_lines_of_file.cache_clear()
    result = lint(Options(options.parse([*EVERY, "--config", "test-paths = []", *arguments, path])), None)
    _require(not result.errors, "; ".join(map(str, result.errors)))
    return result


def _report(folder: str) -> None:
    from readlint.report import formats, writer
    from readlint.report.model import Report

    result = _lint(folder, ["--output-format=json"])  # which builds every fix
    for name in formats():
        out = io.StringIO()
        view = Report(
            result.findings,
            suppressed=result.suppressed,
            files_checked=1,
            unsafe_fixes=True,
            show_suppressed=True,
            env={},
        )  # type: ignore[attr-defined]
        writer(name)(view, out)
        _check_report(name, out.getvalue())


def _check_report(name: str, text: str) -> None:
    _require("\x1b" not in text and "\u202e" not in text and "\0" not in text, f"{name}: a raw control character")
    if name in ("json", "sarif", "gitlab", "rdjson"):
        json.loads(text)
    elif name == "json-lines":
        list(map(json.loads, text.splitlines()))
    elif name in ("junit", "checkstyle"):
        etree.fromstring(text)


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise Failure(message)


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)


# Running


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    def ring(number: int, frame: object) -> None:
        raise Failure(f"it took more than {HANG} seconds")

    signal.signal(signal.SIGALRM, ring)
    signal.alarm(HANG)
    try:
        yield
    finally:
        signal.alarm(0)


def failure_of(data: bytes, folder: str) -> str:
    """What goes wrong with a program; empty where nothing does."""
    try:
        with _limited(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try_out(data, folder)
    except Failure as failure:
        return str(failure)
    except Exception:
        return traceback.format_exc()
    return ""


def cut_down(data: bytes, folder: str, failure: str) -> bytes:
    """The program without the lines that the failure does not need."""
    last = failure.rstrip().rpartition("\n")[2]
    lines = data.splitlines(keepends=True)
    size = len(lines) // 2
    while size:
        at = 0
        while at < len(lines):
            fewer = lines[:at] + lines[at + size :]
            if failure_of(b"".join(fewer), folder).rstrip().endswith(last):
                lines = fewer
            else:
                at += size
        size //= 2
    return b"".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=time.time_ns() // 1_000_000)
    parser.add_argument("--count", type=int, default=10**9)
    parser.add_argument("--keep", metavar="FOLDER", help="where failing programs are written")
    options = parser.parse_args()
    texts = corpus()
    end = time.monotonic() + options.seconds
    number, failed, seen = 0, 0, set()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        while number < options.count and time.monotonic() < end:
            seed = options.seed + number
            data = program(seed, texts)
            failure = failure_of(data, folder)
            if number % 200 == 199:
                print(f"fuzz: {number + 1} programs so far", flush=True)
            number += 1
            kind = failure.rstrip().rpartition("\n")[2]
            if failure and kind not in seen:
                seen.add(kind)
                print(f"-- seed {seed}: {failure}", flush=True)
                small = cut_down(data, folder, failure)
                print(small.decode("utf-8", "backslashreplace"), flush=True)
                if options.keep:
                    _write(os.path.join(options.keep, f"seed_{seed}.py"), small)
            failed += bool(failure)
        os.chdir(HERE)
    print(f"fuzz: {number} programs from seed {options.seed} on, {failed} failed")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
