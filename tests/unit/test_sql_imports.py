"""sqlglot takes 0.2 s to import: only queries with something unproven in them may ask for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from harness import Readlint

SHOW = "import sys\nfrom readlint.__main__ import main\nmain()\nprint('sqlglot' in sys.modules, file=sys.stderr)"
HEAD = "import sqlite3\nconn = sqlite3.connect('a')\nTABLE = 't'\ndef f(name, ids):\n"

QUERIES = [
    ("    return name\n", False),
    ("    conn.execute('SELECT * FROM t WHERE name = ?', (name,))\n", False),
    ("    conn.execute(f'SELECT * FROM {TABLE} WHERE id = {int(name)}')\n", False),
    ("    conn.execute(f\"SELECT * FROM t WHERE id IN ({','.join('?' for _ in ids)})\", ids)\n", False),
    ("    print(f'SELECT * FROM t WHERE name = {name}')\n", False),
    ("    conn.execute(f'SELECT * FROM t WHERE name = {name}')\n", True),
]


@pytest.mark.parametrize(("body", "expected"), QUERIES)
def test_when_sqlglot_is_imported(readlint: Readlint, tmp_path: Path, body: str, expected: bool) -> None:
    (tmp_path / "app.py").write_text(HEAD + body)
    command = [sys.executable, "-c", SHOW, "--no-cache", "--exit-zero", "."]
    done = subprocess.run(command, cwd=readlint.folder, env=readlint.env, capture_output=True, check=True, timeout=60)
    assert done.stderr.decode().splitlines()[-1] == str(expected)
