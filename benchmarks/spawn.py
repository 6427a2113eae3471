"""Runs one command and prints what it cost: seconds, CPU seconds, peak memory, status.

A process of its own, because on Linux a process starts with the peak memory of the one that started it: this one is
too small to hide anything.
"""

import os
import sys
import time

stdin, *command = sys.argv[1:]
redirections = [
    (os.POSIX_SPAWN_OPEN, 0, stdin, os.O_RDONLY, 0),
    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
]
start = time.perf_counter()
process = os.posix_spawnp(command[0], command, os.environ, file_actions=redirections)
_, status, usage = os.wait4(process, 0)
wall = time.perf_counter() - start
print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
