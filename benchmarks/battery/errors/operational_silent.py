"""A failure of the outside world is caught by name and nothing is done. Seen in checkov, superset, jupyterhub, zenml,
pyload, salt, prefect, django."""

import os
import shutil
import smtplib
import socket
import subprocess

import requests
from django.db import DatabaseError, IntegrityError
from sqlalchemy.exc import SQLAlchemyError

MARKER = "/var/lib/agent/ready"


def load_versions(url, cache):
    try:
        response = requests.get(url, timeout=10)
        response.raise_for_status()
        cache[url] = response.json()["versions"]
    except requests.RequestException:  # verdict: defect - without versions the newest is never found, and no line says that the registry is down
        pass


def fetch_profile(url):
    try:
        response = requests.get(url, timeout=5)
        response.raise_for_status()
        return response.json()
    except requests.RequestException:  # verdict: defect - an outage looks like a user without a profile
        return None


def grant_permissions(session, grants):
    session.add_all(grants)
    try:
        session.commit()
    except SQLAlchemyError:  # verdict: defect - the grants are rolled back and the caller believes that they are there
        session.rollback()


def record_login(user):
    try:
        user.save(update_fields=["last_login"])
    except DatabaseError:  # verdict: defect - a failed write leaves no trace
        pass


def send_report(server, message):
    try:
        server.send_message(message)
    except smtplib.SMTPException:  # verdict: defect (missed) - the caller may learn that it failed, but nobody why
        return False
    return True


def append_journal(path, line):
    try:
        with open(path, "a", encoding="utf-8") as journal:
            journal.write(line)
    except OSError:  # verdict: defect - a full disk loses the journal
        pass


def announce(peers, message):
    for peer in peers:
        try:
            peer.send(message)
        except ConnectionError:  # verdict: defect - the peer misses the message and nobody notices
            continue


def fetch_pages(session, urls):
    pages = []
    for url in urls:
        try:
            pages.append(session.get(url, timeout=5))
        except requests.Timeout:  # verdict: defect - the list is shorter than it should be, without a word
            pass
    return pages


def compress(folder):
    try:
        subprocess.run(["tar", "-cf", f"{folder}.tar", folder], check=True)
    except subprocess.SubprocessError:  # verdict: defect - there is no archive, and the backup goes on
        return None
    return f"{folder}.tar"


def listening(path):
    try:
        probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        probe.connect(path)
    except OSError:  # verdict: defect (missed) - too many open files is not the answer "nobody listens"
        return None
    return probe


def is_listening(host, port):
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:  # verdict: fine - a probe whose name asks the question, and False is the answer
        return False
    return True


def remove_marker():
    try:
        os.unlink(MARKER)
    except FileNotFoundError:  # verdict: fine - it is gone, as wanted
        pass


def remove_empty_folder(folder):
    try:
        os.rmdir(folder)
    except OSError:  # verdict: fine - the folder is not empty and stays
        pass


def get_or_create(model, key):
    try:
        return model.objects.create(key=key)
    except IntegrityError:  # verdict: fine - somebody else was faster, and the row is read
        return model.objects.get(key=key)


def reply(connection, body):
    try:
        connection.sendall(body)
    except BrokenPipeError:  # verdict: fine - the client has gone
        pass


def next_events(stream, timeout):
    while not stream.closed:
        try:
            return stream.wait(timeout)
        except TimeoutError:  # verdict: fine - nothing came, so it waits again
            continue
    return []


def free_space(path):
    try:
        return shutil.disk_usage(path).free
    except OSError as error:  # verdict: fine - reported with the error
        print(f"cannot read the size of {path}: {error}")
        raise


def set_nice(process):
    try:
        os.setpriority(os.PRIO_PROCESS, process.pid, 10)
    except PermissionError:  # verdict: fine - the comment gives the reason, and the process runs all the same
        # only root may lower it again: run at the normal priority
        pass
