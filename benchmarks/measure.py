"""Runs commands in alternating rounds and keeps what the operating system says each one cost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

# ru_maxrss is in bytes on macOS and in KiB elsewhere.
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
SPAWN = Path(__file__).with_name("spawn.py")


class Failed(Exception):
    """A command ended with a status that does not mean "it did its work"."""


@dataclass(frozen=True)
class Command:
    name: str
    argv: Sequence[str]
    cwd: Path  # with the files that it reads
    stdin: Path | None = None
    passing: Sequence[int] = (0, 1)
    # Slow peers run in every second or third round only, and never untimed.
    every: int = 1
    # It times the part of itself that counts, and says the seconds and the CPU seconds on standard error.
    times_itself: bool = False


@dataclass(frozen=True)
class Sample:
    wall: float  # seconds
    cpu: float  # seconds, user and system, of the command and the processes it waited for
    peak: float  # bytes, of its largest process


Samples = dict[str, list[Sample]]


def alternate(commands: Sequence[Command], rounds: int, say: Callable[[str], None]) -> Samples:
    """A round runs each command once, so that a busy moment of the machine hits all of them.

    One untimed run comes first: it fills the caches of the warm commands.
    """
    for command in commands:
        if command.every == 1:
            run(command)
    samples: Samples = {command.name: [] for command in commands}
    for number in range(rounds):
        for command in rotated(commands, number):
            if number % command.every == 0:
                sample = run(command)
                samples[command.name].append(sample)
                say(f"  {number + 1}/{rounds} {command.name}: {sample.wall:.3f} s, CPU {sample.cpu:.3f} s")
    return samples


def rotated(commands: Sequence[Command], number: int) -> list[Command]:
    """Another command begins each round: being first or being after a certain peer is nobody's privilege."""
    start = number % len(commands)
    return [*commands[start:], *commands[:start]]


def run(command: Command) -> Sample:
    fill_page_cache(command.cwd)
    spawn = [sys.executable, "-I", "-S", str(SPAWN), str(command.stdin or os.devnull)]
    done = subprocess.run([*spawn, *command.argv], cwd=command.cwd, env=environment(), capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"{command.name} did not start: {' '.join(command.argv)}\n{done.stderr}")
    wall, cpu, peak, status = done.stdout.split()
    if int(status) not in command.passing:
        raise Failed(f"{command.name} ended with {status}: {' '.join(command.argv)}\n{done.stderr[-2000:]}")
    if command.times_itself:
        wall, cpu = done.stderr.split()
    return Sample(float(wall), float(cpu), int(peak) * MAXRSS_UNIT)


def fill_page_cache(folder: Path) -> None:
    """Read all files, so that nobody waits for the disk: some machines forget within seconds what was read.

    A tool that is done in seconds would pay most for that, and it says nothing of the tool.
    """
    for parent, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(parent, name), "rb", buffering=0) as file:
                file.readall()


def environment() -> dict[str, str]:
    """Without the variables that change how Python or a linter runs."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "READLINT", "RUFF"))}
