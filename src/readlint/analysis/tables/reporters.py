"""Who hears of a failure: loggers, error trackers, metrics, the terminal, whoever waits for a result."""

from __future__ import annotations

#: Log methods that services do not keep, or nobody is woken by.
QUIET_METHODS = frozenset(
    {
        "debug",
        "info",
        "trace",  # loguru 0.7
        "success",  # loguru 0.7
        "verbose",  # celery, coloredlogs
        "vv",
        "vvv",
        "vvvv",
    }
)
#: Log methods at the level `warning` or above.
LOUD_METHODS = frozenset(
    {
        "warning",
        "warn",
        "error",
        "critical",
        "fatal",
        "exception",
        "err",  # twisted.python.log 22
        "msg",  # twisted.python.log 22: the only level beside err
        "failure",  # twisted.logger 22
        "warning_once",  # transformers, mlflow
        "alert",
        "emergency",
        "severe",
    }
)
#: These add the traceback by themselves.
TRACEBACK_METHODS = frozenset({"exception", "err", "failure"})
QUIET_LEVELS = frozenset(
    {"DEBUG", "INFO", "TRACE", "NOTSET", "VERBOSE", "GARBAGE", "PROFILE"}
)  # salt adds the last two
#: Keywords that carry a traceback when true: stdlib and structlog, loguru's `opt`, twisted.logger.
TRACEBACK_KEYWORDS = frozenset(
    {
        "exc_info",
        "exc_info_on_loglevel",  # salt 3008: the traceback where the log is that verbose
        "exc_on_loglevel",
        "exception",
        "failure",
        "log_failure",
        "stack_info",
    }
)

#: Calls that give a logger.
LOGGER_CALLS = frozenset(
    {
        "getLogger",  # logging
        "get_logger",  # structlog 24, multiprocessing, prefect, airflow
        "get_run_logger",  # prefect 3
        "get_task_logger",  # celery 5
        "getChild",  # logging
        "getEngineLogger",
        "stdlib_get_logger",
        "bind",  # structlog 24, loguru 0.7
        "unbind",
        "try_unbind",
        "new",
        "opt",  # loguru 0.7
        "patch",
        "contextualize",
        "Logger",  # twisted.logger 22, aws_lambda_powertools 2
        "LoggerAdapter",
    }
)
#: Modules that log through functions of their own.
LOG_MODULES = frozenset({"logging", "twisted.python.log", "absl.logging", "loguru.logger", "eliot"})

#: Error trackers by qualified name.
TRACKERS = frozenset(
    {
        "sentry_sdk.capture_exception",  # sentry-sdk 2
        "sentry_sdk.capture_message",
        "sentry_sdk.capture_event",
        "rollbar.report_exc_info",  # rollbar 1
        "rollbar.report_message",
        "bugsnag.notify",  # bugsnag 4
        "bugsnag.auto_notify",
        "honeybadger.honeybadger.notify",  # honeybadger 0.20
        "newrelic.agent.notice_error",  # newrelic 9
        "newrelic.agent.record_exception",
        "airbrake.notify",
        "elasticapm.capture_exception",  # elastic-apm 6
        "elasticapm.capture_message",
        "posthog.capture_exception",  # posthog 3
        "logfire.exception",  # logfire 2
    }
)
#: Error trackers by method, whatever the client object is called.
TRACKER_METHODS = frozenset(
    {
        "capture_exception",  # sentry-sdk, elastic-apm, posthog
        "captureException",  # raven 6
        "capture_message",
        "captureMessage",
        "capture_internal_exception",
        "report_exc_info",  # rollbar
        "notify_exception",
        "notice_error",  # newrelic
        "record_exception",  # OpenTelemetry 1
        "set_exc_info",  # ddtrace 2
        "set_traceback",  # ddtrace 2
    }
)

#: Functions that tell the operator, without a traceback in the log.
TELLERS = frozenset(
    {
        "warnings.warn",
        "warnings.warn_explicit",
        "traceback.print_exc",
        "traceback.print_exception",
        "traceback.print_stack",
        "print",
        "sys.stderr.write",
        "sys.stdout.write",
        "sys.__excepthook__",
        "sys.excepthook",
        "faulthandler.dump_traceback",
        "click.echo",  # click 8
        "click.secho",
        "typer.echo",  # typer 0.12
        "typer.secho",
        "rich.print",  # rich 13
    }
)
#: Methods that tell the operator: Django's `self.stderr.write`, rich's `console.print`.
TELLER_METHODS = frozenset({"stderr.write", "stdout.write", "console.print", "console.print_exception"})
#: Counters: statsd 4, prometheus_client 0.20, datadog 0.49.
METRIC_METHODS = frozenset({"inc", "incr", "increment"})

