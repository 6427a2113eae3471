"""Files that break tools: each ends in findings or in RL001, never in a traceback, a flood of memory or a hang."""

from __future__ import annotations

import ast
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import FORMATS, Ran, Readlint

Lint = Callable[..., Ran]
MEGABYTE = 1024 * 1024
HANDLER = "try:\n    f()\nexcept Exception:\n    pass\n"
CLOCK = "import time\nstart = time.time()\nwork()\nprint(time.time() - start)\n"


def nested(step: Callable[[int], str], depth: int, inside: str) -> str:
    """Compound statements in one another, one column of indentation each."""
    heads = "".join(f"{' ' * level}{step(level)}\n" for level in range(depth))
    return heads + "".join(f"{' ' * depth}{line}\n" for line in inside.splitlines())


def finally_nest(depth: int, suite: str) -> str:
    """`try ... finally` around one another: copied for every way out, the suites would be 2 ** depth."""
    text = "def f():\n" + nested(lambda level: " try:", depth, " return work()")
    return text + "".join(
        f"{' ' * (level + 1)}finally:\n{' ' * (level + 2)}{suite}\n" for level in reversed(range(depth))
    )


def finally_in_finally(depth: int) -> str:
    def at(level: int) -> str:
        pad = " " * level
        if level > depth:
            return f"{pad}g()\n"
        return f"{pad}try:\n{pad} h()\n{pad}except Exception:\n{pad} if x: return\n{pad}finally:\n{at(level + 1)}"

    return "def f():\n" + at(1)


#: Name -> (bytes or text, the rules that find something in it; None: it may be RL001 or nothing, as Python has it).
TEXTS: dict[str, tuple[str | bytes, set[str] | None]] = {
    "empty": ("", set()),
    "only_a_comment": ("#", set()),
    "null": ("x = 1\n\0\n", {"RL001"}),
    "utf16": (CLOCK.encode("utf-16"), {"RL001"}),
    "utf16_bare": (CLOCK.encode("utf-16-le"), {"RL001"}),
    "utf32": (CLOCK.encode("utf-32"), {"RL001"}),
    "latin1": (f"# coding: latin-1\ns = 'é'\n{CLOCK}".encode("latin-1"), {"RL201"}),
    "latin1_undeclared": (f"s = 'é'\n{CLOCK}".encode("latin-1"), {"RL001"}),
    "unknown_encoding": ("# coding: klingon\n", {"RL001"}),
    "hidden_encoding": (b"# coding: rot13\nvzcbeg bf\n", {"RL001"}),
    "utf8_bom": (b"\xef\xbb\xbf" + CLOCK.encode(), {"RL201"}),
    "carriage_returns": (CLOCK.replace("\n", "\r"), {"RL201"}),
    "windows": (CLOCK.replace("\n", "\r\n"), {"RL201"}),
    "form_feeds": (CLOCK.replace("\n", "\n\f"), {"RL201"}),
    "no_final_newline": (CLOCK.rstrip("\n"), {"RL201"}),
    "python2": ("print 'hello'\n", {"RL001"}),
    "half_a_file": (HANDLER + "def f(:\n", {"RL001"}),
    "surrogate_escape": ("s = '\\ud800'\n" + CLOCK, {"RL201"}),
    "emoji": ("s = '😀'; " + "import time; start = time.time(); print(time.time() - start)\n", {"RL201"}),
    "parentheses": ("x = " + "(" * 10_000 + ")" * 10_000 + "\n", {"RL001"}),
    "brackets_below_the_limit": ("x = " + "[" * 150 + "]" * 150 + "\n" + CLOCK, {"RL201"}),
    "attributes": ("x = a" + ".b" * 20_000 + "\n", None),
    "sums": ("x = 1" + " + 1" * 20_000 + "\n", None),
    "clock_sums": ("import time\nx = time.time()" + " - time.time()" * 300 + "\n", None),
    "calls": ("x = a" + "()" * 3_000 + "\n", None),
    "methods": ("x = a" + ".b()" * 3_000 + "\n", None),
    "subscripts": ("x = a" + "[0]" * 3_000 + "\n", None),
    "nots": ("x = " + "not " * 3_000 + "1\n", None),
    "lambdas": ("x = " + "lambda: " * 1_000 + "1\n", None),
    "conditions": ("x = " + "1 if a else " * 3_000 + "2\n", None),
    "comparisons": ("x = token" + " == token" * 3_000 + "\n", None),
    "digits": ("x = " + "9" * 10_000 + "\n", None),
    "huge_product": ("import time\nx = 'a' * 10 ** 9 * 10 ** 9\ny = 9 ** 9 ** 9\n" + CLOCK, {"RL201"}),
    "elif_3000": ("if x == 0: pass\n" + "".join(f"elif x == {i}: pass\n" for i in range(3_000)), None),
    "elif_400": (
        "def f(x):\n try:\n  work()\n except Exception:\n  if x == 0: pass\n"
        + "".join(f"  elif x == {i}: report({i})\n" for i in range(400)),
        {"RL101"},
    ),
    "functions": (nested(lambda level: f"def f{level}():", 90, HANDLER), {"RL101"}),
    "classes": (nested(lambda level: f"class C{level}:", 90, HANDLER), {"RL101"}),
    "ifs": (nested(lambda level: f"if a{level}:", 90, HANDLER), {"RL101"}),
    "withs": (nested(lambda level: f"with a{level}:", 19, HANDLER), {"RL101"}),
    "loops": (nested(lambda level: f"for a{level} in b:", 19, "try:\n f()\nexcept Exception:\n continue\n"), {"RL101"}),
    "finally_nest": (finally_nest(95, "g()"), set()),
    "finally_nest_return": (finally_nest(95, "return g()"), {"RL106"}),
    "finally_in_finally": (finally_in_finally(25), {"RL101", "RL106"}),
    "many_handlers": (
        "".join(f"def f{i}():\n {HANDLER.replace(chr(10), chr(10) + ' ')}\n" for i in range(60)),
        {"RL101"},
    ),
    "aliases": (
        "import time\nx0 = time.time\n"
        + "".join(f"x{i + 1} = x{i}\n" for i in range(2_000))
        + "print(x2000() - x2000())\n",
        set(),
    ),
    "mutual_calls": (
        "".join(f"def f{i}(e):\n  f{(i + 1) % 300}(e)\n  f{(i * 7) % 300}(e)\n" for i in range(300))
        + "try: a()\nexcept Exception as e: f0(e)\n",
        set(),
    ),
    "cyclic_names": ("import time\na = b\nb = c\nc = a\nclass A(B): pass\nclass B(A): pass\n" + CLOCK, {"RL201"}),
    "fstring": ("x = f'" + "{a}" * 5_000 + "'\n", set()),
    "dictionary": ("import time\nx = {" + ",".join(f"{i}: time.time()" for i in range(5_000)) + "}\n", set()),
    "bare_suppressions": ("# readlint: ignore[\n# readlint:\n# readlint: ignore[[[]\n# noqa:\n" * 200, {"RL003"}),
}


