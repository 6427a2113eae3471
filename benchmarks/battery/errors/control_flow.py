"""Exceptions that are answers. Seen in django, celery, salt, scrapy, buildbot, homeassistant, superset."""

import asyncio
import json
import queue
from contextlib import suppress

from django.core.exceptions import ObjectDoesNotExist


def setting(settings, name, default):
    try:
        return settings[name]
    except KeyError:  # verdict: fine - not set
        return default


def drain(source):
    items = []
    while True:
        try:
            items.append(source.get_nowait())
        except queue.Empty:  # verdict: fine - nothing left
            break
    return items


def first(iterator):
    try:
        return next(iterator)
    except StopIteration:  # verdict: fine - empty
        return None


def profile_of(user):
    try:
        return user.profile
    except ObjectDoesNotExist:  # verdict: fine - users without a profile exist
        return None


def as_number(text):
    try:
        return float(text)
    except (TypeError, ValueError):  # verdict: fine - the caller asks whether it is a number
        return None


def as_json(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError:  # verdict: fine - plain text is allowed and returned as it is
        return text


def forget(cache, key):
    with suppress(KeyError):  # verdict: fine - it is gone either way
        del cache[key]


def method_of(target, name):
    try:
        return getattr(target, name)
    except AttributeError:  # verdict: fine - has no such method
        pass
    return None


async def next_item(items):
    try:
        return items.get_nowait()
    except asyncio.QueueEmpty:  # verdict: fine - waits instead
        return await items.get()


def created(path):
    try:
        path.mkdir()
    except FileExistsError:  # verdict: fine - it is there, which is what was wanted
        return False
    return True


def ratio(part, whole):
    try:
        return part / whole
    except ZeroDivisionError:  # verdict: fine - no items, no share
        return 0.0


def order_of(request, orders):
    try:
        return orders[int(request["order"])].total()
    except Exception:  # verdict: defect - an error in total() is taken for "no such order"
        return None


def alias_of(registry, name):
    try:
        return registry.lookup(name).alias
    except (LookupError, Exception):  # verdict: defect - written for a lookup, catches everything
        return name
