"""What docs/security.md promises about code, settings and files from strangers."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness import BAD, FORMATS, Pack, Ran, Readlint

from readlint import cache as cache_module
from readlint.cli import options
from readlint.cli.lint import Options
from readlint.result import Result

Lint = Callable[..., Ran]
CONCISE = "--output-format=concise"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")

#: Runs the command line and writes down what the interpreter is asked to do: each event with its first argument.
SPY = """\
import os, sys
log = os.open(os.environ["SPY_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
WATCHED = {"open", "import", "exec", "compile", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn",
           "socket.connect", "socket.bind", "ctypes.dlopen", "os.remove", "os.rename", "os.mkdir", "os.link", "os.symlink"}
def spy(event, arguments):
    if event in WATCHED:
        what = arguments[0].co_filename if event == "exec" else arguments[0] if arguments else ""
        os.write(log, (event + "\\t" + ascii(what if isinstance(what, (str, int)) else str(what)) + "\\n").encode())
del sys.path[0]
sys.argv = ["readlint", *sys.argv[1:]]
from readlint.cli import main
if __name__ == "__main__":
    import readlint.parallel
    readlint.parallel.FILES_WORTH_WORKERS = 2
    if os.environ.get("SPY_SPAWN"):
        import multiprocessing
        context = multiprocessing.get_context("spawn")
        multiprocessing.get_context = lambda method: context
    sys.addaudithook(spy)
    sys.exit(main(sys.argv[1:]))
"""

ALARM = "import os\nopen(os.environ['ALARM'], 'w').close()\n"
#: Modules of the standard library, of what readlint needs, and what Python imports by itself.
TEMPTING = (
    *(
        "ast",
        "json",
        "argparse",
        "hashlib",
        "libcst",
        "astroid",
        "sarif_om",
        "sitecustomize",
        "usercustomize",
    ),
    *("multiprocessing", "signal", "pickle", "contextlib", "readlint_rules", "conftest", "encodings", "subprocess"),
)


@pytest.fixture
def spied(readlint: Readlint, tmp_path: Path) -> Callable[..., list[tuple[str, str]]]:
    driver = tmp_path / "driver" / "spy.py"
    driver.parent.mkdir()
    driver.write_text(SPY)
    readlint.folder = tmp_path / "tree"
    readlint.folder.mkdir()
    log = tmp_path / "log"
    readlint.env.update(SPY_LOG=str(log), ALARM=str(tmp_path / "alarm"), PYTHONDONTWRITEBYTECODE="1")

    def run(*arguments: str) -> list[tuple[str, str]]:
        log.unlink(missing_ok=True)
        command = [sys.executable, str(driver), *arguments]
        done = subprocess.run(command, cwd=readlint.folder, env=readlint.env, capture_output=True, timeout=120)
        assert done.returncode in (0, 1), done.stderr.decode()
        assert not (tmp_path / "alarm").exists(), "code of the linted tree was run"
        return [tuple(line.split("\t", 1)) for line in log.read_text().splitlines()]  # type: ignore[misc]

    return run


def hostile(folder: Path) -> None:
    """A tree that wants to be imported."""
    for name in TEMPTING:
        (folder / f"{name}.py").write_text(ALARM + BAD)
    (folder / "evil").mkdir()
    (folder / "evil" / "__init__.py").write_text(ALARM)
    (folder / "evil-1.dist-info").mkdir()
    (folder / "evil-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1\n")
    (folder / "evil-1.dist-info" / "entry_points.txt").write_text("[readlint.rules]\nevil = evil\n")
    (folder / "evil.pth").write_text(f"import os; {ALARM.splitlines()[1]}\n")
    (folder / "user.py").write_text("import ast, evil\ntry:\n    evil.f()\nexcept Exception as e:\n    ast.g(e)\n")


@pytest.mark.parametrize("arguments", [["--jobs=1"], ["--jobs=2"], ["--jobs=1", "--fix", "--unsafe-fixes"]], ids=str)
def test_nothing_is_run_and_nothing_else_is_read(
    spied: Callable[..., list[tuple[str, str]]], readlint: Readlint, tmp_path: Path, arguments: list[str]
) -> None:
    tree = readlint.folder
    hostile(tree)
    for name in ("secret.txt", "outside.py"):
        (tmp_path / name).write_text("TOKEN = 1\n")
    (tree / "link.py").symlink_to(tmp_path / "outside.py")
    (tree / "folder").symlink_to(tmp_path)
    events = spied("--no-cache", *arguments)
    done = {event for event, _ in events}
    assert done.isdisjoint({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn"})
    assert done.isdisjoint({"socket.connect", "socket.bind"})
    paths = {(event, os.path.join(tree, eval(what))) for event, what in events if what.startswith("'")}
    assert {
        path for event, path in paths if event == "exec" and path.startswith(f"{tree}/") and "<" not in path
    } == set()
    ours = {
        os.path.realpath(one)
        for one in (*sys.path, sys.prefix, sys.base_prefix, *readlint.env.get("PYTHONPATH", "").split(":"))
        if one
    }
    opened = {os.path.realpath(path) for event, path in paths if event == "open"}
    foreign = {
        path for path in opened if not path.startswith((*(f"{one}/" for one in ours), f"{tree}", "/dev/", "/proc/"))
    }
    known = {str(Path(folder) / name) for folder in tree.parents for name in (*NAMES, ".gitignore")}
    assert foreign - known == set()


NAMES = (".readlint.toml", "readlint.toml", "pyproject.toml", "readlint-secrets.toml")


def test_a_process_that_is_not_forked_imports_nothing_either(
    spied: Callable[..., list[tuple[str, str]]], readlint: Readlint
) -> None:
    hostile(readlint.folder)
    readlint.env["SPY_SPAWN"] = "1"
    spied("--no-cache", "--jobs=2")


def test_as_a_module_from_within_the_tree(readlint: Readlint, tmp_path: Path) -> None:
    """From readlint's first line on; what Python itself imports before it is Python's `-P` to keep apart."""
    tree = tmp_path / "tree"
    tree.mkdir()
    hostile(tree)
    for name in ("contextlib", "encodings"):  # by `runpy`, before the first line of any module
        (tree / f"{name}.py").unlink()
    readlint.folder = tree
    readlint.env["ALARM"] = str(tmp_path / "alarm")
    assert readlint("--no-cache", CONCISE, status=1).codes
    if sys.version_info >= (3, 11):
        for name in ("contextlib", "encodings", "runpy", "readlint"):
            (tree / f"{name}.py").write_text(ALARM)
        command = [sys.executable, "-P", "-m", "readlint", "--no-cache", CONCISE]
        assert subprocess.run(command, cwd=tree, env=readlint.env, capture_output=True).returncode == 1
    assert not (tmp_path / "alarm").exists()


# Links and paths that lead out of the tree


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A file of the user's, beside the project that came from a stranger."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / ".git").mkdir()
    path = tmp_path / "victim.py"
    path.write_text(BAD)
    return path


@pytest.fixture
def project(victim: Path, readlint: Readlint) -> Iterator[Path]:
    readlint.folder = victim.parent / "project"
    readlint.env["XDG_CACHE_HOME"] = str(victim.parent / "project" / ".git" / "cache")
    before = victim.read_bytes(), sorted(os.listdir(victim.parent))
    yield readlint.folder
    assert (victim.read_bytes(), sorted(os.listdir(victim.parent))) == before


def test_no_fix_is_written_through_a_link_that_leads_out(readlint: Readlint, project: Path, victim: Path) -> None:
    (project / "link.py").symlink_to(victim)
    (project / "a.py").write_text(BAD)
    ran = readlint("--fix", "--unsafe-fixes", "link.py", "a.py", status=1)
    assert "link.py: not fixed: it is a link to a file outside of the project" in ran.err
    assert "logger" in (project / "a.py").read_text()
    ran = readlint("--add-ignore=the victim wants none of it", "link.py")
    assert "link.py: not fixed" in ran.err


def test_no_code_of_a_link_that_leads_out_is_shown(readlint: Readlint, project: Path, victim: Path) -> None:
    (project / "link.py").symlink_to(victim)
    ran = readlint(status=0)
    assert "store.save" not in ran.out
    assert "link.py: skipped, a link to a file outside of the folders that are linted" in ran.err


@pytest.mark.parametrize(
    "path",
    ["../report.json", "/dev/fd/7", "out/report.json", "link.json", "nowhere.json", ".git/config", "pipe", "/dev/tty"],
)
def test_settings_ask_for_no_report_outside_of_the_project(
    readlint: Readlint, project: Path, victim: Path, path: str
) -> None:
    (project / ".git" / "config").write_text("[core]\n")
    (project / "out").symlink_to("..")
    (project / "link.json").symlink_to("../victim.py")
    (project / "nowhere.json").symlink_to("../report.json")
    os.mkfifo(project / "pipe")
    (project / "readlint.toml").write_text(f"output-format = ['text', 'json={path}']")
    ran = readlint(status=2)
    assert ran.err.startswith(f"readlint: {path}: ")
    assert (project / ".git" / "config").read_text() == "[core]\n"


def test_a_report_of_the_settings_stays_inside_in_a_run_in_which_nothing_changed_too(
    readlint: Readlint, project: Path, victim: Path
) -> None:
    (project / "readlint.toml").write_text("output-format = ['json=report.json']")
    (project / "a.py").write_text(BAD)
    for _ in range(3):
        readlint(status=1)
    (project / "report.json").unlink()
    (project / "report.json").symlink_to(victim)
    readlint(status=2)


@pytest.mark.parametrize("parent", ["../base.toml", "~/base.toml", "link.toml", "{absolute}"])
def test_settings_inherit_from_nothing_outside_of_the_project(readlint: Readlint, project: Path, parent: str) -> None:
    outside = project.parent / "home" if "~" in parent else project.parent
    outside.mkdir(exist_ok=True)
    readlint.env.update(HOME=str(outside), XDG_CONFIG_HOME=str(project / ".git" / "config"))
    (outside / "base.toml").write_text("token = 'hunter2'\n")
    try:
        (project / "link.toml").symlink_to(outside / "base.toml")
        text = parent.format(absolute=outside / "base.toml")
        (project / "readlint.toml").write_text(f"extend = '{text}'")
        ran = readlint(status=2)
        assert "is outside of the project; `trusted` in your own readlint/trust.toml can allow that" in ran.err
        assert "token" not in ran.err
        own = project / ".git" / "config" / "readlint" / "trust.toml"
        own.parent.mkdir(parents=True)
        own.write_text(f"trusted = ['{outside}']")
        assert "unknown setting `token`" in readlint(status=2).err
        own.write_text("trusted = 1")
        assert "needs a list of folders" in readlint(status=2).err
    finally:
        (outside / "base.toml").unlink()
        if "~" in parent:
            outside.rmdir()


@pytest.mark.parametrize("named", ["../sizes.csv", "link.csv", "{absolute}"])
def test_sizes_of_tables_are_read_in_the_project_only(readlint: Readlint, project: Path, named: str) -> None:
    outside = project.parent / "sizes.csv"
    outside.write_text("hunter2\n")
    (project / "link.csv").symlink_to(outside)
    text = f"[migrations]\n# Here:\ntable-sizes = '{named.format(absolute=outside)}'"
    (project / "readlint.toml").write_text(text)
    ran = readlint(status=2)
    assert "readlint.toml:3: `migrations.table-sizes` names" in ran.err
    assert "is outside of the project; `trusted` in your own readlint/trust.toml can allow that" in ran.err
    assert "hunter2" not in ran.err
    outside.unlink()


def test_settings_that_are_a_link_out_are_not_read(readlint: Readlint, project: Path, victim: Path) -> None:
    (project / "readlint.toml").symlink_to(victim)
    ran = readlint(status=0)
    assert "readlint.toml: ignored, a link to a file outside of the project; --config can name it\n" in ran.err


def test_secrets_are_allowed_in_no_file_elsewhere(readlint: Readlint, project: Path, victim: Path) -> None:
    (project / "a.py").write_text("PASSWORD = 'kq8Zr2xW9vLm4TbN'\n")
    (project / "readlint-secrets.toml").symlink_to("../created.toml")
    ran = readlint("secrets", "allow", "a.py", "--reason=it is a test")
    assert ran.status == 2
    assert "is a link, and may lead anywhere" in ran.err


# A cache that came with the code


def test_a_cache_folder_that_is_a_link_is_left_alone(readlint: Readlint, project: Path, victim: Path) -> None:
    elsewhere = project / ".git" / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "run-1.json").write_text("mine")
    os.utime(elsewhere / "run-1.json", (1, 1))
    (elsewhere / "old.tmp").write_text("mine")
    os.utime(elsewhere / "old.tmp", (1, 1))
    (project / ".readlint_cache").symlink_to(elsewhere)
    (project / "a.py").write_text(BAD)
    for _ in range(2):
        assert readlint(CONCISE, status=1).codes
    assert readlint("clean").out.startswith("There is no cache in ")
    assert sorted(os.listdir(elsewhere)) == ["old.tmp", "run-1.json"]


def test_links_in_the_cache_folder_lead_nowhere(readlint: Readlint, project: Path, victim: Path) -> None:
    (project / ".readlint_cache").mkdir()
    for name in (".gitignore", "CACHEDIR.TAG"):
        (project / ".readlint_cache" / name).symlink_to(project.parent / f"created{name}")
    (project / "a.py").write_text(BAD)
    assert readlint(CONCISE, status=1).codes


def forged(project: Path, key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was found, and what was is in a file of the user's, to be reported into another one."""
    monkeypatch.chdir(project)
    cache = cache_module.Cache(str(project / ".readlint_cache"), key)
    cache.prepare()
    seal = cache_module.Seal()
    nothing = Result()
    nothing.files_checked = 1
    nothing.outputs = ["json=../stolen.json"]
    command = Options(options.parse([]))
    cache.save_run(command.identity(), seal.to_json(), nothing.to_json(lambda path: []))


def test_a_cache_that_came_with_the_code_is_none(
    readlint: Readlint, project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    readlint.env["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("home"))
    (project / "a.py").write_text(BAD)
    expected = readlint("--no-cache", status=1)
    forged(project, b"", monkeypatch)
    assert readlint() == expected
    forged(project, b"x" * 32, monkeypatch)
    assert readlint() == expected
    # With the user's own key it would be believed: the test would notice if it forged the wrong thing.
    own = Path(readlint.env["XDG_CACHE_HOME"]) / "readlint" / "key"
    assert (own.stat().st_size, own.stat().st_mode & 0o777) == (32, 0o600)
    forged(project, own.read_bytes(), monkeypatch)
    assert "must be a file in the project" in readlint(status=2).err


def test_without_a_key_there_is_no_cache(readlint: Readlint, project: Path) -> None:
    readlint.env["XDG_CACHE_HOME"] = "/dev/null/nowhere"
    (project / "a.py").write_text(BAD)
    assert readlint(CONCISE) == readlint(CONCISE) == readlint(CONCISE, "--no-cache", status=1)
    assert not (project / ".readlint_cache").exists()


# Texts that want to be more than text

ESCAPES = "\x1b]8;;http://evil\x1b\\ \u202e\u2066 \x9b31m \x07"


@pytest.mark.parametrize("output_format", FORMATS)
def test_nothing_in_source_names_or_messages_takes_over(
    readlint: Readlint, project: Path, pack: Pack, output_format: str
) -> None:
    pack.add(
        "loud",
        f"@RULE.on(ast.Assign)\ndef check(node, ctx):\n    yield RULE.finding(node, text={ESCAPES!r})",
        messages=["says {text}."],
    )
    (project / f"::error::a{ESCAPES.replace('/', '')}.py").write_text(
        f"x = '''{ESCAPES} ##vso[task.complete] ##[error]'''\n"
    )
    ran = readlint("--output-format", output_format, "--color=never", status=1)
    shown = ran.out + ran.err
    assert not set("\x1b\x9b\x07\u202e\u2066") & set(shown)
    lines = [line for line in shown.splitlines() if line.lstrip().startswith("::")]
    assert output_format == "github" or lines == []
    if output_format in ("text", "concise"):
        assert "##" not in shown


def test_a_difference_on_a_terminal_is_escaped(project: Path, readlint: Readlint) -> None:
    (project / "a.py").write_text(BAD.replace("    work()\n", f"    work()  # {ESCAPES}\n"))
    exact = readlint("--diff", "--unsafe-fixes", status=1).out
    assert "\x1b" in exact  # for `patch`
    shown = on_terminal(readlint, "--diff", "--unsafe-fixes", "--color=never")
    assert "-    start = time.time()" in shown
    assert "work()  # \\x1b]8;;http://evil" in shown
    assert not set("\x1b\x9b\x07\u202e\u2066") & set(shown)


def on_terminal(readlint: Readlint, *arguments: str) -> str:
    """What a run writes to a terminal."""
    script = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
    command = [sys.executable, "-c", script, *map(str, readlint.command(*arguments))]
    done = subprocess.run(
        command, cwd=readlint.folder, env=readlint.env, capture_output=True, stdin=subprocess.DEVNULL, timeout=60
    )
    return done.stdout.decode()


# Bounds


def test_patterns_that_would_take_for_ever(readlint: Readlint, project: Path) -> None:
    """There are no regular expressions in settings; the patterns of files are matched without trying everything."""
    stars = "*a" * 60 + "b"
    folder = project / ("a" * 200) / ("a" * 200)
    folder.mkdir(parents=True)
    (folder / f"{'a' * 200}.py").write_text(BAD)
    (project / ".gitignore").write_text(f"{stars}\n**/{stars}/**/{stars}\n{'**/*a/' * 30}b\n")
    text = f"""\
    extend-exclude = ['{stars}', '**/{stars}/**/{stars}']
    test-paths = ['{stars}', '{"**/" * 40}{stars}']
    per-file-ignores = {{ '{stars}' = ['ALL'] }}
    """
    (project / "readlint.toml").write_text(textwrap.dedent(text))
    assert len(readlint(CONCISE, status=1).codes) > 3


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "a=" + "[" * 100_000 + "]" * 100_000, "a." * 100_000 + "b=1", "x=" + "9" * 100_000]
)
def test_settings_that_are_bombs(readlint: Readlint, project: Path, text: str) -> None:
    (project / "readlint.toml").write_text(text)
    ran = readlint(status=2)
    assert len(ran.err.splitlines()) == 1
    assert len(ran.err) < 1000 or "a.a.a" in ran.err
