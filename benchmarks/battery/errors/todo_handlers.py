"""Handlers that were never written, and notes to oneself elsewhere. Seen in mlflow, celery, buildbot, homeassistant, nova,
pyload."""

import json
import logging
from contextlib import suppress

logger = logging.getLogger(__name__)


def apply_update(device, update):
    try:
        device.apply(update)
    except Exception:  # verdict: defect - the handler is still to be written
        pass  # TODO: handle this


def start_server(command, run):
    try:
        return run(command)
    except OSError:  # verdict: defect - the plan to support the platform is in a comment, the failure nowhere
        # TODO: find a way that works on Windows too
        return None


def parse_size(text):
    try:
        return int(text)
    except ValueError:  # verdict: defect - nobody has decided what a bad size means
        # FIXME what now?
        return 0


def call_hook(hook):
    try:
        hook()
    except Exception as error:  # verdict: defect - logged, but it is told in the code itself that this is not finished
        logger.warning("hook failed: %s", error)
        # XXX should retry


def fetch_balance(bank, account):
    try:
        return bank.balance(account)
    except TimeoutError:  # verdict: defect (missed) - the real error is replaced by one that says "not written yet"
        raise NotImplementedError("retry")


def sync_contacts(client):
    with suppress(KeyError):  # TODO report  # verdict: defect - the note says that silence was meant for the moment only
        client.sync()


def check_response(response):
    if not response.ok:  # verdict: defect - an error branch that is a note
        # TODO handle errors properly
        return None
    return response.json()


def restart(unit):
    try:
        unit.restart()
    except RuntimeError:  # verdict: defect - ignored for now, and now has been years
        pass  # ignore for now


def bill(gateway, order):
    try:
        gateway.charge(order)
    except Exception as error:  # verdict: defect - the ticket knows about the failure, the customer does not
        logger.error("charge failed: %s", error)  # TODO(PAY-123): refund


def load_rows(store):
    try:
        # TODO: read in chunks  # verdict: fine - a wish about the work, not about its failure
        rows = store.read()
    except OSError as error:  # verdict: fine - logged with its cause and raised
        logger.error("cannot read rows: %s", error)
        raise
    return rows


# TODO: take the settings from the environment
def read_settings(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:  # verdict: fine - no file means no settings, and the note is above the function
        return {}


def list_keys(store):
    try:
        return store.keys()
    except PermissionError as error:  # verdict: fine - the marker is in a text that users see
        raise RuntimeError("the XXX placeholder in the store's path was not replaced") from error
