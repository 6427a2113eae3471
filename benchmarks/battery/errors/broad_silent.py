"""Every exception is caught and nothing is done. Seen in salt, celery, superset, mlrun, checkov, litellm."""

import json

import yaml

SUBSCRIBERS = []


def restore_stamps(record, decode):
    stamps = record.pop("stamps", None)
    if stamps is not None:
        try:
            record.update(decode(stamps))
        except Exception:  # verdict: defect - stamps that cannot be decoded disappear from the result
            pass
    return record


def parse_stack_config(content):
    try:
        parsed = yaml.safe_load(content)
        if isinstance(parsed, list):
            return parsed
    except Exception as error:  # verdict: defect - a typing error in the settings makes them one long line, and nobody hears of it
        pass
    return content.splitlines()


def upgrade_filters(dashboard):
    changed = False
    try:
        filters = json.loads(dashboard.metadata)
        for value in filters.values():
            value["range"] = f"{value.pop('from', '')} : {value.pop('to', '')}"
        dashboard.metadata = json.dumps(filters)
        changed = True
    except Exception:  # verdict: defect - a migration that skips rows and does not say which
        pass
    return changed


def attach_function(db, run):
    function = None
    try:
        function = db.get_function(run.name, run.project, run.tag)
    except Exception:  # verdict: defect - the database being down looks like a run without a function
        pass
    return function


def sync_folders(folders, client):
    for folder in folders:
        try:
            client.sync(folder)
        except Exception:  # verdict: defect - folders that failed are left out of the sync, silently
            continue


def drain(queue, store):
    while not queue.empty():
        item = queue.get()
        try:
            store.save(item)
        except Exception:  # verdict: defect - the item was taken from the queue and is lost
            ...


def notify_all(event):
    for subscriber in SUBSCRIBERS:
        try:
            subscriber.send(event)
        except Exception as error:  # verdict: defect - an unused variable is not a report
            failed = True


def register_account(mailer, account):
    account.save()
    try:
        mailer.welcome(account)
    except Exception:  # verdict: defect - a comment does not make a lost mail known
        # the account exists, the mail does not matter
        pass


def load_first(paths, reader):
    for path in paths:
        try:
            return reader(path)
        except Exception:  # verdict: defect - a broken file and a missing file are the same here, and the caller gets nothing
            break
    return None


def apply_defaults(settings, source):
    try:
        settings.update(source.fetch())
    except (KeyError, Exception):  # verdict: defect - the tuple holds Exception, so everything is swallowed
        pass


def refresh_index(index):
    try:
        index.refresh()
    except Exception:  # verdict: defect - a docstring is no handling
        """Will be refreshed by the next request."""


def store_result(backend, task):
    try:
        backend.store(task.id, task.result)
    except Exception as error:  # verdict: fine - the task knows the error and re-raises it to its waiter
        task.fail(error)


def read_setting(section, key):
    try:
        return section[key]
    except KeyError:  # verdict: fine - a missing key means that the setting is not set
        pass
    return None


def publish_changes(bus, changes, failed):
    for change in changes:
        try:
            bus.publish(change)
        except Exception:  # verdict: fine - the change goes to the list that is sent again
            failed.append(change)
            continue


def import_rows(rows, table, log):
    for row in rows:
        try:
            table.insert(row)
        except Exception:  # verdict: fine - logged with its traceback, row named
            log.exception("row %s was not imported", row["id"])
            continue
