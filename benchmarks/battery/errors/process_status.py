"""Exit statuses of other programs. Seen in django, litellm, wandb, zenml, mlflow, ansible, salt."""

import asyncio
import atexit
import os
import subprocess


def reload_proxy(name):
    subprocess.run(["systemctl", "reload", name])  # verdict: defect - a reload that failed goes on as a reload


def commit_time(folder):
    log = subprocess.run(["git", "log", "--format=%ct", "-1"], capture_output=True, cwd=folder, text=True)  # verdict: defect - no repository gives an empty text, taken for the answer
    return log.stdout.strip()


def install(requirements):
    subprocess.call(["pip", "install", "-r", requirements])  # verdict: defect - nobody looks whether it was installed


def mount(device, folder):
    os.system(f"mount {device} {folder}")  # verdict: defect - data is written to the empty folder when it fails


def dump_database(path):
    with open(path, "wb") as target:
        process = subprocess.Popen(["pg_dump", "app"], stdout=target)  # verdict: defect - waited for, but the status is dropped: half a dump is a backup
        process.wait()


async def transcode(source, target):
    process = await asyncio.create_subprocess_exec("ffmpeg", "-i", source, target)  # verdict: defect - the status is never read
    await process.wait()


def list_units():
    result = subprocess.run(["systemctl", "list-units"], stdout=subprocess.PIPE, check=False)  # verdict: defect - nothing is checked, the output is used all the same
    return result.stdout.splitlines()


def restart_children(arguments, environment):
    while True:
        process = subprocess.run(arguments, env=environment, close_fds=False)  # verdict: fine - the status decides
        if process.returncode != 3:
            return process.returncode


def git(*arguments):
    return subprocess.run(["git", *arguments], check=True, capture_output=True).stdout  # verdict: fine - check=True raises


def export_requirements(command):
    result = subprocess.run(command, capture_output=True)  # verdict: fine - checked one line below
    result.check_returncode()
    return result.stdout.decode()


def run_playbook(path):
    return subprocess.run(["ansible-playbook", path])  # verdict: fine - the caller gets the status


def start_metrics_server(port):
    process = subprocess.Popen(["metrics-server", str(port)])  # verdict: fine - a daemon that is stopped at exit
    atexit.register(process.terminate)
    return process


def has_docker():
    return subprocess.call(["docker", "info"], stdout=subprocess.DEVNULL) == 0  # verdict: fine - the status is the answer


def lint(path, report):
    result = subprocess.run(["yamllint", path], stderr=subprocess.PIPE)  # verdict: fine - complaints come on stderr, which is looked at
    if result.stderr:
        report(result.stderr)


def compile_assets(folder):
    subprocess.check_call(["make", "-C", folder])  # verdict: fine - raises