def write(path: Path, text: str | bytes) -> None:
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("name", TEXTS)
def test_text(name: str, lint: Lint, tmp_path: Path) -> None:
    text, codes = TEXTS[name]
    write(tmp_path / "text.py", text)
    before = (tmp_path / "text.py").read_bytes()
    for output_format in FORMATS:
        ran = lint("--no-cache", "--output-format", output_format, "--unsafe-fixes")
        assert ran.status in (0, 1), ran
        assert ran.err == ""
    found = {finding["code"] for finding in json.loads(lint("--no-cache", "--output-format=json").out)["findings"]}
    assert found == codes if codes is not None else found <= {"RL001", "RL201", "RL806"}
    ran = lint("--no-cache", "--fix-only", "--unsafe-fixes")
    assert (ran.status, ran.err) == (0, "")
    if "RL001" in found:
        assert (tmp_path / "text.py").read_bytes() == before
    else:
        ast.parse((tmp_path / "text.py").read_bytes())


def test_all_at_once(readlint: Readlint, tmp_path: Path) -> None:
    """In worker processes."""
    for name, (text, _) in TEXTS.items():
        for copy in range(3):
            write(tmp_path / f"{name}_{copy}.py", text)
    ran = readlint("--no-cache", "--jobs=2", "--output-format=json", status=1)
    report = json.loads(ran.out)
    assert report["errors"] == []
    assert ran.err == ""
    found: dict[str, set[str]] = {}
    for finding in report["findings"]:
        found.setdefault(finding["path"].rpartition("_")[0], set()).add(finding["code"])
    for name, (_, codes) in TEXTS.items():
        if codes is not None:
            assert found.get(name, set()) == codes, name


#: One line of so many megabytes. Where there is more to do than to parse it, less shows as much.
LONG_LINES = {
    "string": (50, lambda size: f"x = '{'a' * size}'\n", set()),
    "comment": (5, lambda size: f"# {'a' * size}\n{HANDLER}", {"RL101"}),
    "list": (50, lambda size: f"x = [{'1,' * (size // 2)}]\n", {"RL001"}),
    "names": (50, lambda size: f"x = a{' in a' * (size // 5)}\n", {"RL001"}),
    "unclosed": (50, lambda size: f"x = '{'a' * size}\n", {"RL001"}),
    "beside_a_finding": (
        5,
        lambda size: f"import time; s = time.time(); x = '{'a' * size}'; print(time.time() - s)\n",
        {"RL201"},
    ),
}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="measures with the resource module")
@pytest.mark.parametrize("name", LONG_LINES)
def test_one_long_line(name: str, readlint: Readlint, tmp_path: Path) -> None:
    size, make, codes = LONG_LINES[name]
    (tmp_path / "long.py").write_text(make(size * MEGABYTE))
    limit = 1_500 * MEGABYTE
    done = subprocess.run(
        readlint.command("--no-cache", "--output-format=json"),
        cwd=tmp_path,
        env=readlint.env,
        capture_output=True,
        timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert done.stderr == b""
    assert {finding["code"] for finding in json.loads(done.stdout)["findings"]} == codes


def test_a_file_over_the_limit(readlint: Readlint, tmp_path: Path) -> None:
    with open(tmp_path / "huge.py", "wb") as file:
        file.truncate(200 * MEGABYTE)  # no bytes on the disk
    ran = readlint("--output-format=concise", status=1)
    assert "it is larger than 100,000,000 bytes" in ran.out
