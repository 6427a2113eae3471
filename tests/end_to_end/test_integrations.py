"""Every code block of docs/integrations.md is right."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from harness import BAD, FORMATS, Readlint

from readlint.cli import options
from readlint.settings.documents import parse

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "integrations.md").read_text(encoding="utf-8")
BLOCKS = [
    (heading, language, text)
    for heading, section in re.findall(r"^## (.*)\n((?:(?!^## ).*\n)*)", PAGE, re.MULTILINE)
    for language, text in re.findall(r"^```(\w+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
]
SCHEMAS = {"GitHub code scanning": "github-workflows", "GitLab": "gitlab-ci", "Azure DevOps": "azure-pipelines"}


def block(heading: str, language: str) -> str:
    (text,) = (text for own, kind, text in BLOCKS if (own, kind) == (heading, language))
    return text


def config(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read_string(text)
    return parser


PARSERS = {"yaml": yaml.safe_load, "toml": parse, "json": json.loads, "ini": config}


def test_every_block_parses() -> None:
    assert {language for _, language, _ in BLOCKS} == {*PARSERS, "vim", "lua", "console"}
    for heading, language, text in BLOCKS:
        assert language not in PARSERS or PARSERS[language](text), heading


@pytest.mark.parametrize("heading", SCHEMAS)
def test_pipelines_fit_their_schemas(heading: str, tmp_path: Path) -> None:
    pytest.importorskip("check_jsonschema", reason="check-jsonschema is not installed")
    (tmp_path / "file.yml").write_text(block(heading, "yaml"))
    schema = f"vendor.{SCHEMAS[heading]}"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    transform = ["--data-transform", SCHEMAS[heading]] if heading != "GitHub code scanning" else []
    done = subprocess.run([*command, *transform, "file.yml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_actions_inputs_exist() -> None:
    workflow = yaml.safe_load(block("GitHub code scanning", "yaml"))
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (step,) = (one for one in workflow["jobs"]["readlint"]["steps"] if one.get("id") == "readlint")
    assert set(step["with"]) <= set(action["inputs"])
    text = block("GitHub code scanning", "yaml")
    assert set(re.findall(r"steps\.readlint\.outputs\.([\w-]+)", text)) <= set(action["outputs"])
    assert all(f"`{name}`" in PAGE for name in action["outputs"])


def commands() -> list[list[str]]:
    """The arguments of every run of readlint on the page."""
    found = re.findall(r"(?:^|[\"`>] ?|- )readlint ((?:-|settings)[^\n\"`]*)", PAGE, re.MULTILINE)
    return [shlex.split(re.sub(r"\$\(.*?\)", "folder", text)) for text in found]


@pytest.mark.skipif(not {"gitlab", "azure", "sarif"} <= set(FORMATS), reason="a format of the page is not there")
def test_every_format_exists() -> None:
    named = re.findall(r"(?:-o |--output-format )([\w-]+)", PAGE)
    assert set(named) <= set(FORMATS)


def test_every_option_exists() -> None:
    assert len(commands()) >= 6
    for arguments in commands():
        if arguments[0] != "settings":
            options.parse(arguments)
    hook = yaml.safe_load(block("pre-commit", "yaml"))["repos"][0]["hooks"][0]
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["id"] in {one["id"] for one in hooks}
    options.parse(hook["args"])
    task = json.loads(block("VS Code", "json"))["tasks"][0]
    options.parse(shlex.split(task["command"])[1:])
    options.parse(["--stdin-filename", "a.py", "-"])


def concise(readlint: Readlint, tmp_path: Path) -> list[str]:
    (tmp_path / "bad.py").write_text(BAD)
    return readlint("--output-format", "concise", "--color", "never", "--quiet", ".", status=1).out.splitlines()


def test_the_problem_matcher_fits_every_line(readlint: Readlint, tmp_path: Path) -> None:
    pattern = json.loads(block("VS Code", "json"))["tasks"][0]["problemMatcher"]["pattern"]
    for line in concise(readlint, tmp_path):
        match = re.fullmatch(pattern["regexp"], line)
        assert match, line
        path, row, column, code, message = (match[pattern[k]] for k in ("file", "line", "column", "code", "message"))
        assert path == "bad.py"
        assert (int(row) > 1, int(column) > 1, code.startswith("RL")) == (True, True, True)
        assert not message.startswith("[*]")


@pytest.mark.parametrize("editor", ["vim", "nvim"])
def test_the_error_format_fits_every_line(readlint: Readlint, tmp_path: Path, editor: str) -> None:
    if shutil.which(editor) is None:
        pytest.skip(f"{editor} is not installed")
    lines = concise(readlint, tmp_path)
    (tmp_path / "output").write_text("\n".join(lines) + "\n")
    (tmp_path / "settings.vim").write_text(block("Neovim and Vim", "vim"))
    entry = "join([bufname(v:val.bufnr), v:val.lnum, v:val.col, v:val.valid], ':')"
    run = [
        *(["-es", "-u", "NONE", "-N"] if editor == "vim" else ["--headless", "-u", "NONE"]),
        *("-c", "source settings.vim", "-c", "cgetfile output"),
        *("-c", f"call writefile(map(getqflist(), {json.dumps(entry)}), 'list')", "-c", "qa!"),
    ]
    subprocess.run([editor, *run], cwd=tmp_path, capture_output=True, timeout=30, stdin=subprocess.DEVNULL)
    wanted = [":".join([*line.split(":")[:3], "1"]) for line in lines]
    assert (tmp_path / "list").read_text().splitlines() == wanted
