"""Handlers that leave the report to somebody else. Seen in celery, sentry_sdk, litellm, distributed, homeassistant, salt."""

import sys

import sentry_sdk

from .reporting import forget, report, report_when_verbose, track


def sync_mailbox(mailbox):
    try:
        mailbox.sync()
    except Exception as error:  # verdict: fine - the project's own reporter logs the traceback
        report(error, "sync_mailbox")


def price(catalog, item):
    try:
        return catalog.price(item)
    except Exception as error:  # verdict: fine - the project's helper hands it to the tracker
        track(error)
        return None


def render(template, values):
    try:
        return template.render(values)
    except Exception:  # verdict: fine - the tracker takes the current exception
        sentry_sdk.capture_exception()
        return ""


def parse_feed(feed):
    try:
        return feed.parse()
    except Exception as error:  # verdict: fine - a callable that the caller gave gets the error
        feed.on_error(error)
        return []


def convert(image):
    try:
        return image.convert()
    except Exception:  # verdict: fine - _fail() raises whatever happens
        _fail("convert")


def _fail(place):
    raise RuntimeError(f"{place} failed")


def main(job):
    try:
        job.run()
    except Exception as error:  # verdict: fine - told on stderr, and the status says that it failed
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


class Worker:
    def step(self):
        try:
            self.work()
        except Exception as error:  # verdict: fine - a method of the class logs it
            self._failed(error)

    def _failed(self, error):
        self.log.error("step failed", exc_info=error)

    def flush(self):
        try:
            self.buffer.flush()
        except Exception as error:  # verdict: defect (missed) - the method that gets it does nothing with it
            self._ignored(error)

    def _ignored(self, error):
        pass


def import_contacts(source):
    try:
        source.load()
    except Exception as error:  # verdict: defect - the helper's name promises nothing, and its body does nothing
        forget(error)


def warm(cache, verbose):
    try:
        cache.warm()
    except Exception as error:  # verdict: defect - reported only when verbose, which production is not
        report_when_verbose(error, verbose)


def resize(image):
    try:
        return image.resize()
    except Exception as error:  # verdict: defect - a text that is made and thrown away
        str(error)
        return None


def finish(main_job):
    try:
        main_job.run()
    except Exception:  # verdict: defect - status 0 tells the scheduler that all went well
        sys.exit(0)
