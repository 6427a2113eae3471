"""Every exception becomes a value. Seen in celery, checkov, litellm, zenml, wandb, mlflow."""

import logging

logger = logging.getLogger(__name__)


def finished_result(backend, task_id):
    try:
        meta = backend.get(task_id)
        if meta["status"] == "SUCCESS":
            return meta
        return False
    except Exception:  # verdict: defect - a backend that cannot be reached looks like a task that did not succeed
        return False


def open_ports(rule):
    try:
        first, last = rule["port_range"].split("/")
        return int(first), int(last)
    except Exception:  # verdict: defect - a rule that the scanner cannot read passes the scan
        return None


def team_members(client, team):
    try:
        return client.list_members(team)
    except Exception:  # verdict: defect - an outage looks like an empty team
        return []


def exchange_rate(client, currency):
    try:
        return client.rate(currency)
    except Exception:  # verdict: defect - amounts are computed with a rate that nobody quoted
        return 1.0


def endpoint_config(client, name):
    config = {}
    try:
        config = client.describe(name)["config"]
    except Exception:  # verdict: defect - what failed is replaced by an empty configuration
        config = {}
    return config


def user_roles(directory, user):
    try:
        roles = directory.roles(user)
    except Exception:  # verdict: defect - the user loses all roles when the directory is slow
        roles = None
    return roles or ["guest"]


def count_jobs(session, states):
    try:
        return session.execute("SELECT count(*) FROM jobs WHERE state = ?", states).scalar()
    except Exception as error:  # verdict: defect - zero is also a count
        return 0


def each_page(client):
    page = 1
    while page:
        try:
            yield client.page(page)
        except Exception:  # verdict: defect - the reader cannot know that the pages stopped early
            return
        page += 1


def spec_of(artifact, fallback):
    try:
        return artifact.load().spec
    except Exception:  # verdict: defect - a broken artifact silently becomes the fallback
        return fallback


def run_check(check, resource):
    try:
        return check.run(resource)
    except Exception as error:  # verdict: fine - the caller gets the error as the result
        return error


def rebuild_usage(usage):
    try:
        return dict(**usage)
    except Exception as error:  # verdict: fine - a warning names the cause and the consequence
        logger.warning("savings read zero: unusable usage object (%s)", error)
        return None


def process(event, handler, to_response):
    try:
        return handler(event)
    except Exception as error:  # verdict: fine - the error becomes an error response
        return to_response(event, error)


def load_plugin(entry_point):
    try:
        return entry_point.load()
    except Exception:  # verdict: fine - reported with its traceback before the plugin is left out
        logger.exception("plugin %s cannot be loaded", entry_point.name)
        return None


def settle(call):
    try:
        return call(), None
    except Exception as error:  # verdict: fine - a pair of value and error
        return None, error


def parse_count(text):
    try:
        return int(text)
    except ValueError:  # verdict: fine - the text is no number, and None says so
        return None
