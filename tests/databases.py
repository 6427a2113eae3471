"""Database servers of our own for tests: each listens on a socket in a new folder, and is gone afterwards."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def postgresql(setup: str) -> Iterator[Path | None]:
    """The folder of its socket, once the statements have run; None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    initdb = found[-1] if found else Path(shutil.which("initdb") or "")
    if not initdb.name:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="readlint-pg-") as name, _postgresql_in(Path(name), initdb, setup):
        yield Path(name)


@contextmanager
def _postgresql_in(folder: Path, initdb: Path, setup: str) -> Iterator[None]:
    as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []  # the server refuses to be root
    if as_user:
        shutil.chown(folder, "postgres")

    def command(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*as_user, str(initdb.with_name(program)), "-D", str(folder / "data"), *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would stay open as long as the server
            timeout=120,
        )
        assert done.returncode == 0, program

    folder.chmod(0o755)
    command("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync")
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=20"
    command("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        psql = [str(initdb.with_name("psql")), "-q", "-h", str(folder), "-U", "postgres", "-c", setup]
        subprocess.run(psql, check=True, stdin=subprocess.DEVNULL)
        yield
    finally:
        command("pg_ctl", "-m", "immediate", "stop")


@contextmanager
def mariadb(setup: str) -> Iterator[Path | None]:
    """The folder of its socket, with a database `shop` in which the statements have run; None where it is missing."""
    server = Path(shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "")
    install = shutil.which("mariadb-install-db")
    if not server.name or install is None:
        yield None
        return
    with (
        tempfile.TemporaryDirectory(prefix="readlint-my-") as name,
        _mariadb_in(Path(name), server, install, setup),
    ):
        yield Path(name)


@contextmanager
def _mariadb_in(folder: Path, server: Path, install: str, setup: str) -> Iterator[None]:
    # A temporary folder of its own: a server that starts removes the temporary tables of all others from the folder.
    own = folder / "tmp"
    own.mkdir()
    options = [f"--basedir={server.parent.parent}", f"--datadir={folder / 'data'}", f"--tmpdir={own}"]
    options += ["--innodb-log-file-size=4M"]  # of 96, for each of the servers that run at once
    options += ["--user=root"] if os.getuid() == 0 else []
    made = [install, "--no-defaults", *options, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(made, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=120)
    start = folder / "start.sql"  # read line by line
    plain = "SET sql_mode = 'NO_BACKSLASH_ESCAPES'; CREATE DATABASE shop; USE shop"
    start.write_text(f"{plain}; {setup};".replace("; ", ";\n").replace(";INSERT", ";\nINSERT"), encoding="utf-8")
    network = ["--skip-networking", f"--socket={folder / 'socket'}", f"--pid-file={folder / 'pid'}"]
    text = ["--character-set-server=utf8mb4", f"--init-file={start}", "--skip-log-bin", f"--log-error={folder / 'log'}"]
    running = subprocess.Popen([str(server), "--no-defaults", *options, *network, *text])
    try:
        _wait_for(folder / "pid", running)
        yield
    finally:
        running.kill()
        running.wait()


def _wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Until the server has written its number, which it does when it is ready."""
    for _ in range(600):
        if path.exists() and path.read_text():
            return
        assert process.poll() is None, "the server ended"
        time.sleep(0.1)
    raise AssertionError("the server did not start")


def odbc_driver(name: str) -> str | None:
    """The path of an ODBC driver, as Debian's packages install it."""
    folders = [*os.environ.get("LD_LIBRARY_PATH", "").split(":"), *map(str, Path("/usr/lib").glob("*-linux-gnu*"))]
    return next((str(path) for one in folders if one and (path := Path(one, "odbc", name)).exists()), None)


def django_connection(host: str) -> Any:
    """Django's own connection, to this server from now on. A process can configure Django only once."""
    conf = importlib.import_module("django.conf")
    if not conf.settings.configured:
        base = {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": "postgres"}
        conf.settings.configure(DATABASES={"default": {**base, "HOST": host}}, USE_TZ=True)
        importlib.import_module("django").setup()
    connection = importlib.import_module("django.db").connection
    connection.close()
    connection.settings_dict["HOST"] = host
    return connection
