"""Ages and limits of what is stored or comes from elsewhere. Seen in django, jupyterhub, salt, prefect, celery, superset, mlflow."""

import json
import os
import time
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import jwt
from django.db import models

MAX_AGE = 3600


class Session(models.Model):
    seen = models.DateTimeField()

    def idle(self):
        return datetime.now(timezone.utc) - self.seen  # verdict: fine - a column, written by another process

    def is_over(self):
        return self.seen < datetime.now(timezone.utc) - timedelta(hours=1)  # verdict: fine - the same


def old_files(folder):
    for entry in os.scandir(folder):
        if time.time() - entry.stat().st_mtime > MAX_AGE:  # verdict: fine - the file system's time is the wall clock's
            yield entry.path


def grains_age(path):
    return int(time.time() - os.path.getmtime(path))  # verdict: fine - the age of a file


def prune(log, days):
    log.query.filter(log.created < datetime.now() - timedelta(days=days)).delete()  # verdict: fine - a cut-off for rows


def check(token, key):
    claims = jwt.decode(token, key, algorithms=["HS256"])
    return claims["exp"] > time.time()  # verdict: fine - a date that the token's issuer wrote


def issue(user, key):
    expires = datetime.now(timezone.utc) + timedelta(hours=1)
    return jwt.encode({"sub": user, "exp": expires}, key)  # verdict: fine - others read it


def set_cookie(response, value, age):
    expires = time.time() + age
    response.headers["Expires"] = str(expires)
    if expires < time.time():  # verdict: fine - the browser is told the same date
        response.delete_cookie("session")
    return value


def store_lease(path, seconds):
    until = time.time() + seconds
    path.write_text(json.dumps({"until": until}))
    return until > time.time()  # verdict: fine - the lease is a file that other processes read


def is_leased(path):
    return json.loads(path.read_text())["until"] > time.time()  # verdict: fine - written by whoever took the lease


def certificate_is_over(certificate):
    return datetime.now(timezone.utc) >= certificate.not_valid_after_utc  # verdict: fine - a date in a certificate


def retry_after(response):
    when = parsedate_to_datetime(response.headers["Retry-After"])
    return (when - datetime.now(timezone.utc)).total_seconds()  # verdict: fine - the server's date


def publish_age(message):
    return time.time() - message["sent_at"]  # verdict: fine - the sender's clock is another machine's


def drop_late(load, window):
    if time.time() - load["ts"] > window:  # verdict: fine - a time in a message
        raise ValueError("too old")


def deployed():
    return time.time() - float(os.environ["DEPLOYED_AT"])  # verdict: fine - from the environment


def last_run(redis, name):
    redis.set(name, time.time())
    return time.time() - float(redis.get(name))  # verdict: fine - may be another worker's


def cron_lag(run):
    return (datetime.now(timezone.utc) - run.expected_start).total_seconds()  # verdict: fine - a date on the calendar


def lambda_query(period):
    return {"end": (datetime.now(timezone.utc) + timedelta(seconds=period)).isoformat()}  # verdict: fine - a date in a request


def next_state(seconds):
    return {"at": datetime.now(timezone.utc) + timedelta(seconds=seconds)}  # verdict: fine - scheduled for others