#: Words in a receiver's dotted name that make a call telemetry.
TELEMETRY_WORDS = frozenset(
    [
        "analytics",
        "datadog",
        "influx",
        "metric",
        "metrics",
        "mixpanel",
        "monitoring",
        "newrelic",
        "otel",
        "posthog",
        "prometheus",
        "segment",
        "sentry",
        "sentry_sdk",
        "span",
        "stats",
        "statsd",
        "telemetry",
        "tracer",
        "tracing",
        "usage",
    ]
)

#: Calls that end the process or the test, or always raise.
ENDS = frozenset(
    {
        "sys.exit",
        "exit",
        "quit",
        "os._exit",
        "os.abort",
        "pytest.fail",
        "pytest.exit",
        "pytest.skip",
        "flask.abort",
        "quart.abort",
        "werkzeug.exceptions.abort",
        "bottle.abort",
        "six.reraise",
        "future.utils.raise_",
        "future.utils.raise_from",
    }
)
#: Methods that always raise.
END_METHODS = frozenset(
    {
        "fail_json",  # ansible 2.17: AnsibleModule.fail_json ends the process
        "fail_json_aws",  # amazon.aws 8
        "exit_json",
        "skipTest",
    }
)

#: Methods that hand the failure to somebody who waits, even without the exception object.
HAND_OVERS = frozenset(
    {
        "set_exception",  # asyncio.Future, concurrent.futures.Future
        "errback",  # twisted Deferred
        "nack",  # google-cloud-pubsub 2, aio-pika 9
        "basic_nack",  # pika 1
        "basic_reject",
        "reject",  # kombu 5
        "requeue",
        "dead_letter",  # azure-servicebus 7
        "dead_letter_message",
        "send_error",  # http.server
        "retry",  # celery 5: Task.retry raises
    }
)

#: Names of responses and errors whose HTTP status is 500 or above.
SERVER_ERRORS = frozenset(
    {
        "HttpResponseServerError",  # Django 5
        "HTTPInternalServerError",  # aiohttp 3, pyramid 2
        "HTTPBadGateway",
        "HTTPServiceUnavailable",
        "HTTPGatewayTimeout",
        "InternalServerError",  # werkzeug 3
        "BadGateway",
        "ServiceUnavailable",
        "GatewayTimeout",
        "INTERNAL_SERVER_ERROR",  # http.HTTPStatus
        "BAD_GATEWAY",
        "SERVICE_UNAVAILABLE",
        "GATEWAY_TIMEOUT",
        "HTTP_500_INTERNAL_SERVER_ERROR",  # rest_framework.status, starlette.status
        "HTTP_502_BAD_GATEWAY",
        "HTTP_503_SERVICE_UNAVAILABLE",
        "HTTP_504_GATEWAY_TIMEOUT",
    }
)

#: Words of a name or text that say that something went wrong.
FAILURE_WORDS = frozenset(
    [
        "abort",
        "aborted",
        "bad",
        "broken",
        "cannot",
        "corrupt",
        "corrupted",
        "crash",
        "crashed",
        "dead",
        "degraded",
        "denied",
        "discarded",
        "dropped",
        "err",
        "errno",
        "errored",
        "error",
        "errors",
        "errs",
        "exc",
        "exception",
        "exceptions",
        "fail",
        "failed",
        "failing",
        "fails",
        "failure",
        "failures",
        "invalid",
        "lost",
        "missed",
        "offline",
        "problem",
        "problems",
        "refused",
        "rejected",
        "skipped",
        "timeout",
        "unable",
        "unavailable",
        "unhealthy",
        "unparsable",
        "unparseable",
        "unprintable",
        "unreachable",
    ]
)
#: Words of a name that say so when the value is false.
SUCCESS_WORDS = frozenset(
    [
        "alive",
        "available",
        "connected",
        "healthy",
        "ok",
        "online",
        "passed",
        "reachable",
        "ready",
        "succeeded",
        "success",
        "successful",
        "valid",
    ]
)

#: Words of an option by which the caller asks for silence or for the opposite, and of a state in which all ends anyway.
TOLERANCE_WORDS = frozenset(
    [
        "ignore",
        "lenient",
        "optional",
        "propagate",
        "quiet",
        "raise",
        "raises",
        "reraise",
        "silent",
        "silently",
        "cancelled",
        "closed",
        "closing",
        "exiting",
        "finalizing",
        "shutdown",
        "shutting",
        "stopped",
        "stopping",
        "terminated",
        "terminating",
        "strict",
        "suppress",
        "throw",
        "tolerate",
    ]
)
