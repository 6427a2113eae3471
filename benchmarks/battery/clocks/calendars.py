"""Points on the calendar. Seen in home-assistant, salt, superset, django, celery."""

import time
from datetime import date, datetime, time as day_time, timedelta

STEP = 300


def until_midnight():
    now = datetime.now()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds()  # verdict: fine - midnight is the wall clock's


def is_before_noon():
    return datetime.now().time() < day_time(12)  # verdict: fine - the time of day


def days_since_epoch():
    return (date.today() - date(1970, 1, 1)).days  # verdict: fine - a number of days


def next_slot():
    now = time.time()
    return now - now % STEP + STEP - now  # verdict: fine - aligned to the clock on the wall


def seconds_to_slot():
    now = time.time()
    slot = now - now % STEP + STEP
    return slot - time.time()  # verdict: fine - the same, and meant


def yesterday():
    return datetime.now() - timedelta(days=1)  # verdict: fine - a date


def trial_is_over(begun: date):
    return date.today() - begun > timedelta(days=30)  # verdict: fine - counted in days


def half_hour_ahead(event):
    return event.start < datetime.now() + timedelta(minutes=30)  # verdict: fine - an appointment


def run_at(hour):
    while datetime.now().hour < hour:  # verdict: fine - waits for an hour of the day
        time.sleep(STEP)


def is_new_day(last: datetime):
    return datetime.now().date() > last.date()  # verdict: fine - calendar dates


def bucket():
    return int(time.time() // STEP)  # verdict: fine - a bucket of the wall clock
